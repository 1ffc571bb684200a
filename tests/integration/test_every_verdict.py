"""Every command of the console, given by everybody there is: a table of what each of them is told."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
import json
from typing import Any, Final

from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.util import dt as dt_util

from .house import PASSWORD, House
from .test_rows import row_for, verdict
from .visitor import Visitor, visit
from custom_components.iot_secure_gateway import console
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.errors import Refused
from custom_components.iot_secure_gateway.policy.actors import Automation

type Fields = dict[str, Any]
type Prepare = Callable[["Stage"], Awaitable[Fields]]
# As owner; manager for reading and control; person with a row for turning on; person without; the same, to
# whom Home Assistant only shows things; administrator of Home Assistant who owns nothing.
type Verdicts = tuple[str | None, str | None, str | None, str | None, str | None, str | None]

ROLES: Final = ("owner", "manager", "permitted", "unpermitted", "read_only", "administrator")
GROUPS: Final = {"read_only": GROUP_ID_READ_ONLY, "administrator": GROUP_ID_ADMIN}


class Stage:
    """A house with a lamp, and one person of each kind."""

    def __init__(self, house: House, connect: WebSocketGenerator, owner: MockUser) -> None:
        self.house = house
        self._connect = connect
        self.people = {"owner": owner}
        self.visitors: dict[str, Visitor] = {}
        self.olivia: Visitor  # the owner, who prepares what others are to find
        self.target: MockUser  # somebody to whom things are to be given
        self.appointment = ""  # of the manager
        self.port = 0

    async def start(self) -> None:
        """Claim the lamp."""
        await self.house.add_gateway()
        device, _ = await self.house.claimed_device(self.people["owner"])
        self.port = device.port
        self.olivia = await self.visit(self.people["owner"])
        self.target = await self.house.person("Tom")
        await self.olivia.call("deployments", serial="LAMP-1")
        for role in ROLES:
            await self.renew(role)

    async def renew(self, role: str) -> None:
        """Have another person of that kind: who was refused may be blocked for a while."""
        if role != "owner":
            group = await self.house.hass.auth.async_get_group(GROUPS.get(role, GROUP_ID_USER))
            assert group is not None
            person = MockUser(name=role, groups=[group]).add_to_hass(self.house.hass)
            self.people[role] = person
            if role == "manager":
                given = {"role": "manager", "serials": ["LAMP-1"], "commands": ["read", "control"]}
                made = await self.olivia.call("appoint", user_id=person.id, **given)
                self.appointment = made["appointment"]
            elif role == "permitted":
                row = row_for(person, commands={"names": ["turn_on"]})
                await self.olivia.call("add_row", row=row)
        self.visitors[role] = await self.visit(self.people[role])

    async def visit(self, person: MockUser) -> Visitor:
        """Log somebody in."""
        return await visit(self.house, self._connect, person)

    async def verdicts(self, name: str) -> Verdicts:
        """Let everybody give a command, the owner last, who may end what there is."""
        prepare, _ = TABLE[name]
        found: dict[str, str | None] = {}
        for role in (*ROLES[1:], ROLES[0]):
            fields = await prepare(self)
            if role == "manager" and "by" in fields:
                fields["by"] = self.appointment
            found[role] = await verdict(self.visitors[role], name, **fields)
            if found[role] == "unauthorized" or name in SUBSCRIPTIONS:
                await self.renew(role)
        return tuple(found[role] for role in ROLES)  # type: ignore[return-value]


def plain(**fields: Any) -> Prepare:
    async def prepare(stage: Stage) -> Fields:
        return dict(fields)

    return prepare


def one(**fields: Any) -> Prepare:
    return plain(serial="LAMP-1", **fields)


async def somebody(stage: Stage) -> Fields:
    return {"serial": "LAMP-1", "user_id": stage.target.id}


async def here(stage: Stage) -> Fields:
    return {"serial": "LAMP-1", "host": "127.0.0.1", "port": stage.port}


async def appointed(stage: Stage) -> Fields:
    return {
        "user_id": stage.target.id,
        "role": "manager",
        "serials": ["LAMP-1"],
        "commands": ["read"],
    }


async def an_appointment(stage: Stage) -> Fields:
    made: Fields = await stage.olivia.call("appoint", **await appointed(stage))
    return made


async def an_offer(stage: Stage) -> Fields:
    with suppress(Exception):  # it may be there still
        await stage.olivia.call("offer_transfer", **await somebody(stage))
    return {"serial": "LAMP-1"}


async def a_row(stage: Stage) -> Fields:
    made: Fields = await stage.olivia.call("add_row", row=row_for(stage.target))
    return made


async def a_changed_row(stage: Stage) -> Fields:
    return {**await a_row(stage), "row": row_for(stage.target, note="x")}


async def a_switched_row(stage: Stage) -> Fields:
    return {**await a_row(stage), "is_on": False}


async def a_new_row(stage: Stage) -> Fields:
    return {"row": row_for(stage.target), "by": None}


SHIFT: Final = {"name": "Day", "hours": [{"start": "08:00", "end": "18:00"}]}


async def a_shift(stage: Stage) -> Fields:
    made = await stage.olivia.call("put_reference", kind="shifts", reference=SHIFT)
    return {"kind": "shifts", **made}


async def a_change(stage: Stage) -> Fields:
    await a_row(stage)
    changes = (await stage.olivia.call("permission_history"))["changes"]
    return {"number": changes[0]["number"]}


async def an_export(stage: Stage) -> Fields:
    await a_row(stage)
    table = json.loads((await stage.olivia.call("export_permissions"))["content"])
    table["rows"][-1]["note"] = "changed by hand"
    return {"content": json.dumps(table)}


async def a_preview(stage: Stage) -> Fields:
    fields = await an_export(stage)
    shown = await stage.olivia.call("preview_permissions", **fields)
    return {**fields, "version": shown["version"]}


async def a_refused_automation(stage: Stage) -> Fields:
    automation = Automation(
        entity_id=f"automation.number_{len(stage.house.gateway.permissions.state.rows)}"
    )
    with suppress(Refused):
        stage.house.gateway.require(automation, "LAMP-1", "turn_on")
    return {"serial": "LAMP-1", "automation": automation.entity_id, "command": "turn_on"}


async def a_learning(stage: Stage) -> Fields:
    learnings = (await stage.olivia.call("learnings"))["learnings"]
    for each in learnings:
        await stage.olivia.call("forget_learning", learning=each["learning"])
    made = await stage.olivia.call("start_learning", **await learning_about(stage))
    return {"learning": made["learning"]}


async def learning_about(stage: Stage) -> Fields:
    return {"serials": ["LAMP-1"], "hours": 1, "user_id": stage.target.id}


async def a_proposal(stage: Stage) -> Fields:
    return {**await a_learning(stage), "proposal": "0"}


async def a_question(stage: Stage) -> Fields:
    asker = await stage.house.person("Asker")
    visitor = await stage.visit(asker)
    asked = await visitor.call("ask_for_access", serial="LAMP-1", command="turn_on")
    return {"question": asked["question"], "answer": "refuse"}


async def a_deployment(stage: Stage) -> Fields:
    values = {"report_interval": 5}
    await stage.olivia.call("put_deployment", serial="LAMP-1", name="away", values=values)
    return {"serial": "LAMP-1", "name": "away"}


async def a_group_deployment(stage: Stage) -> Fields:
    await a_deployment(stage)
    return {"serials": ["LAMP-1"], "name": "away"}


async def a_pass(stage: Stage) -> Fields:
    return {
        "name": "Plumber",
        "devices": {"serials": ["LAMP-1"]},
        "commands": {"names": ["turn_on"]},
        "expires_at": (dt_util.utcnow() + timedelta(hours=1)).isoformat(),
        "by": None,
    }


CAMERA: Final = {"serial": "LAMP-1", "entity": "none"}  # judged before it is looked for


async def a_rule(stage: Stage) -> Fields:
    policy = await stage.olivia.call("monitoring_policy")
    scope = {"kind": "device", "id": "LAMP-1"}
    return {"scope": scope, "revision": policy["revision"]}


async def a_new_rule(stage: Stage) -> Fields:
    detection = {"detection": "wrong_password", "level": "low", "responses": ["log"]}
    return {**await a_rule(stage), **detection}


async def an_old_rule(stage: Stage) -> Fields:
    await stage.olivia.call("set_monitoring_rule", **await a_new_rule(stage))
    policy = await stage.olivia.call("monitoring_policy")
    return {"rule": policy["rules"][-1]["number"], "revision": policy["revision"]}


async def a_conduct(stage: Stage) -> Fields:
    return {**await a_rule(stage), "is_detect_only": True}


U: Final = "unauthorized"
EVERYBODY: Final[Verdicts] = (None,) * 6  # it shows or takes what is one's own only
OWNER: Final[Verdicts] = (None, U, U, U, U, U)
SUBSCRIPTIONS: Final = {
    "access",
    "audit_page",
    "gateway_page",
    "learning",
    "monitoring",
    "my_access",
    "overview",
    "ownership",
    "pages",
    "permissions",
    "session_trace",
    "waiting_commands",
    "video",
}
# Who is told the same as everybody without a right to it, though some have one over other things.
NOBODY_HERE: Final = "audit_not_yours"


def but(owner: str | None, others: str | None, **some: str | None) -> Verdicts:
    """Return what the owner, and all others, are told, but some of them."""
    told = dict.fromkeys(ROLES, others) | {"owner": owner} | some
    return tuple(told[role] for role in ROLES)  # type: ignore[return-value]


def administrators(others: str) -> Verdicts:
    return but(others, others, administrator=None)


# fmt: off
TABLE: Final[dict[str, tuple[Prepare, Verdicts]]] = {
    # What one sees, of what is one's own or was given to one.
    "devices": (plain(), EVERYBODY),
    "discovered": (plain(), EVERYBODY),
    "areas": (plain(), EVERYBODY),
    "claim_state": (one(), EVERYBODY),
    "people": (plain(), EVERYBODY),
    "authority": (one(), EVERYBODY),
    "handovers": (plain(), EVERYBODY),
    "access_choices": (plain(), EVERYBODY),
    "rows": (plain(), EVERYBODY),
    "references": (plain(), EVERYBODY),
    "refused_automations": (plain(), EVERYBODY),
    "permission_history": (plain(), EVERYBODY),
    "export_permissions": (plain(), EVERYBODY),
    "explain": (one(command="turn_on"), EVERYBODY),  # about oneself
    "permission_week": (one(command="turn_on"), EVERYBODY),
    "queued_commands": (plain(), EVERYBODY),
    "waiting_commands": (plain(), EVERYBODY),
    "access_questions": (plain(), EVERYBODY),
    "learnings": (plain(), EVERYBODY),
    "group_deployments": (plain(serials=["LAMP-1"]), EVERYBODY),
    "message_settings": (plain(), EVERYBODY),
    "set_message_settings": (plain(entities=[]), EVERYBODY),
    "try_messages": (plain(), EVERYBODY),
    "monitoring_policy": (plain(), EVERYBODY),
    "threat_levels": (plain(), EVERYBODY),
    "threats": (plain(), EVERYBODY),
    "restraints": (plain(), EVERYBODY),
    "self_audit": (plain(), EVERYBODY),
    "audit": (plain(), EVERYBODY),
    "audit_page": (plain(), EVERYBODY),
    "audit_export": (plain(format="csv"), EVERYBODY),
    "audit_verify": (plain(), but(None, NOBODY_HERE)),
    "audit_progress": (plain(), but(None, NOBODY_HERE)),
    # Commands of the device, and its settings and values.
    "send_command": (one(command="turn_on", entity="relay"), but(None, U, manager=None, permitted=None)),
    "read": (one(), but(None, U, manager=None)),
    "readings": (one(), but(None, U, manager=None)),
    "deployments": (one(), but(None, U, manager=None)),
    "session_trace": (one(), OWNER),
    "put_deployment": (one(name="away", values={"report_interval": 5}), OWNER),
    "activate_deployment": (a_deployment, OWNER),
    "cancel_deployment": (one(), OWNER),
    "delete_deployment": (a_deployment, OWNER),
    "put_group_deployment": (plain(serials=["LAMP-1"], name="away", values={"report_interval": 5}), OWNER),
    "activate_group_deployment": (a_group_deployment, EVERYBODY),  # told for each device
    "delete_group_deployment": (a_group_deployment, EVERYBODY),
    "cancel_queued_command": (plain(queued="0" * 16), but("not_postponed", "not_postponed")),
    # Who decides what is shown, and about the binding.
    "disclosure": (one(), OWNER),
    "set_disclosure": (one(choice="shown"), OWNER),
    "move": (here, OWNER),
    "restore": (here, OWNER),
    "rotate_key": (one(), OWNER),
    "invite_gateway": (one(), OWNER),
    "remove_gateway": (one(slot=2), but("no_such_guest", U)),
    "allow_address": (one(), but("no_address_seen", U)),
    "accept_backup": (one(), but("not_behind", U)),
    "claim": (one(password=PASSWORD, host="127.0.0.1", port=1), but("already_owned", "already_owned")),
    # Who owns it, and what is given on.
    "offer_transfer": (somebody, OWNER),
    "end_transfer": (an_offer, but(None, "no_offer")),
    "accept_transfer": (an_offer, but("no_offer", "no_offer")),  # it was offered to somebody else
    "ask_takeover": (one(), administrators("not_administrator")),
    "take_over": (one(), but("not_administrator", "not_administrator", administrator="takeover_too_early")),
    "object_takeover": (one(), but("no_offer", U, administrator=None)),
    "appoint": (appointed, but(None, "policy_may_not_appoint")),
    "revoking": (an_appointment, but(None, "policy_not_yours")),
    "revoke": (an_appointment, but(None, "policy_not_yours")),
    # The permission table.
    "add_row": (a_new_row, but(None, "policy_no_authority", manager=None)),
    "change_row": (a_changed_row, but(None, "policy_unknown_row", manager="policy_not_yours")),
    "switch_row": (a_switched_row, but(None, "policy_unknown_row", manager="policy_not_yours")),
    "remove_row": (a_row, but(None, "policy_unknown_row", manager="policy_not_yours")),
    "put_reference": (plain(kind="shifts", reference=SHIFT), but(None, "policy_no_authority", manager=None)),
    "remove_reference": (a_shift, but(None, "policy_unknown_group", manager="policy_not_yours")),
    "simulate": (one(command="turn_on"), but(None, "no_authority_over_device", manager=None)),
    "allow_automation": (a_refused_automation, but(None, "policy_no_authority", manager=None)),
    "preview_permissions": (an_export, but(None, "policy_not_yours")),
    "import_permissions": (a_preview, but(None, "policy_not_yours")),
    "undo_permissions": (a_change, but(None, "policy_not_yours")),
    "add_pass": (a_pass, but(None, "policy_no_authority", manager=None)),
    # Learning and asking.
    "start_learning": (learning_about, but(None, "policy_grants_too_much", manager=None)),
    "stop_learning": (a_learning, but(None, "policy_unknown_learning")),
    "learning_proposals": (a_learning, but(None, "policy_unknown_learning", manager=None)),
    "take_proposal": (a_proposal, but("policy_unknown_learning", "policy_unknown_learning")),
    "decline_proposal": (a_proposal, but("policy_unknown_learning", "policy_unknown_learning")),
    "forget_learning": (a_learning, but(None, "policy_unknown_learning")),
    "ask_for_access": (one(command="turn_on"), but("already_allowed", None, manager="already_allowed", permitted="already_allowed")),
    "withdraw_access": (plain(question="x"), but("question_gone", "question_gone")),
    "answer_access": (a_question, but(None, "question_gone", manager=None)),
    # Monitoring.
    "effective_monitoring": (one(), but(None, "no_authority_over_device", manager=None)),
    "set_monitoring_rule": (a_new_rule, but(None, "policy_no_authority")),
    "set_monitoring_conduct": (a_conduct, but(None, "policy_no_authority")),
    "snooze_monitoring": (plain(scope={"kind": "device", "id": "LAMP-1"}, minutes=1), but(None, "policy_no_authority")),
    "remove_monitoring_rule": (an_old_rule, but(None, "policy_not_yours")),
    "threat": (plain(threat="x"), but("unknown_threat", "unknown_threat")),
    "lift_suspension": (one(), but("not_suspended", U)),
    "acknowledge_threats": (plain(threats=["x"]), but("unknown_threat", "unknown_threat")),
    "keep_block": (plain(user_id="x", serial="LAMP-1"), but("not_blocked", U)),
    "release_block": (plain(user_id="x", serial="LAMP-1"), but("not_blocked", U)),
    # Video.
    "video_clips": (plain(), EVERYBODY),
    "video_address": (plain(what="live", **CAMERA), OWNER),
    "video_viewers": (plain(**CAMERA), OWNER),
    "start_recording": (plain(**CAMERA), but("unknown_camera", U)),
    "stop_recording": (plain(**CAMERA), but("not_recording", U)),
    "delete_clip": (plain(clip="0" * 32), but("unknown_clip", "unknown_clip")),
    "video_choice": (one(), OWNER),
    "set_video_choice": (one(motion=True), OWNER),
    # The maker's list belongs to the gateway.
    "gateway_page": (plain(), administrators("gateway_for_administrators")),
    "switch_module": (plain(module="readings", is_on=True), administrators("gateway_for_administrators")),
    "records": (plain(), administrators("records_for_administrators")),
    "import_records": (plain(password=f"LAMP-9,{PASSWORD}"), administrators("records_for_administrators")),
    "cancel_import": (plain(), administrators("records_for_administrators")),
    "set_records": (plain(refuses_unlisted=False), administrators("records_for_administrators")),
    "remove_record": (one(), administrators("records_for_administrators")),
    "clear_records": (plain(), administrators("records_for_administrators")),
    # The last ones: these send more than an answer, and leave no lamp.
    "video": (plain(), EVERYBODY),
    "access": (plain(), EVERYBODY),
    "overview": (plain(), EVERYBODY),
    "pages": (plain(), EVERYBODY),
    "monitoring": (plain(), EVERYBODY),
    "my_access": (plain(), EVERYBODY),
    "learning": (plain(), EVERYBODY),
    "ownership": (one(), EVERYBODY),  # whoever may not know of the device is told that it is gone
    "permissions": (plain(), EVERYBODY),
    "release": (one(), OWNER),
}
# fmt: on


def test_table_has_every_command() -> None:
    named = {handler._ws_command.removeprefix(f"{DOMAIN}/") for handler in console.COMMANDS}  # type: ignore[attr-defined]
    assert set(TABLE) == named


async def test_everybody_is_told_what_the_table_says(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    stage = Stage(house, hass_ws_client, owner)
    await stage.start()
    found: dict[str, Verdicts] = {}
    for name in TABLE:
        if name not in SUBSCRIPTIONS:
            await house.known()  # some of them had the link set up anew
        found[name] = await stage.verdicts(name)
    assert found == {name: told for name, (_, told) in TABLE.items()}
