"""What a membership multiplies, which benefits count, and what both were worth to the member."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.activity import Report
from domain.ledger import DebtPolicy
from gamification.programme import service as programme
from tests.support.clubs import Club
from tests.support.shop import APPLIED


def used(club: Club, name: str, amount: object = "12.00", **more: object) -> Report:
    """The shop says that shipping was free."""
    attributes = {"benefit": "shipping", "amount": amount} | more
    return club.report("benefit.used", name, "C-1", **attributes)


async def steps(club: Club) -> list[str]:
    return [step.key for step in (await club.entries())[-1].steps]


async def test_an_order_of_a_member_who_pays_earns_more_and_says_why(club: Club) -> None:
    await club.rule("base", "activity.attributes.total")
    await club.start()
    await club.let_pass(minutes=1)
    await club.tell(club.paid("A-1", "100"))
    assert await club.available() == 200
    assert await steps(club) == ["base", "membership"]


async def test_an_order_counts_by_when_it_occurred(club: Club) -> None:
    await club.rule("base", "activity.attributes.total")
    before = club.now
    await club.let_pass(minutes=10)
    await club.start()
    await club.let_pass(minutes=10)
    held = club.now
    await club.let_pass(days=60)
    await club.tell(club.paid("A-1", "100", at=before), club.paid("A-2", "100", at=held))
    assert await club.available() == 300
    await club.tell(club.paid("A-3", "100"))
    assert await club.available() == 400, "it ended by itself, whether a job wrote that or not"


async def test_perks_stay_while_a_payment_is_missing_and_after_cancelling(club: Club) -> None:
    await club.rule("base", "activity.attributes.total")
    await club.fail(await club.start())
    await club.start("C-2")
    await club.cancel("C-2")
    await club.let_pass(minutes=1)
    await club.tell(club.paid("A-1", "10"), club.paid("A-2", "10", "C-2"))
    assert [await club.available(), await club.available("C-2")] == [20, 20]


async def test_a_changed_multiplier_waits_for_the_next_period(club: Club) -> None:
    await club.rule("base", "activity.attributes.total")
    row = await club.start()
    await club.plan(multiplier="3")
    await club.renew(row)
    await club.let_pass(minutes=1)
    await club.tell(club.paid("A-1", "10"))
    assert await club.available() == 20
    await club.let_pass(days=31)
    await club.tell(club.paid("A-2", "10"))
    assert await club.available() == 50


async def test_while_a_payment_is_missing_the_old_multiplier_counts(club: Club) -> None:
    await club.rule("base", "activity.attributes.total")
    row = await club.start()
    await club.let_pass(days=32)
    missing = club.now
    await club.plan(multiplier="3")
    await club.let_pass(hours=1)
    await club.renew(row)
    await club.let_pass(hours=1)
    await club.tell(club.paid("A-1", "10", at=missing), club.paid("A-2", "10"))
    assert await club.available() == 50


async def test_extra_points_are_worth_what_a_point_pays(club: Club) -> None:
    await club.rule("base", "activity.attributes.total")
    await club.rule("capped", "60", cap_per_member_per_day=100)
    row = await club.start()
    await club.let_pass(minutes=1)
    await club.tell(club.paid("A-1", "99.5"))
    assert await club.saved(row) == Decimal("1.4"), "100 of 199 points, and 40 of 100"


async def test_a_refund_takes_back_what_was_saved(club: Club) -> None:
    await club.rule("base", "activity.attributes.total")
    row = await club.start()
    await club.let_pass(minutes=1)
    await club.tell(club.paid("A-1", "100"), used(club, "U-1", "10.00", orderRef="A-1"))
    assert await club.saved(row) == 11
    await club.tell(club.refunded("A-1", "R-1", "25"))
    assert await club.saved(row) == Decimal("8.25")
    await club.tell(club.cancelled("A-1", "X-1"))
    assert await club.saved(row) == 0


async def test_points_that_could_not_be_taken_back_were_saved(club: Club) -> None:
    await programme.save_settings(club.platform, debt_policy=DebtPolicy.LIMIT_TO_AVAILABLE)
    await club.rule("base", "activity.attributes.total")
    row = await club.start()
    await club.let_pass(minutes=1)
    await club.tell(club.paid("A-1", "100"))
    await club.adjust(-200)
    await club.tell(club.cancelled("A-1", "X-1"))
    assert await club.saved(row) == 1


async def test_each_period_begins_with_nothing_saved(club: Club) -> None:
    row = await club.start()
    await club.let_pass(minutes=1)
    await club.tell(used(club, "U-1"))
    await club.renew(row)
    assert await club.saved(row) == 12
    await club.let_pass(days=31)
    assert await club.saved(row) == 0
    await club.tell(used(club, "U-2", "5"))
    assert await club.saved(row) == 5


async def test_the_same_use_reported_again_counts_once(club: Club) -> None:
    row = await club.start()
    await club.let_pass(minutes=1)
    report = used(club, "U-1")
    assert [str(one) for one in await club.outcomes(report, report)] == ["APPLIED", "DUPLICATE"]
    assert await club.saved(row) == 12


async def test_a_benefit_of_something_else_is_an_activity_and_saves_nothing(club: Club) -> None:
    row = await club.start()
    await club.let_pass(minutes=1)
    assert await club.outcomes(used(club, "U-1", benefit="lounge")) == [APPLIED]
    assert await club.outcomes(club.report("benefit.used", "U-2", "C-2", benefit="a", amount="1"))
    assert await club.saved(row) == 0


@pytest.mark.parametrize(
    ("wrong", "reason", "attribute"),
    [
        ({"amount": 12}, "order.money", "amount"),
        ({"amount": "-1"}, "order.money", "amount"),
        ({"benefit": "No Key"}, "programme.key", "benefit"),
        ({"currency": "yuan"}, "order.currency", "currency"),
        ({"currency": "USD"}, "membership.currency_differs", "currency"),
        ({"orderRef": 3}, "order.ref", "orderRef"),
    ],
)
async def test_a_malformed_use_is_refused(
    club: Club, wrong: dict[str, object], reason: str, attribute: str
) -> None:
    await club.start()
    await club.let_pass(minutes=1)
    expected = (reason, ("activities", "0", "attributes", attribute))
    assert await club.refused(used(club, "U-1", **wrong)) == expected


async def test_a_free_order_that_goes_back_takes_its_benefit_along(club: Club) -> None:
    row = await club.start()
    await club.let_pass(minutes=1)
    await club.tell(club.paid("A-1", "0"), used(club, "U-1", orderRef="A-1"))
    assert await club.saved(row) == 12
    await club.tell(club.cancelled("A-1", "X-1"))
    assert await club.saved(row) == 0
