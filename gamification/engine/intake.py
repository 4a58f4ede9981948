"""The intake of activities that systems report: checked, recorded and applied at once.

The firehose of a shop, an import and a single call all come through here. A bad report is
refused alone; the same report again is a duplicate; when the call returns, every effect is there.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final
from uuid import UUID

from domain import orders
from domain.activity import Activity, Report, check_report
from domain.errors import Conflict, Invalid, NotFound, Refused
from domain.values import value
from gamification.engine.run import EngineRun
from gamification.programme.current import Programmes
from infra import activity_log
from infra.database import Outdated, Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.enrolment import enrol, record_joining
from members.store import find_by_refs, merged

MOST_REPORTS: Final = 1_000
_FEW: Final = 100
GROUPS: Final = 3
"""Of members, by which a call of many is taken: one more than the cores that a small shop has."""

LOCK: Final = 0x4C61_6772
"""Names the groups among PostgreSQL's advisory locks."""


class Outcome(StrEnum):
    """Source: `ActivityOutcome` of the contract."""

    APPLIED = "APPLIED"
    DUPLICATE = "DUPLICATE"
    REJECTED = "REJECTED"


@value
class Result:
    """What became of one report: its activity, or why it was refused."""

    report: Report
    outcome: Outcome
    activity: Activity | None = None
    refused: Refused | None = None


async def ingest(
    platform: Platform, programmes: Programmes, reports: Sequence[Report]
) -> list[Result]:
    """Records and applies up to 1,000 reports, once each; one result a report, in their order.

    A few are one transaction. Many are taken in groups of members, a transaction each, whichever
    no other call is at: two firehoses then seldom wait for the same members.

    Raises: Invalid for more reports than that, with nothing applied.
    """
    if len(reports) > MOST_REPORTS:
        raise Invalid("activity.too_many", field=("activities",), limit=MOST_REPORTS)
    intake = _Intake(platform, programmes, reports)
    in_transaction = platform.database.in_transaction
    if len(reports) <= _FEW:
        await in_transaction(intake.take_all)
        return intake.results()
    await in_transaction(intake.receive)
    groups = {number: places for number, places in enumerate(intake.groups()) if places}
    while groups:
        del groups[await in_transaction(partial(intake.take_one, groups))]
    return intake.results()


class _Intake:
    """One call's reports on their way. Each step may be run again when it met a concurrent one."""

    def __init__(
        self, platform: Platform, programmes: Programmes, reports: Sequence[Report]
    ) -> None:
        self._platform = platform
        self._programmes = programmes
        self._reports = reports
        self._results: dict[int, Result] = {}
        self._members: dict[int, UUID] = {}
        self._known: dict[tuple[str, str], tuple[Activity, bytes | None]] = {}

    def results(self) -> list[Result]:
        return [self._results[place] for place in range(len(self._reports))]

    def groups(self) -> list[list[int]]:
        """The places of received reports by the log partition of their members."""
        groups: list[list[int]] = [[] for _ in range(GROUPS)]
        for place, member_id in self._members.items():
            groups[activity_log.partition_of(member_id) % GROUPS].append(place)
        return groups

    async def take_all(self, tx: Transaction) -> None:
        """Everything in one transaction."""
        await self.receive(tx)
        if self._members:
            await self.take(list(self._members), tx)

    async def receive(self, tx: Transaction) -> None:
        """Refuses what is wrong by itself, and makes members of whoever is new.

        That they joined is recorded here and waits: it is applied with their first activity.
        """
        self._results.clear()
        now = await self._platform.clock.now(tx)
        for place, report in enumerate(self._reports):
            try:
                _check(report, now)
            except Refused as refused:
                self._refuse(place, refused)
        await self._refuse_strangers(tx)
        good = self._good()
        refs = [self._reports[place].customer_ref for place in good]
        enrolled = await enrol(tx, refs, now) if good else []
        await record_joining(tx, enrolled, now)
        self._members = {place: one.member_id for place, one in zip(good, enrolled, strict=True)}

    async def take_one(self, groups: Mapping[int, Sequence[int]], tx: Transaction) -> int:
        """Applies one of these groups, and tells which."""
        number = await _free_group(tx, list(groups))
        await self.take(groups[number], tx)
        return number

    async def take(self, places: Sequence[int], tx: Transaction) -> None:
        """Applies the reports at these places, after what already waits for their members."""
        members = {self._members[place] for place in places}
        run = await EngineRun.open(tx, self._platform, self._programmes, members)
        await self._follow_merged(tx, places)
        waiting = await activity_log.waiting_of(tx, sorted(members))
        names = [_name(self._reports[place]) for place in places]
        self._known = dict(await activity_log.known(tx, names))
        activities = {
            place: _activity(self._reports[place], self._members[place], run.now)
            for place in places
        }
        await run.prepare([*waiting, *activities.values()])
        run.plan_recorded(waiting)
        for place, activity in activities.items():
            self._apply(run, place, activity)
        await run.write()

    async def _follow_merged(self, tx: Transaction, places: Sequence[int]) -> None:
        """Who was merged into another member before we held them keeps nothing from now on.

        Raises: Outdated, after which the reports are taken for the other member.
        """
        moved = await merged(tx, {self._members[place] for place in places})
        if moved:
            for place in places:
                member_id = self._members[place]
                self._members[place] = moved.get(member_id, member_id)
            raise Outdated

    def _good(self) -> list[int]:
        return [place for place in range(len(self._reports)) if place not in self._results]

    async def _refuse_strangers(self, tx: Transaction) -> None:
        """Whoever is new has no order to give back: a refused refund makes nobody a member."""
        paying: set[str] = set()
        returning: list[int] = []
        for place in self._good():
            report = self._reports[place]
            if report.type == orders.PAID:
                paying.add(report.customer_ref)
            elif report.type in orders.ORDER_TYPES and report.customer_ref not in paying:
                returning.append(place)
        if not returning:
            return
        refs = {self._reports[place].customer_ref for place in returning}
        known = await find_by_refs(tx, sorted(refs))
        for place in returning:
            report = self._reports[place]
            if report.customer_ref not in known:
                ref = orders.ref_of(report.external_id, report.attributes)
                self._refuse(
                    place,
                    NotFound("order.unknown", field=("attributes", "orderRef"), order=ref),
                )

    def _apply(self, run: EngineRun, place: int, activity: Activity) -> None:
        name = (activity.source, activity.external_id)
        if known := self._known.get(name):
            self._repeat(place, activity, *known)
            return
        try:
            run.plan(activity)
        except Refused as refused:
            self._refuse(place, refused)
            return
        self._known[name] = (activity, None)
        self._results[place] = Result(self._reports[place], Outcome.APPLIED, activity)

    def _repeat(self, place: int, again: Activity, first: Activity, digest: bytes | None) -> None:
        """`digest` is what the log has of the first; None for one of this call."""
        if activity_log.digest_of(again) == (digest or activity_log.digest_of(first)):
            self._results[place] = Result(self._reports[place], Outcome.DUPLICATE, first)
        else:
            self._refuse(place, Conflict("activity.known_otherwise", field=("externalId",)))

    def _refuse(self, place: int, refused: Refused) -> None:
        located = refused.at("activities", str(place))
        self._results[place] = Result(self._reports[place], Outcome.REJECTED, refused=located)


async def _free_group(tx: Transaction, numbers: Sequence[int]) -> int:
    """One of the groups that no other call is at, or any, once that one is left.

    It is this transaction's until it ends. A courtesy: what keeps calls apart is members' locks.
    """
    free: int | None = await tx.fetchval(
        "SELECT n FROM unnest($2::integer[]) n WHERE pg_try_advisory_xact_lock($1, n) LIMIT 1",
        LOCK,
        numbers,
    )
    if free is None:
        free = random.choice(numbers)  # noqa: S311 - not all at the same one
        await tx.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, free)
    return free


def _check(report: Report, now: datetime) -> None:
    """Refuses what could never be recorded, before anybody becomes a member by it."""
    check_report(report, now, written=activity_log.as_json(report.attributes))
    if report.type in orders.ORDER_TYPES:
        orders.read_order(report.type, report.external_id, report.attributes)


def _name(report: Report) -> tuple[str, str]:
    return report.source, report.external_id


def _activity(report: Report, member_id: UUID, now: datetime) -> Activity:
    return Activity(
        id=new_id(),
        member_id=member_id,
        type=report.type,
        source=report.source,
        external_id=report.external_id,
        occurred_at=report.occurred_at,
        received_at=now,
        attributes=report.attributes,
    )
