"""Memberships as clients see them: what is sold, what a member holds, and every refusal."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import Forbidden, Unauthenticated
from domain.members import Role
from infra.i18n import Locale
from infra.ids import Kind, encode_id, new_id
from tests.api.memberships.conftest import STRANGER, Desk
from tests.support.trips import Asked, trips_of

SAVE = """mutation ($input: MembershipPlanInput!) { saveMembershipPlan(input: $input) {
  plan { id key name price { amount currency } periodDays trialDays reminderDays pointsMultiplier
         benefits { key name description } }
  userErrors { code field message }
} }"""
HELD = """id state startedAt currentPeriodEndsAt renews
  savedThisPeriod { amount currency } plan { key name }"""
ANSWER = f"membership {{ {HELD} }} userErrors {{ code field message }}"
START = (
    f"mutation ($input: StartMembershipInput!) {{ startMembership(input: $input) {{ {ANSWER} }} }}"
)
RENEW = (
    f"mutation ($input: RenewMembershipInput!) {{ renewMembership(input: $input) {{ {ANSWER} }} }}"
)
FAIL = f"""mutation ($input: MembershipRefInput!) {{
  failMembershipPayment(input: $input) {{ {ANSWER} }} }}"""
CANCEL = f"mutation {{ cancelMembership {{ {ANSWER} }} }}"
ME = f"{{ me {{ membership {{ {HELD} }} }} }}"
PLUS: dict[str, Any] = {
    "key": "plus",
    "name": "桂冠 PLUS",
    "price": "99.00",
    "periodDays": 30,
    "pointsMultiplier": "2",
    "benefits": [{"key": "shipping", "name": "包邮", "description": "每单"}],
}
PAID = {"planKey": "plus", "paymentRef": "P-1", "idempotencyKey": "k-1"}


async def save(desk: Desk, **changes: object) -> Any:  # noqa: ANN401 - JSON
    answer = await desk.ask(SAVE, None, Role.ADMIN, input=PLUS | changes)
    return answer["saveMembershipPlan"]


async def start(desk: Desk, who: str = "C-1", **changes: object) -> Any:  # noqa: ANN401
    return (await desk.ask(START, who, input=PAID | changes))["startMembership"]


async def refused(desk: Desk, query: str, *who: Any, **given: object) -> tuple[str, Any]:  # noqa: ANN401
    """Code and field of a refusal that speaks three languages."""
    told: list[dict[str, Any]] = []
    for locale in Locale:
        (payload,) = (await desk.ask(query, *who, locale=locale, input=given)).values()
        assert {value for name, value in payload.items() if name != "userErrors"} == {None}
        told += payload["userErrors"]
    assert len({one["message"] for one in told}) == len(told) == 3
    ((code, field),) = {(one["code"], tuple(one["field"] or ())) for one in told}
    return code, field


async def test_a_plan_is_saved_and_sold(desk: Desk) -> None:
    saved = await save(desk)
    assert saved["plan"]["price"] == {"amount": "99.00", "currency": "CNY"}
    assert saved["plan"]["reminderDays"] == 7
    sold = await desk.ask("{ membershipPlans { id key trialDays benefits { name } } }")
    assert sold["membershipPlans"] == [
        {"id": saved["plan"]["id"], "key": "plus", "trialDays": 0, "benefits": [{"name": "包邮"}]}
    ]


async def test_benefits_that_are_left_out_stay(desk: Desk) -> None:
    await save(desk)
    assert (await save(desk, benefits=None, price="120"))["plan"]["benefits"][0][
        "key"
    ] == "shipping"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": "Plus"}, "key"),
        ({"name": " "}, "name"),
        ({"price": "-1"}, "price"),
        ({"price": "0.001"}, "price"),
        ({"periodDays": 0}, "periodDays"),
        ({"trialDays": -1}, "trialDays"),
        ({"reminderDays": 4000}, "reminderDays"),
        ({"pointsMultiplier": "0"}, "pointsMultiplier"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_at_its_field(
    desk: Desk, wrong: dict[str, object], field: str
) -> None:
    assert await refused(desk, SAVE, None, Role.ADMIN, **(PLUS | wrong)) == ("INVALID", (field,))


async def test_a_member_starts_and_sees_what_it_saves(desk: Desk) -> None:
    await save(desk, trialDays=7)
    await desk.club.rule("base", "activity.attributes.total")
    started = (await start(desk))["membership"]
    assert (started["state"], started["renews"]) == ("TRIAL", True)
    await desk.club.let_pass(minutes=1)
    await desk.club.tell(desk.club.paid("A-1", "1234"))
    held = (await desk.ask(ME, "C-1"))["me"]["membership"]
    assert held == started | {"savedThisPeriod": {"amount": "12.34", "currency": "CNY"}}


async def test_the_same_start_again_gives_the_same_membership(desk: Desk) -> None:
    await save(desk)
    assert (await start(desk)) == (await start(desk))


async def test_the_shop_renews_and_tells_of_failed_payments(desk: Desk) -> None:
    await save(desk)
    id_ = (await start(desk))["membership"]["id"]
    failed = await desk.ask(FAIL, None, Role.SERVICE, input={"membershipId": id_})
    assert failed["failMembershipPayment"]["membership"]["state"] == "PAST_DUE"
    paid = {"membershipId": id_, "paymentRef": "P-2", "idempotencyKey": "r-1"}
    renewed = await desk.ask(RENEW, None, Role.SERVICE, input=paid)
    assert renewed["renewMembership"]["membership"]["state"] == "ACTIVE"


async def test_who_cancels_keeps_the_period(desk: Desk) -> None:
    await save(desk)
    before = (await start(desk))["membership"]
    after = (await desk.ask(CANCEL, "C-1"))["cancelMembership"]["membership"]
    assert after == before | {"state": "CANCELLED", "renews": False}
    await desk.club.let_pass(days=31)
    assert (await desk.ask(ME, "C-1"))["me"]["membership"]["state"] == "ENDED"


async def test_every_refusal_has_its_code_and_three_languages(desk: Desk) -> None:
    await save(desk)
    again = PAID | {"idempotencyKey": "k-2"}
    unknown = encode_id(Kind.MEMBERSHIP, new_id())
    assert await refused(desk, START, "C-1", **(PAID | {"planKey": "none"})) == (
        "NOT_FOUND",
        ("planKey",),
    )
    id_ = (await start(desk))["membership"]["id"]
    renewal = {"membershipId": id_, "paymentRef": "P-1", "idempotencyKey": "r"}
    shop = (None, Role.SERVICE)
    assert await refused(desk, START, "C-1", **again) == ("ALREADY_DONE", ("planKey",))
    assert await refused(desk, START, "C-2", **PAID) == ("CONFLICT", ("paymentRef",))
    assert await refused(desk, START, "C-1", **(PAID | {"paymentRef": "P-9"})) == (
        "CONFLICT",
        ("idempotencyKey",),
    )
    assert await refused(desk, RENEW, *shop, **renewal) == ("CONFLICT", ("paymentRef",))
    blank = renewal | {"paymentRef": ""}
    assert await refused(desk, RENEW, *shop, **blank) == ("INVALID", ("paymentRef",))
    for strange in (unknown, encode_id(Kind.TIER, new_id()), "x"):
        given = renewal | {"membershipId": strange}
        assert await refused(desk, RENEW, *shop, **given) == ("NOT_FOUND", ("membershipId",))
        assert await refused(desk, FAIL, *shop, membershipId=strange) == (
            "NOT_FOUND",
            ("membershipId",),
        )
    await desk.club.let_pass(days=40)
    late = renewal | {"paymentRef": "P-3"}
    assert await refused(desk, RENEW, *shop, **late) == ("ENDED", ("membershipId",))
    assert await refused(desk, FAIL, *shop, membershipId=id_) == ("ENDED", ("membershipId",))


@pytest.mark.parametrize("locale", Locale)
async def test_cancelling_what_is_not_there_is_refused(desk: Desk, locale: Locale) -> None:
    await save(desk)
    [error] = (await desk.ask(CANCEL, "C-1", locale=locale))["cancelMembership"]["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", None)
    await start(desk)
    await desk.club.let_pass(days=40)
    [error] = (await desk.ask(CANCEL, "C-1", locale=locale))["cancelMembership"]["userErrors"]
    assert (error["code"], error["field"]) == ("ENDED", None)


async def test_only_the_shop_renews_fails_and_designs(desk: Desk) -> None:
    await save(desk)
    id_ = (await start(desk))["membership"]["id"]
    paid = {"membershipId": id_, "paymentRef": "P-2", "idempotencyKey": "r-1"}
    assert await desk.ask(RENEW, "C-1", input=paid) == [Forbidden]
    assert await desk.ask(FAIL, "C-1", input={"membershipId": id_}) == [Forbidden]
    assert await desk.ask(SAVE, None, Role.SERVICE, input=PLUS) == [Forbidden]
    assert await desk.ask(START, input=PAID) == [Unauthenticated]
    assert await desk.ask(CANCEL) == [Unauthenticated]


async def test_nobody_sees_the_membership_of_another(desk: Desk) -> None:
    await save(desk)
    id_ = (await start(desk))["membership"]["id"]
    query = """query ($id: ID!, $member: ID!) { held: node(id: $id) { id }
      member: node(id: $member) { ... on Member { membership { id } } } }"""
    member = encode_id(Kind.MEMBER, await desk.club.member("C-1"))

    async def seen(*who: Any) -> list[Any]:  # noqa: ANN401
        data = await desk.ask(query, *who, id=id_, member=member)
        return [data["held"], data["member"]["membership"]]

    for who in (("C-2",), (), (None, Role.MODERATOR)):
        assert await seen(*who) == [None, None]
    for allowed in (("C-1",), (None, Role.ADMIN), (None, Role.SERVICE)):
        assert await seen(*allowed) == [{"id": id_}] * 2


async def test_a_plan_is_a_node_at_each_of_its_versions(desk: Desk) -> None:
    old = (await save(desk))["plan"]["id"]
    new = (await save(desk, price="120"))["plan"]["id"]
    query = (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on MembershipPlan { price { amount } } } }"
    )
    found = await desk.ask(query, ids=[old, new])
    assert [one["price"]["amount"] for one in found["nodes"]] == ["99.00", "120.00"]


async def test_many_memberships_take_no_more_trips_than_one(desk: Desk) -> None:
    await save(desk)
    refs = [f"M-{n}" for n in range(12)]
    for number, ref in enumerate(refs):
        await desk.club.start(ref, payment_ref=f"P-{number}")
    ids = [encode_id(Kind.MEMBER, await desk.club.member(ref)) for ref in refs]
    query = f"""query ($ids: [ID!]!) {{
      nodes(ids: $ids) {{ ... on Member {{ membership {{ {HELD} }} }} }} }}"""

    async def trips(some: list[str]) -> object:
        asked = Asked(query, {"ids": some}, STRANGER, frozenset({Role.ADMIN}))
        data, trips = await trips_of(asked, desk.club.platform, desk.club.programmes)
        assert all(one["membership"]["state"] == "ACTIVE" for one in data["nodes"])
        return trips

    assert await trips(ids) == await trips(ids[:1])
