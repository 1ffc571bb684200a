"""What a device declares can be set, and what was kept of it: read within bounds, refused when out of form."""

from typing import Any

import pytest

from custom_components.iot_secure_gateway.gateway.deployment_errors import (
    SettingNotAnOption,
    SettingOutOfRange,
    SettingWrongForm,
)
from custom_components.iot_secure_gateway.gateway.deployment_records import (
    MAX_DEPLOYMENTS,
    DeviceDeployments,
    Pending,
)
from custom_components.iot_secure_gateway.gateway.device_settings import (
    MAX_FACTS,
    MAX_SETTINGS,
    Setting,
    SettingsError,
    SettingsReader,
    read_facts,
    read_setting,
)
from custom_components.iot_secure_gateway.policy.actors import (
    Automation,
    Integration,
    Script,
    System,
    Unknown,
    User,
)
from iotsg_device.own_lists import Addresses, Hosts

LEVEL: dict[str, Any] = {
    "key": "level",
    "name": "Level",
    "type": "decimal",
    "unit": "m",
    "range": ["0.5", "9.5", "0.1"],
    "default": "0.5",
    "value": "1.0",
}
KINDS: dict[str, dict[str, Any]] = {
    "decimal": LEVEL,
    "whole": {**LEVEL, "type": "whole", "range": [1, 9, 1], "default": 1, "value": 2},
    "flag": {"key": "f", "type": "flag", "default": True, "value": False},
    "choice": {"key": "c", "type": "choice", "options": ["a", "b"], "default": "a", "value": "b"},
    "text": {"key": "t", "type": "text", "range": [1, 5, 1], "default": "a", "value": "abc"},
    "colour": {"key": "r", "type": "colour", "default": "000000", "value": "ff8000"},
    "addresses": {"key": "g", "type": "addresses", "default": "192.0.2.1", "value": "fd00::1"},
    "hosts": {"key": "p", "type": "hosts", "default": "broadcast", "value": "a.lan:99"},
}


def setting(kind: str) -> Setting:
    read = read_setting(KINDS[kind])
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("decimal", "1.5", "1.5"),
        ("decimal", 1.5, "1.5"),
        ("decimal", 9, "9"),
        ("decimal", 1.0, "1"),
        ("whole", 9, 9),
        ("flag", True, True),
        ("choice", "b", "b"),
        ("text", "näive", "näive"),
        ("colour", "00ff7f", "00ff7f"),
        ("addresses", "192.0.2.1, 192.0.2.1,192.0.2.2", "192.0.2.1,192.0.2.2"),
        ("addresses", "FD00::1%eth0", "fd00:0:0:0:0:0:0:1"),
        ("addresses", "::ffff:192.0.2.1", "192.0.2.1"),
        ("hosts", "broadcast", "broadcast"),
        ("hosts", "255.255.255.255", "broadcast"),
        ("hosts", "a.lan:8863, fd00::1, b:00099", "a.lan,fd00::1,b:99"),
    ],
)
def test_what_fits_is_sent_as_the_device_reads_it(kind: str, value: object, sent: object) -> None:
    checked = setting(kind).checked(value)
    assert (checked, type(checked)) == (sent, type(sent))


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        ("decimal", "9.6", SettingOutOfRange),
        ("decimal", 0, SettingOutOfRange),
        ("decimal", "1e3", SettingWrongForm),
        ("decimal", "nan", SettingWrongForm),
        ("decimal", float("nan"), SettingWrongForm),
        ("decimal", float("inf"), SettingWrongForm),
        ("decimal", 10**400, SettingWrongForm),
        ("decimal", True, SettingWrongForm),
        ("decimal", None, SettingWrongForm),
        ("whole", 10, SettingOutOfRange),
        ("whole", 2.0, SettingWrongForm),
        ("whole", "2", SettingWrongForm),
        ("whole", True, SettingWrongForm),
        ("flag", 1, SettingWrongForm),
        ("choice", "c", SettingNotAnOption),
        ("choice", 0, SettingWrongForm),
        ("text", "", SettingOutOfRange),
        ("text", "abcdef", SettingOutOfRange),
        ("text", 7, SettingWrongForm),
        ("colour", "FF8000", SettingWrongForm),
        ("colour", "ff80", SettingWrongForm),
        ("addresses", "", SettingWrongForm),
        ("addresses", "192.0.2.1,", SettingWrongForm),
        ("addresses", "a.lan", SettingWrongForm),
        ("addresses", "192.0.2.0/24", SettingWrongForm),
        ("addresses", ",".join(f"192.0.2.{number}" for number in range(9)), SettingWrongForm),
        ("addresses", "192.0.2.1," * 25, SettingWrongForm),
        ("addresses", 7, SettingWrongForm),
        ("hosts", "", SettingWrongForm),
        ("hosts", "a b", SettingWrongForm),
        ("hosts", "<b>a</b>", SettingWrongForm),
        ("hosts", "a:0", SettingWrongForm),
        ("hosts", "a:65536", SettingWrongForm),
        ("hosts", "a:-1", SettingWrongForm),
        ("hosts", "h" * 241, SettingWrongForm),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        setting(kind).checked(value)


@pytest.mark.parametrize(
    ("told", "trial_s"), [({}, 0), ({"trial": 300}, 300), ({"trial": 0}, 0), ({"trial": True}, 0)]
)
def test_how_long_a_device_tries_is_read(told: dict[str, Any], trial_s: int) -> None:
    reader = SettingsReader()
    reader.add(page(0, 1, **told))
    assert reader.trial_s() == trial_s
    reader = SettingsReader()
    reader.add(page(0, 1, trial=86401))
    assert reader.trial_s() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_told_comes_back_from_a_store(kind: str) -> None:
    read = setting(kind)
    assert read_setting(read.to_dict()) == read
    assert read.has(read.value)
    assert not read.has(read.default)
    assert not read.has(7.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["addresses", "hosts"])
def test_lists_are_kept_in_the_form_in_which_our_device_library_tells_them(kind: str) -> None:
    argument: Any = {"addresses": Addresses, "hosts": Hosts}[kind]()
    texts = {
        "addresses": ("fd00::1,192.0.2.1", "::ffff:192.0.2.9", "2001:DB8:0:0::1"),
        "hosts": ("broadcast", "255.255.255.255:8863", "a.lan, b:99", "fd00::1,b:08863"),
    }[kind]
    for text in texts:
        kept = setting(kind).checked(text)
        assert kept == argument.text(argument.parse(text))
        read = read_setting({**KINDS[kind], "value": text})
        assert read is not None
        assert read.has(kept)


def test_decimals_are_the_same_however_they_are_written() -> None:
    assert setting("decimal").has("1")
    assert not setting("decimal").has("1.1")
    assert not setting("decimal").has(1), "a stored one is a text"


@pytest.mark.parametrize(
    "changes",
    [
        {"key": 7},
        {"key": "Level"},
        {"key": "x" * 21},
        {"default": None},
        {"value": [1]},
        {"value": "12"},
        {"value": "x" * 256},
        {"default": 1.5},
        {"range": 7},
        {"range": ["1", "2"]},
        {"range": ["2", "1", "1"]},
        {"range": ["a", "2", "1"]},
        {"range": [True, "2", "1"]},
        {"options": "ab"},
        {"options": ["a"] * 33},
        {"options": ["a\n"]},
        {"options": [7]},
    ],
)
def test_a_declaration_out_of_form_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        read_setting({**LEVEL, **changes})


@pytest.mark.parametrize("kind", ["addresses", "hosts"])
@pytest.mark.parametrize("told", ["", "<b>", 7, "x y", "a" * 256])
def test_lists_out_of_form_are_refused(kind: str, told: object) -> None:
    for name in ("value", "default"):
        with pytest.raises(SettingsError):
            read_setting({**KINDS[kind], name: told})


def test_whole_numbers_have_an_end() -> None:
    with pytest.raises(SettingsError):
        read_setting({"key": "w", "type": "whole", "default": 1, "value": 10**9 + 1})


def test_names_and_units_are_cleaned_and_what_is_no_text_is_left_out() -> None:
    read = read_setting({**LEVEL, "name": " a\u202eb ", "unit": 7, "risky": 1})
    assert read is not None
    assert (read.name, read.unit, read.is_risky) == ("a\ufffdb", None, False)
    nameless = read_setting({**LEVEL, "name": ""})
    assert nameless is not None
    assert nameless.name == "level"
    assert read_setting({**LEVEL, "type": "later"}) is None


def page(number: int, pages: int, *entries: object, **more: object) -> dict[str, object]:
    return {"page": number, "pages": pages, "settings": list(entries), **more}


def test_pages_are_put_together() -> None:
    reader = SettingsReader()
    assert reader.add(page(0, 2, LEVEL, {**LEVEL, "key": "later", "type": "later"})) == 1
    assert reader.add(page(1, 2, KINDS["flag"], factory={"port": 8863, "Bad": 1})) is None
    assert [one.key for one in reader.settings()] == ["level", "f"]
    assert reader.facts() == {"port": "8863"}


@pytest.mark.parametrize(
    "pages",
    [
        [{}],
        [page(0, 0)],
        [page(True, 2)],
        [page(0, 33)],
        [page(0, 2), page(0, 2)],
        [page(0, 3), page(1, 2)],
        [page(0, 1, LEVEL, LEVEL)],
        [page(0, 1, *([7] * (MAX_SETTINGS + 1)))],
        [page(0, 1, factory=[])],
        [page(0, 1, factory={"a": None})],
        [page(0, 1, factory={str(number): 1 for number in range(MAX_FACTS + 1)})],
    ],
)
def test_pages_out_of_form_are_refused(pages: list[dict[str, object]]) -> None:
    reader = SettingsReader()
    *good, bad = pages
    for one in good:
        reader.add(one)
    with pytest.raises(SettingsError):
        reader.add(bad)


def test_there_is_a_most_of_what_is_kept_over_many_pages() -> None:
    reader = SettingsReader()
    for number in range(3):
        entries = [{**LEVEL, "key": f"k{number}_{index}"} for index in range(40)]
        facts = {f"f{number}_{index}": 1 for index in range(20)}
        reader.add(page(number, 3, *entries, factory=facts))
    assert len(reader.settings()) == MAX_SETTINGS
    assert len(reader.facts()) == MAX_FACTS


def test_facts_are_texts_that_can_be_shown() -> None:
    assert read_facts({"name": "a\nb", "port": 1, "on": True}) == {
        "name": "a\ufffdb",
        "port": "1",
        "on": "True",
    }


# --- what is kept ------------------------------------------------------------------------------------
def record(**changes: Any) -> dict[str, object]:
    kept = DeviceDeployments(
        revision=1,
        deployments={"home": {"level": "1"}},
        active="home",
        pending=Pending(name="home", actor=User(id="u"), is_confirmed=False, asked_at=2.0),
        settings=(setting("decimal"),),
    ).to_dict()
    return {**kept, **changes}


@pytest.mark.parametrize(
    "actor",
    [
        User(id="u", name="U"),
        Automation(entity_id="automation.a"),
        Script(entity_id="script.s"),
        Integration(name="i"),
    ],
)
def test_who_asked_is_kept(actor: Any) -> None:
    kept = DeviceDeployments(
        pending=Pending(name="home", actor=actor, is_confirmed=True, asked_at=2.0)
    )
    assert DeviceDeployments.from_dict(kept.to_dict()) == kept


@pytest.mark.parametrize("actor", [System(), Unknown()])
def test_nobody_waits_without_a_name(actor: Any) -> None:
    pending = Pending(name="home", actor=actor, is_confirmed=True, asked_at=2.0)
    with pytest.raises(ValueError, match="judged later"):
        pending.to_dict()


WAITS = {"name": "home", "actor": {"kind": "user", "id": "u", "name": ""}, "is_confirmed": True}


@pytest.mark.parametrize(
    "changes",
    [
        {"revision": "1"},
        {"revision": True},
        {"trial_s": "long"},
        {"active": 1},
        {"deployments": []},
        {"deployments": {7: {}}},
        {"deployments": {str(number): {} for number in range(MAX_DEPLOYMENTS + 1)}},
        {"deployments": {"home": []}},
        {"deployments": {"home": {"level": None}}},
        {"deployments": {"home": {7: 1}}},
        {"deployments": {"home": {str(number): 1 for number in range(MAX_SETTINGS + 1)}}},
        {"settings": {}},
        {"settings": [7]},
        {"pending": 7},
        {"pending": {}},
        {"pending": {**WAITS, "asked_at": "now"}},
        {"pending": {**WAITS, "asked_at": True}},
        {"pending": {**WAITS, "asked_at": 1.0, "is_confirmed": 1}},
        {"pending": {**WAITS, "asked_at": 1.0, "name": None}},
        {"pending": {**WAITS, "asked_at": 1.0, "actor": {"kind": "system"}}},
        {"pending": {**WAITS, "asked_at": 1.0, "actor": {"kind": 7}}},
        {"pending": {**WAITS, "asked_at": 1.0, "actor": {"kind": "user", "id": 7}}},
    ],
)
def test_what_is_no_record_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not"):
        DeviceDeployments.from_dict(record(**changes))
    assert DeviceDeployments.from_dict(record()).to_dict() == record()


def test_in_force_is_what_the_device_has() -> None:
    assert DeviceDeployments.from_dict(record()).in_force == "home"
    others: list[dict[str, Any]] = [
        {"settings": [{**LEVEL, "value": "2.0"}]},
        {"settings": []},
        {"active": None},
        {"active": "gone"},
    ]
    for changes in others:
        assert DeviceDeployments.from_dict(record(**changes)).in_force is None
