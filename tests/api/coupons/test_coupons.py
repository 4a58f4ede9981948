"""Coupons as clients meet them: designed, given, seen by their members, used at the till."""

from __future__ import annotations

from typing import Any, Final

import pytest

from domain.errors import RefusalCode
from domain.members import Role
from infra.i18n import Locale
from tests.api.coupons.conftest import TEMPLATE, Client

SAVE: Final = """mutation ($input: CouponTemplateInput!) { saveCouponTemplate(input: $input) {
  template { id key version name discountKind discount minimumSpend { amount currency } currency
    validDays stock issued } userErrors { code field message } } }"""
ISSUE: Final = """mutation ($input: IssueCouponsInput!) { issueCoupons(input: $input) {
  coupons { id code state template { key } } userErrors { code field } } }"""
USE: Final = """mutation ($input: UseCouponInput!) { useCoupon(input: $input) {
  coupon { id state usedForOrder discount { amount currency } } discount { amount currency }
  userErrors { code field message } } }"""
MINE: Final = """query ($state: CouponState, $first: Int, $after: String) { me {
  coupons(state: $state, first: $first, after: $after) { totalCount nodes { code state }
    pageInfo { hasNextPage endCursor } } } }"""
CHECKOUT: Final = {"orderRef": "A-1", "orderTotal": "300", "currency": "CNY"}


async def save(client: Client, **changes: object) -> dict[str, Any]:
    answer = await client.ask(SAVE, "till", Role.ADMIN, input=TEMPLATE | changes)
    saved: dict[str, Any] = answer["saveCouponTemplate"]
    return saved


async def issue(client: Client, *refs: str, key: str = "k") -> dict[str, Any]:
    wanted = {
        "couponKey": "off-40",
        "receivers": [{"customerRef": ref} for ref in refs],
        "idempotencyKey": key,
    }
    answer = await client.ask(ISSUE, "till", Role.SERVICE, input=wanted)
    issued: dict[str, Any] = answer["issueCoupons"]
    return issued


async def use(
    client: Client, code: str, locale: Locale = Locale.EN, **changes: object
) -> dict[str, Any]:
    wanted = {"code": code} | CHECKOUT | changes
    answer = await client.ask(USE, "till", Role.SERVICE, locale=locale, input=wanted)
    used: dict[str, Any] = answer["useCoupon"]
    return used


async def coupon_of(client: Client, ref: str = "ana") -> dict[str, Any]:
    await save(client)
    (coupon,) = (await issue(client, ref))["coupons"]
    return coupon


async def test_a_saved_template_reads_as_it_was_written(client: Client) -> None:
    saved = (await save(client, stock=100))["template"]
    assert saved.pop("id")
    assert saved == TEMPLATE | {
        "version": 1,
        "minimumSpend": {"amount": "300", "currency": "CNY"},
        "currency": "CNY",
        "stock": 100,
        "issued": 0,
    }


async def test_a_template_without_sense_is_refused_at_its_field(client: Client) -> None:
    refused = await save(client, discountKind="PERCENT", discount="120")
    assert refused["template"] is None
    assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [
        ("INVALID", ["discount"])
    ]


@pytest.mark.parametrize("role", [Role.SHOPPER, Role.MODERATOR])
async def test_only_staff_and_systems_give_and_use(client: Client, role: Role) -> None:
    with pytest.raises(AssertionError, match=r"auth\.forbidden"):
        await client.ask(USE, "ana", role, input={"code": "x"} | CHECKOUT)
    with pytest.raises(AssertionError, match=r"auth\.forbidden"):
        await client.ask(SAVE, "ana", role, input=TEMPLATE)


async def test_a_member_finds_the_coupon_and_the_till_uses_it(client: Client) -> None:
    coupon = await coupon_of(client)
    (mine,) = (await client.ask(MINE, "ana"))["me"]["coupons"]["nodes"]
    assert mine == {"code": coupon["code"], "state": "USABLE"}
    used = await use(client, mine["code"])
    assert used["discount"] == used["coupon"]["discount"] == {"amount": "40.00", "currency": "CNY"}
    assert (used["coupon"]["state"], used["coupon"]["usedForOrder"]) == ("USED", "A-1")
    assert await use(client, mine["code"]) == used


async def test_pages_are_by_state_and_tell_how_many_there_are(client: Client) -> None:
    coupon = await coupon_of(client)
    await issue(client, "ana", key="k2")
    await use(client, coupon["code"])
    page = (await client.ask(MINE, "ana", first=1))["me"]["coupons"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    rest = await client.ask(MINE, "ana", first=1, after=page["pageInfo"]["endCursor"])
    assert rest["me"]["coupons"]["nodes"] == [{"code": coupon["code"], "state": "USED"}]
    for state, count in {"USED": 1, "USABLE": 1, "VOID": 0, "EXPIRED": 0}.items():
        found = (await client.ask(MINE, "ana", state=state))["me"]["coupons"]
        assert (found["totalCount"], len(found["nodes"])) == (count, count)


async def test_coupons_are_private(client: Client) -> None:
    coupon = await coupon_of(client)
    query = """query ($ref: ID!, $coupon: ID!) { member: node(id: $ref) {
      ... on Member { coupons { totalCount } } } coupon: node(id: $coupon) { id } }"""
    ids: dict[str, Any] = {"ref": await client.id_of("ana"), "coupon": coupon["id"]}
    hidden = {"member": {"coupons": None}, "coupon": None}
    shown = {"member": {"coupons": {"totalCount": 1}}, "coupon": {"id": coupon["id"]}}
    assert await client.ask(query, "bo", **ids) == hidden
    assert await client.ask(query, None, **ids) == hidden
    assert await client.ask(query, "ana", **ids) == shown
    assert await client.ask(query, "bo", Role.ADMIN, **ids) == shown


async def test_how_many_were_issued_is_for_staff(client: Client) -> None:
    await coupon_of(client)
    query = "query ($id: ID!) { node(id: $id) { ... on CouponTemplate { name issued } } }"
    template = (await save(client))["template"]["id"]
    assert (await client.ask(query, "ana", id=template))["node"]["issued"] is None
    assert (await client.ask(query, "till", Role.ADMIN, id=template))["node"]["issued"] == 1


async def test_receivers_are_named_one_way(client: Client) -> None:
    await save(client)
    both = {"memberId": await client.id_of("ana"), "customerRef": "ana"}
    for receiver, code in ((both, "INVALID"), ({}, "INVALID"), ({"memberId": "x"}, "NOT_FOUND")):
        wanted = {"couponKey": "off-40", "receivers": [receiver], "idempotencyKey": "k"}
        answer = await client.ask(ISSUE, "till", Role.ADMIN, input=wanted)
        assert answer["issueCoupons"]["userErrors"] == [{"code": code, "field": ["receivers", "0"]}]


RELEASE: Final = """mutation ($input: ReleaseCouponInput!) { releaseCoupon(input: $input) {
  coupon { state } userErrors { code } } }"""
VOID: Final = """mutation ($input: VoidCouponInput!) { voidCoupon(input: $input) {
  coupon { state } userErrors { code field } } }"""


async def test_a_used_coupon_is_released_and_then_taken_back(client: Client) -> None:
    coupon = await coupon_of(client)
    await use(client, coupon["code"])
    void = {"couponId": coupon["id"]}
    refused = await client.ask(VOID, "till", Role.ADMIN, input=void)
    assert refused["voidCoupon"]["userErrors"] == [{"code": "ALREADY_DONE", "field": ["couponId"]}]
    wanted = {"code": coupon["code"], "orderRef": "A-1"}
    released = await client.ask(RELEASE, "till", Role.SERVICE, input=wanted)
    assert released["releaseCoupon"]["coupon"] == {"state": "USABLE"}
    voided = await client.ask(VOID, "till", Role.ADMIN, input=void)
    assert voided["voidCoupon"]["coupon"] == {"state": "VOID"}


async def test_a_rule_tells_the_coupon_it_gives(client: Client) -> None:
    await save(client)
    rule = """mutation ($input: EarnRuleInput!) { saveEarnRule(input: $input) {
      rule { coupon { key name } } userErrors { code field } } }"""
    wanted = {"key": "w", "name": "w", "state": "LIVE", "trigger": "order.paid", "points": "0"}
    answer = await client.ask(rule, "till", Role.ADMIN, input=wanted | {"couponKey": "off-40"})
    assert answer["saveEarnRule"]["rule"]["coupon"] == {"key": "off-40", "name": "满300减40"}
    answer = await client.ask(rule, "till", Role.ADMIN, input=wanted | {"couponKey": "nothing"})
    assert answer["saveEarnRule"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["couponKey"]}]


# What a till asks that is refused, by its code.
REFUSED: Final[dict[str, tuple[dict[str, object], RefusalCode]]] = {
    "below the minimum spend": ({"orderTotal": "299.99"}, RefusalCode.NOT_ELIGIBLE),
    "another currency": ({"currency": "USD"}, RefusalCode.NOT_ELIGIBLE),
    "no such code": ({"code": "0000-0000-0000-0000-0001"}, RefusalCode.NOT_FOUND),
    "no order": ({"orderRef": " "}, RefusalCode.INVALID),
    "nothing to pay": ({"orderTotal": "0"}, RefusalCode.INVALID),
    "no currency": ({"currency": "yuan"}, RefusalCode.INVALID),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_refusals_have_a_code_and_three_languages(client: Client, case: str) -> None:
    coupon = await coupon_of(client)
    change, code = REFUSED[case]
    wanted = {"code": coupon["code"]} | change
    said = {(await use(client, locale=one, **wanted))["userErrors"][0]["message"] for one in Locale}  # type: ignore[arg-type]
    (error,) = (await use(client, **wanted))["userErrors"]  # type: ignore[arg-type]
    assert (error["code"], len(said)) == (code.value, 3)


async def test_what_comes_too_late_says_so_in_three_languages(client: Client) -> None:
    coupon = await coupon_of(client)
    await issue(client, "bo", key="late")
    (other,) = (await client.ask(MINE, "bo"))["me"]["coupons"]["nodes"]
    await use(client, coupon["code"])
    await client.shop.let_pass(days=31)
    for code, order, expected in (
        (coupon["code"], "A-2", "ALREADY_DONE"),
        (other["code"], "A-1", "EXPIRED"),
    ):
        errors = [(await use(client, code, one, orderRef=order))["userErrors"][0] for one in Locale]
        assert {one["code"] for one in errors} == {expected}
        assert len({one["message"] for one in errors}) == 3
