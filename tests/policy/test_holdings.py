"""Rows that count as given by somebody else: what frees whoever is blocked (FIG 15)."""

import pytest

from .makings import link, row, state
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.holdings import given_by_others


@pytest.mark.parametrize(
    ("maker", "by", "is_given"),
    [("ann", None, True), ("bob", "for-bob", False), ("cat", "for-cat", False)],
)
def test_only_who_is_not_below_somebody_gives_them_anything(
    maker: str, by: str | None, *, is_given: bool
) -> None:
    house = state(
        row(number=1, made_by=maker, by=by),
        links=(
            link("for-bob", "bob", may_appoint=True),
            link("for-cat", "cat", given_by="bob", parent="for-bob"),
        ),
    )
    assert given_by_others(house, User(id="bob"), "ISG-1", {1}) is is_given
    assert not given_by_others(house, User(id="bob"), "ISG-1", ())
