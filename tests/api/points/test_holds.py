"""Holds as a shop's checkout makes them: who may, what comes back, how refusals read."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import pytest
from graphql import GraphQLError

from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.request import Request
from api.execution.services import Services
from api.members.types import existing_members
from api.schema import build_schema
from domain.errors import Forbidden
from domain.members import Role, Viewer
from gamification.programme.current import Programmes
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from infra.platform import Platform
from tests.support.shop import Shop

ENGINE = Engine(build_schema())
CHECKOUT = UUID(int=9)
HOLD = "hold { id amount worth { amount currency } orderRef expiresAt state }"
ERRORS = "userErrors { code field message }"
RESERVE = f"mutation ($input: HoldPointsInput!) {{ answer: holdPoints(input: $input) {{ {HOLD} {ERRORS} }} }}"  # noqa: E501
END = "mutation ($input: PointsHoldRefInput!) { answer: %s(input: $input) { hold { state } userErrors { code field message } } }"  # noqa: E501
CAPTURE, RELEASE = END % "capturePointsHold", END % "releasePointsHold"
READ = "query ($id: ID!) { answer: node(id: $id) { ... on PointsHold { amount state } } }"


@pytest.fixture
async def till(platform: Platform, programmes: Programmes) -> Shop:
    """A member with 50 points."""
    shop = Shop(platform, programmes)
    await shop.join("C-1", "C-2")
    await shop.adjust(50)
    return shop


async def ask(
    till: Shop, query: str, variables: dict[str, Any], *roles: Role, who: UUID = CHECKOUT,
    locale: Locale = Locale.EN,
) -> tuple[Any, list[Exception]]:  # fmt: skip
    nothing = cast("Any", None)
    services = Services(till.platform, till.programmes, nothing, nothing, existing_members)
    viewer = Viewer(who, frozenset(roles or {Role.SERVICE}), None, till.now)
    operation = await ENGINE.prepare(Request(query, None, variables))
    assert isinstance(operation, Operation), operation
    outcome = await ENGINE.execute(operation, Context(viewer, locale, "request", services))
    return (outcome.data or {}).get("answer"), list(outcome.errors or ())


async def reserve(till: Shop, amount: int = 20, **other: Any) -> Any:  # noqa: ANN401
    wanted = {
        "memberId": encode_id(Kind.MEMBER, await till.member()),
        "amount": amount,
        "orderRef": "A-1",
        "idempotencyKey": f"hold-{amount}",
    }
    locale = other.pop("locale", Locale.EN)
    answer, errors = await ask(till, RESERVE, {"input": wanted | other}, locale=locale)
    assert not errors, errors
    return answer


async def end(till: Shop, how: str, hold_id: str) -> Any:  # noqa: ANN401
    answer, errors = await ask(till, how, {"input": {"holdId": hold_id}})
    assert not errors, errors
    return answer


async def test_a_checkout_reserves_points_and_captures_them(till: Shop) -> None:
    held = (await reserve(till))["hold"]
    assert {key: held[key] for key in ("amount", "worth", "orderRef", "state")} == {
        "amount": 20,
        "worth": {"amount": "0.20", "currency": "CNY"},
        "orderRef": "A-1",
        "state": "OPEN",
    }
    captured = await end(till, CAPTURE, held["id"])
    assert captured == {"hold": {"state": "CAPTURED"}, "userErrors": []}
    assert await end(till, CAPTURE, held["id"]) == captured


@pytest.mark.parametrize(
    ("locale", "message"),
    [
        (Locale.EN, "Not enough points: 50 are available."),
        (Locale.ZH_CN, "积分不足，当前可用 50 分。"),
        (Locale.ZH_TW, "點數不足，目前可用 50 點。"),
    ],
)
async def test_too_few_points_are_told_in_the_readers_language(
    till: Shop, locale: Locale, message: str
) -> None:
    answer = await reserve(till, 51, locale=locale)
    told = {"code": "INSUFFICIENT_POINTS", "field": ["amount"], "message": message}
    assert answer == {"hold": None, "userErrors": [told]}


async def test_each_refusal_has_its_code_and_field(till: Shop) -> None:
    released = (await reserve(till, 5))["hold"]["id"]
    await end(till, RELEASE, released)
    captured = (await reserve(till, 6))["hold"]["id"]
    await end(till, CAPTURE, captured)
    expired = (await reserve(till, 7))["hold"]["id"]
    await till.let_pass(minutes=31)
    answers = [
        await end(till, CAPTURE, released),
        await end(till, RELEASE, captured),
        await end(till, CAPTURE, expired),
        await end(till, CAPTURE, "cGg"),
        await end(till, CAPTURE, encode_id(Kind.MEMBER, await till.member())),
        await reserve(till, 0),
        await reserve(till, 8, orderRef=""),
        await reserve(till, 9, idempotencyKey=""),
        await reserve(till, 9, memberId="nobody"),
    ]
    told = [(one["userErrors"][0]["code"], one["userErrors"][0]["field"]) for one in answers]
    assert told == [
        ("CONFLICT", ["holdId"]),
        ("CONFLICT", ["holdId"]),
        ("EXPIRED", ["holdId"]),
        ("NOT_FOUND", ["holdId"]),
        ("NOT_FOUND", ["holdId"]),
        ("INVALID", ["amount"]),
        ("INVALID", ["orderRef"]),
        ("INVALID", ["idempotencyKey"]),
        ("NOT_FOUND", ["memberId"]),
    ]


@pytest.mark.parametrize("role", [Role.SHOPPER, Role.MODERATOR])
@pytest.mark.parametrize("how", [RESERVE, CAPTURE])
async def test_holds_are_for_the_shops_systems(till: Shop, how: str, role: Role) -> None:
    held = (await reserve(till))["hold"]["id"]
    member = encode_id(Kind.MEMBER, await till.member())
    wanted = {"memberId": member, "amount": 1, "orderRef": "A-1", "idempotencyKey": "k"}
    variables = {"input": wanted if how is RESERVE else {"holdId": held}}
    answer, errors = await ask(till, how, variables, role, who=await till.member())
    assert answer is None
    assert [type(cast("GraphQLError", one).original_error) for one in errors] == [Forbidden]
    assert (await till.balance()).held == 20


async def test_a_hold_is_seen_by_its_member_and_staff_alone(till: Shop) -> None:
    variables = {"id": (await reserve(till))["hold"]["id"]}
    own, _ = await ask(till, READ, variables, Role.SHOPPER, who=await till.member())
    other, _ = await ask(till, READ, variables, Role.SHOPPER, who=await till.member("C-2"))
    staff, _ = await ask(till, READ, variables, Role.ADMIN)
    assert (own, other, staff) == ({"amount": 20, "state": "OPEN"}, None, own)
