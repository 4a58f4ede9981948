"""Starting, renewing, failing and cancelling: what each does, and what it refuses."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.errors import AlreadyDone, Conflict, Ended, Invalid, NotFound, Refused
from domain.memberships import MembershipState
from domain.programme import Programme
from gamification.ledger import merging
from gamification.memberships import service, store
from infra.database import Sql
from infra.ids import new_id
from members.linking import link_customer
from tests.support.clubs import Club
from tests.support.locks import delayed

TRIAL, ACTIVE, PAST_DUE = MembershipState.TRIAL, MembershipState.ACTIVE, MembershipState.PAST_DUE
CANCELLED, ENDED = MembershipState.CANCELLED, MembershipState.ENDED


async def test_a_membership_runs_for_its_period_then_a_week_then_ends(club: Club) -> None:
    await club.start()
    seen = [await club.state()]
    for days in (30, 1, 6, 1):
        await club.let_pass(days=days)
        seen.append(await club.state())
    assert seen == [ACTIVE, ACTIVE, PAST_DUE, PAST_DUE, ENDED]


async def test_a_trial_comes_first_and_once(club: Club) -> None:
    await club.plan(trial_days=7)
    await club.start()
    assert await club.state() is TRIAL
    await club.cancel()
    assert await club.state() is CANCELLED
    await club.let_pass(days=8)
    assert await club.state() is ENDED
    await club.start()
    assert await club.state() is ACTIVE


async def test_a_renewal_adds_a_period_behind_the_last_one(club: Club) -> None:
    row = await club.start()
    await club.let_pass(days=33)
    renewed = await club.renew(row)
    assert await club.state() is ACTIVE
    assert renewed.membership.paid_until == row.membership.paid_until + timedelta(days=30)


async def test_a_failed_payment_is_past_due_for_a_week(club: Club) -> None:
    row = await club.start()
    first, again = await club.fail(row), await club.fail(row)
    assert await club.state() is PAST_DUE
    assert first.membership.perks_until == again.membership.perks_until
    await club.let_pass(days=8)
    assert await club.state() is ENDED


async def test_a_failure_from_before_the_last_payment_was_made_good(club: Club) -> None:
    row = await club.start()
    await club.fail(row, occurred_at=club.now - timedelta(minutes=1))
    assert await club.state() is ACTIVE


async def test_who_cancelled_keeps_the_period(club: Club) -> None:
    row = await club.start()
    cancelled, again = await club.cancel(), await club.cancel()
    assert cancelled.membership.perks_until == row.membership.paid_until
    assert again.membership == cancelled.membership
    await club.let_pass(days=31)
    assert await club.state() is ENDED


async def test_who_cancelled_and_pays_goes_on(club: Club) -> None:
    row = await club.start()
    await club.cancel()
    renewed = await club.renew(row)
    assert renewed.membership.renews_at(renewed.at)
    assert await club.state() is ACTIVE


async def test_what_is_not_paid_for_any_more_is_cancelled_at_once(club: Club) -> None:
    await club.start()
    await club.let_pass(days=33)
    await club.cancel()
    assert await club.state() is ENDED


async def test_one_key_starts_and_renews_once(club: Club) -> None:
    rows = await asyncio.gather(*(club.start(key="same", payment_ref="P-1") for _ in range(5)))
    assert len({row.membership.id for row in rows}) == 1
    renewed = [await club.renew(rows[0], "P-2", key="again") for _ in range(2)]
    assert [row.membership.period for row in renewed] == [2, 2]


async def test_the_database_decides_that_a_member_has_one(club: Club) -> None:
    results = await asyncio.gather(*(club.start() for _ in range(12)), return_exceptions=True)
    refused = [one.reason for one in results if isinstance(one, AlreadyDone)]
    assert refused == ["membership.running"] * 11


async def test_a_payment_pays_once_whoever_brings_it(club: Club) -> None:
    results = await asyncio.gather(
        *(club.start(f"C-{n}", payment_ref="P-1") for n in range(8)), return_exceptions=True
    )
    refused = [one.reason for one in results if isinstance(one, Conflict)]
    assert refused == ["membership.payment_known"] * 7


async def test_renewals_at_once_by_one_payment_add_one_period(club: Club) -> None:
    row = await club.start()
    results = await asyncio.gather(
        *(club.renew(row, "P-9") for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in results) == 7
    assert (await club.renew(row)).membership.period == 3


@pytest.mark.parametrize(
    ("other", "error", "field"),
    [
        ({"plan_key": "none"}, NotFound, "planKey"),
        ({"payment_ref": " "}, Invalid, "paymentRef"),
        ({"payment_ref": "x" * 201}, Invalid, "paymentRef"),
        ({"key": ""}, Invalid, "idempotencyKey"),
    ],
)
async def test_a_start_that_is_wrong_is_refused_at_its_field(
    club: Club, other: dict[str, str], error: type[Refused], field: str
) -> None:
    with pytest.raises(error) as refused:
        await club.start(**other)
    assert refused.value.field == (field,)


async def test_what_ended_stays_ended(club: Club) -> None:
    row = await club.start()
    await club.let_pass(days=40)
    for verb in (club.renew(row), club.fail(row), club.cancel()):
        with pytest.raises(Ended):
            await verb
    assert await club.state() is ENDED


async def test_what_was_never_started_is_not_found(club: Club) -> None:
    await club.join("C-1")
    with pytest.raises(NotFound):
        await club.cancel()
    with pytest.raises(NotFound) as refused:
        await service.fail_payment(club.platform, club.programmes.current, membership_id=new_id())
    assert refused.value.field == ("membershipId",)


async def test_a_changed_plan_binds_from_the_next_renewal(club: Club) -> None:
    row = await club.start()
    await club.plan("150", period_days=60)
    renewed = await club.renew(row)
    assert renewed.plan.price == 100, "the present period is paid"
    assert renewed.membership.paid_until == row.membership.paid_until + timedelta(days=60)
    await club.let_pass(days=31)
    now = await club.platform.clock.now()
    shown = await service.rows(club.platform.database, [renewed.membership], now)
    assert shown[row.membership.id].plan.price == 150


async def test_saving_a_plan_without_a_change_makes_no_version(club: Club) -> None:
    assert [(await club.plan()).version, (await club.plan("9")).version] == [1, 2]


async def test_each_step_is_told_once(club: Club) -> None:
    row = await club.start()
    await club.let_pass(days=25)
    assert [await club.settle(), await club.settle()] == [1, 0]
    await club.let_pass(days=7)
    await club.settle()
    await club.renew(row)
    await club.let_pass(days=40)
    while await club.settle():
        pass
    assert await club.told() == [
        "started",
        "renewal_announced",
        "payment_missed",
        "renewed",
        "payment_missed",
        "ended",
    ]


async def test_a_payment_missed_in_two_periods_is_told_twice(club: Club) -> None:
    """The first is written down when it is made good, the second by the job."""
    row = await club.start()
    await club.let_pass(days=32)
    await club.renew(row)
    await club.let_pass(days=30)
    await club.settle()
    expected = ["started", "payment_missed", "renewed", "payment_missed"]
    assert await club.told() == expected


async def test_a_missed_night_is_caught_up_and_a_new_one_can_begin(club: Club) -> None:
    await club.start()
    await club.let_pass(days=60)
    await club.start()
    assert await club.told() == ["started", "payment_missed", "ended", "started"]
    assert await club.settle() == 0


async def test_what_became_of_it_can_earn(club: Club) -> None:
    await club.rule("welcome", "50", trigger="membership.started")
    await club.start()
    await club.consume()
    assert await club.available() == 50, "the membership did not count for its own start"
    assert (await club.attributes("membership.started"))["plan"] == "plus"


async def test_who_paid_for_a_membership_is_not_merged_into_somebody_else(club: Club) -> None:
    await club.join("C-1")
    row = await club.start("ana@example.com")
    ana, database = row.membership.member_id, club.platform.database
    await database.execute(
        "INSERT INTO account VALUES ($1, 'EMAIL', $2, $3)", "ana@example.com", ana, club.now
    )
    with pytest.raises(Conflict) as refused:
        await link_customer(database, ana, "C-1", hold=merging.hold, now=club.now)
    assert refused.value.reason == "member.number_taken"


async def test_who_was_merged_meanwhile_starts_as_the_other(club: Club) -> None:
    left, other = await club.join("ana@example.com", "C-1")
    await club.platform.database.execute(
        "UPDATE member SET merged_into = $2, customer_ref = NULL WHERE id = $1", left, other
    )
    row = await service.start(
        club.platform,
        club.programmes.current,
        service.Request(left, "k"),
        member_id=left,
        plan_key="plus",
        payment_ref="P-1",
    )
    assert row.membership.member_id == other


async def test_who_waits_while_the_last_one_ends_starts_after_its_end(club: Club) -> None:
    row = await club.start()
    await club.let_pass(days=32)  # past due: to cancel ends it at once

    async def current(sql: Sql) -> Programme:
        if await club.state() != "ENDED":
            await club.cancel()
        return await club.programmes.current(sql)

    member_id = row.membership.member_id
    started = await service.start(
        club.platform,
        current,
        service.Request(member_id, "k"),
        member_id=member_id,
        plan_key="plus",
        payment_ref="P-2",
    )
    [ended] = (await store.by_ids(club.platform.database, [row.membership.id])).values()
    assert ended.perks_until <= started.membership.started_at


async def test_the_job_says_when_it_learned_what_it_had_to_wait_for(club: Club) -> None:
    await club.start()
    await club.adjust(1)
    await club.let_pass(days=31)
    then, settled = await delayed(club, club.settle(), hours=1)
    assert settled == 1
    told = "SELECT received_at FROM activity WHERE type = 'membership.payment_missed'"
    assert await club.platform.database.fetchval(told) >= then
