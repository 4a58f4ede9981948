"""Rehearsals of a rule as the programme's designers see them."""

from __future__ import annotations

from typing import Any

from domain.calendar import day_of
from domain.errors import Forbidden, Invalid
from domain.expressions import ExpressionRefused
from domain.members import Role
from infra.i18n import Locale
from tests.support.clients import Clients
from tests.support.shop import SHANGHAI

SIMULATE = """query ($input: EarnRuleInput!, $from: DateTime!, $to: DateTime!) {
  simulateEarnRule(input: $input, from: $from, to: $to) {
    activities matched members points percentiles daily { day points matched }
    examples { amount steps { label amount } activity { externalId member { handle } } }
} }"""
DRAFT = {
    "key": "draft", "name": "Draft", "state": "DRAFT", "trigger": "order.paid",
    "condition": "activity.attributes.total >= 20.0", "points": "activity.attributes.total * 2.0",
}  # fmt: skip
ALWAYS = {"from": "1990-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}


async def simulate(clients: Clients, **more: object) -> Any:  # noqa: ANN401 - JSON
    given = {"input": DRAFT, **ALWAYS}
    data = await clients.ask(SIMULATE, None, Role.ADMIN, **(given | more))  # type: ignore[arg-type]
    return data["simulateEarnRule"]


async def test_a_designer_sees_what_a_rule_would_have_given(clients: Clients) -> None:
    found = await simulate(clients)
    assert found["activities"] == 3
    assert [found["matched"], found["members"], found["points"]] == [2, 2, 100]
    assert found["percentiles"] == [40, 40, 60, 60]
    today = day_of(clients.shop.now, SHANGHAI).isoformat()
    assert found["daily"] == [{"day": today, "points": 100, "matched": 2}]


async def test_examples_explain_themselves_in_the_language_of_the_request(clients: Clients) -> None:
    found = await simulate(clients, locale=Locale.ZH_CN)
    by_order = {one["activity"]["externalId"]: one for one in found["examples"]}
    assert {order: one["amount"] for order, one in by_order.items()} == {"O-2": 40, "O-3": 60}
    assert by_order["O-2"]["steps"] == [{"label": "基础积分", "amount": "40"}]


async def test_a_service_account_may_simulate_and_a_member_may_not(clients: Clients) -> None:
    given = {"input": DRAFT, **ALWAYS}
    assert await clients.ask(SIMULATE, None, Role.SERVICE, **given)  # type: ignore[arg-type]
    assert await clients.raised(SIMULATE, "C-1", **given) == [Forbidden]


async def test_what_cannot_be_simulated_is_refused_as_when_saved(clients: Clients) -> None:
    wrong = {"input": DRAFT | {"points": "nonsense("}, **ALWAYS}
    assert await clients.raised(SIMULATE, None, Role.ADMIN, **wrong) == [ExpressionRefused]
    backwards = {"input": DRAFT, "from": ALWAYS["to"], "to": ALWAYS["from"]}
    assert await clients.raised(SIMULATE, None, Role.ADMIN, **backwards) == [Invalid]
