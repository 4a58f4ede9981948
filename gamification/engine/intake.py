"""The intake of activities that systems report: checked, recorded and applied in one transaction.

The firehose of a shop, an import and a single call all come through here. A bad report is
refused alone; the same report again is a duplicate; when the call returns, every effect is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain import orders
from domain.activity import Activity, Report, check_report
from domain.errors import Conflict, Invalid, NotFound, Refused
from domain.members import joined
from gamification.engine.run import EngineRun
from gamification.programme.current import Programmes
from infra import activity_log
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.enrolment import enrol
from members.store import find_by_refs

MOST_REPORTS: Final = 1_000


class Outcome(StrEnum):
    """Source: `ActivityOutcome` of the contract."""

    APPLIED = "APPLIED"
    DUPLICATE = "DUPLICATE"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
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

    Raises: Invalid for more reports than that, with nothing applied.
    """
    if len(reports) > MOST_REPORTS:
        raise Invalid("activity.too_many", field=("activities",), limit=MOST_REPORTS)

    async def work(tx: Transaction) -> list[Result]:
        return await _Intake(tx, platform, programmes, reports).run()

    return await platform.database.in_transaction(work)


class _Intake:
    """One call's reports on their way through one transaction."""

    def __init__(
        self,
        tx: Transaction,
        platform: Platform,
        programmes: Programmes,
        reports: Sequence[Report],
    ) -> None:
        self._tx = tx
        self._platform = platform
        self._programmes = programmes
        self._reports = reports
        self._results: dict[int, Result] = {}
        self._known: dict[tuple[str, str], tuple[Activity, bytes]] = {}

    async def run(self) -> list[Result]:
        now = await self._platform.clock.now(self._tx)
        for place, report in enumerate(self._reports):
            try:
                _check(report, now)
            except Refused as refused:
                self._refuse(place, refused)
        await self._refuse_strangers()
        if good := self._good():
            await self._take(good, now)
        return [self._results[place] for place in range(len(self._reports))]

    def _good(self) -> list[int]:
        return [place for place in range(len(self._reports)) if place not in self._results]

    async def _refuse_strangers(self) -> None:
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
        known = await find_by_refs(self._tx, sorted(refs))
        for place in returning:
            report = self._reports[place]
            if report.customer_ref not in known:
                ref = orders.ref_of(report.external_id, report.attributes)
                self._refuse(
                    place,
                    NotFound("order.unknown", field=("attributes", "orderRef"), order=ref),
                )

    async def _take(self, good: Sequence[int], now: datetime) -> None:
        refs = [self._reports[place].customer_ref for place in good]
        enrolled = await enrol(self._tx, refs, now)
        members = {one.member_id for one in enrolled}
        run = await EngineRun.open(self._tx, self._platform, self._programmes, members, now=now)
        waiting = await activity_log.waiting_of(self._tx, sorted(members))
        self._known = await activity_log.known(
            self._tx, [_name(self._reports[place]) for place in good]
        )
        joining = [joined(one.member_id, key=new_id(), now=now) for one in enrolled if one.is_new]
        activities = {
            place: _activity(self._reports[place], one.member_id, now)
            for place, one in zip(good, enrolled, strict=True)
        }
        await run.prepare([*waiting, *joining, *activities.values()])
        run.plan_recorded(waiting)
        for activity in joining:
            run.plan(activity)
        for place, activity in activities.items():
            self._apply(run, place, activity)
        await run.write()

    def _apply(self, run: EngineRun, place: int, activity: Activity) -> None:
        name, digest = (activity.source, activity.external_id), activity_log.digest_of(activity)
        if known := self._known.get(name):
            self._repeat(place, *known, digest)
            return
        try:
            run.plan(activity)
        except Refused as refused:
            self._refuse(place, refused)
            return
        self._known[name] = (activity, digest)
        self._results[place] = Result(self._reports[place], Outcome.APPLIED, activity)

    def _repeat(self, place: int, first: Activity, written: bytes, digest: bytes) -> None:
        if written == digest:
            self._results[place] = Result(self._reports[place], Outcome.DUPLICATE, first)
        else:
            self._refuse(place, Conflict("activity.known_otherwise", field=("externalId",)))

    def _refuse(self, place: int, refused: Refused) -> None:
        located = refused.at("activities", str(place))
        self._results[place] = Result(self._reports[place], Outcome.REJECTED, refused=located)


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
