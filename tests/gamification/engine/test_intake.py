"""What becomes of the reports of one call, in their order, against the real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import Invalid
from tests.support.shop import APPLIED, DUPLICATE, REJECTED, Shop, happened


async def test_results_come_in_the_order_of_the_reports(shop: Shop) -> None:
    reports = [shop.report("app.opened", f"open-{n}", f"C-{n % 7}") for n in range(50)]
    results = await shop.tell(*reports)
    assert [result.report for result in results] == reports
    assert {result.outcome for result in results} == {APPLIED}


async def test_no_reports_are_no_results(shop: Shop) -> None:
    assert await shop.tell() == []


async def test_a_bad_report_is_refused_alone_and_names_its_field(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total")
    good, bad = shop.paid("A-1", "10"), shop.paid("A-2", "ten")
    results = await shop.tell(bad, good, replace(good, external_id=" "))
    assert [result.outcome for result in results] == [REJECTED, APPLIED, REJECTED]
    fields = [result.refused.field for result in results if result.refused]
    assert fields == [
        ("activities", "0", "attributes", "total"),
        ("activities", "2", "externalId"),
    ]
    assert await shop.available() == 10


async def test_the_same_report_again_is_a_duplicate_of_the_first(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total")
    [first] = await shop.tell(shop.paid("A-1", "10"))
    [again] = await shop.tell(shop.paid("A-1", "10"))
    assert again.outcome == DUPLICATE
    assert (again.activity and again.activity.id) == (first.activity and first.activity.id)
    assert await shop.available() == 10


async def test_the_order_of_attributes_makes_no_other_content(shop: Shop) -> None:
    one = shop.report("app.opened", "x", a=1, b={"c": 1, "d": [2]})
    other = shop.report("app.opened", "x", b={"d": [2], "c": 1}, a=1)
    assert await shop.outcomes(one, other) == [APPLIED, DUPLICATE]


@pytest.mark.parametrize(
    "change",
    [
        {"type": "app.closed"},
        {"customer_ref": "C-2"},
        {"attributes": {"a": 2}},
        {"attributes": {"a": "1"}},
    ],
)
async def test_a_name_that_says_something_else_is_a_conflict(
    shop: Shop, change: dict[str, object]
) -> None:
    first = shop.report("app.opened", "x", a=1)
    await shop.tell(first)
    expected = ("activity.known_otherwise", ("activities", "0", "externalId"))
    assert await shop.refused(replace(first, **change)) == expected


async def test_another_moment_is_another_content(shop: Shop) -> None:
    first = shop.report("app.opened", "x")
    await shop.tell(first)
    later = replace(first, occurred_at=first.occurred_at + timedelta(microseconds=1))
    assert await shop.outcomes(later) == [REJECTED]


async def test_a_name_may_be_used_by_every_source(shop: Shop) -> None:
    first = shop.report("app.opened", "x")
    assert await shop.outcomes(first, replace(first, source="app")) == [APPLIED, APPLIED]


async def test_repeats_within_one_call_are_told_apart_too(shop: Shop) -> None:
    one, other = shop.report("app.opened", "x"), shop.report("app.closed", "x")
    assert await shop.outcomes(one, one, other) == [APPLIED, DUPLICATE, REJECTED]
    assert await shop.count("activity WHERE source = 'shop'") == 1


async def test_a_refused_report_may_be_mended_and_sent_again(shop: Shop) -> None:
    early = shop.refunded("A-1", "R-1", "5")
    assert await shop.outcomes(early, shop.paid("A-1", "10"), early) == [
        REJECTED, APPLIED, APPLIED,
    ]  # fmt: skip


async def test_more_than_a_thousand_reports_are_refused_together(shop: Shop) -> None:
    reports = [shop.report("app.opened", f"open-{n}") for n in range(1001)]
    with pytest.raises(Invalid) as refused:
        await shop.tell(*reports)
    assert (refused.value.reason, refused.value.field) == ("activity.too_many", ("activities",))
    assert await shop.count("activity") == 0


async def test_a_thousand_reports_are_one_call(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total")
    reports = [shop.paid(f"A-{n}", "1", f"C-{n % 300}") for n in range(1000)]
    assert set(await shop.outcomes(*reports)) == {APPLIED}
    assert await shop.available("C-7") == 4


async def test_customers_join_on_first_sight_and_once(shop: Shop) -> None:
    await shop.rule("welcome", "50", trigger="member.joined")
    await shop.tell(shop.report("app.opened", "a"), shop.report("app.opened", "b"))
    await shop.tell(shop.report("app.opened", "c"))
    assert await shop.count("activity WHERE type = 'member.joined'") == 1
    assert await shop.available() == 50


async def test_joining_is_applied_before_what_made_the_member_join(shop: Shop) -> None:
    await shop.rule("welcome", "50", trigger="member.joined")
    await shop.rule("spend", "activity.attributes.total")
    await shop.tell(shop.paid("A-1", "10"))
    assert [entry.amount for entry in await shop.entries()] == [50, 10]
    orders = await shop.platform.database.fetch(
        "SELECT a.type FROM activity a LEFT JOIN activity_application x ON x.activity_id = a.id"
        " ORDER BY coalesce(a.applied_order, x.applied_order)"
    )
    assert [row["type"] for row in orders] == ["member.joined", "order.paid"]


async def test_a_refused_report_makes_nobody_a_member(shop: Shop) -> None:
    results = await shop.tell(
        shop.paid("A-1", "a lot", "C-1"),
        shop.refunded("A-2", "r", "1.00", "C-2"),
        shop.cancelled("A-3", "c", "C-3"),
    )
    assert [result.outcome for result in results] == [REJECTED] * 3
    assert await shop.count("member") == 0


async def test_a_refund_may_come_in_the_call_that_reports_its_order(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total")
    results = await shop.tell(shop.paid("A-1", "10"), shop.refunded("A-1", "r", "4"))
    assert [result.outcome for result in results] == [APPLIED] * 2
    assert await shop.available() == 6


async def test_a_spelling_of_an_address_reaches_the_same_member(shop: Shop) -> None:
    await shop.tell(shop.report("app.opened", "a", "Ann@Example.com"))
    await shop.tell(shop.report("app.opened", "b", "ann@example.com"))
    assert await shop.count("member") == 1


async def test_a_ref_that_lower_case_makes_too_long_stands_as_it_is(shop: Shop) -> None:
    ref = "İ" * 150 + "@x.com"
    assert await shop.outcomes(shop.report("app.opened", "a", ref)) == [APPLIED]
    assert await shop.count("member WHERE length(customer_ref) = 156") == 1


async def test_the_future_is_refused_and_the_distant_past_too(shop: Shop) -> None:
    future = shop.report("app.opened", "a", at=shop.now + timedelta(minutes=6))
    past = shop.report("app.opened", "b", at=shop.now.replace(year=1))
    assert await shop.outcomes(future, past) == [REJECTED, REJECTED]


async def test_what_waits_for_the_member_is_applied_first(shop: Shop) -> None:
    await shop.rule("post", "7", trigger="post.published")
    await shop.rule("spend", "activity.attributes.total")
    [member] = await shop.join("C-1")
    await shop.record(happened(member, "p-1"), happened(member, "p-2"))
    await shop.tell(shop.paid("A-1", "10"))
    assert [entry.amount for entry in await shop.entries()] == [7, 7, 10]


async def test_the_log_tells_the_true_order_of_application(shop: Shop) -> None:
    [member] = await shop.join("C-1")
    await shop.record(happened(member, "p-1"), happened(member, "p-2"))
    await shop.tell(shop.report("app.opened", "a"))
    rows = await shop.platform.database.fetch(
        "SELECT external_id FROM activity a LEFT JOIN activity_application x"
        " ON x.activity_id = a.id ORDER BY coalesce(a.applied_order, x.applied_order)"
    )
    assert [row["external_id"] for row in rows] == ["p-1", "p-2", "a"]


async def test_a_recorded_order_that_contradicts_itself_does_not_stop_the_log(shop: Shop) -> None:
    [member] = await shop.join("C-1")
    twice = replace(happened(member, "A-1"), type="order.paid", attributes={"total": "5"})
    again = replace(happened(member, "A-1b"), type="order.paid")
    again = replace(again, attributes={"total": "5", "orderRef": "A-1"})
    await shop.record(twice, again)
    assert await shop.outcomes(shop.report("app.opened", "a")) == [APPLIED]
    assert await shop.count("shop_order") == 1
