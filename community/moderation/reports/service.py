"""The verb of members: say that something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from community.moderation import queue
from community.moderation.queue import store as items
from community.moderation.reports import outcomes, store, subjects
from community.moderation.reports.store import ReportRow
from community.moderation.reports.subjects import Reportable
from domain.calendar import day_of, start_of
from domain.errors import LimitReached
from domain.moderation.priority import TARGETS, Signal
from domain.moderation.reports import MOST_A_DAY, weight
from domain.moderation.standing import COUNTS_FOR
from domain.moderation.subjects import Origin, ReportReason, SubjectKind
from domain.posts.visibility import Reader
from domain.text import check_text
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.suspensions import check_may_speak

LONGEST_NOTE: Final = 1_000
REPORTS: Final = "reports"
"""The key of the signal that says what members reported."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a member reports, and why."""

    reader: Reader
    reporter_id: UUID
    kind: SubjectKind
    subject_id: UUID
    reason: ReportReason
    note: str | None = None


async def report(platform: Platform, zone: ZoneInfo, complaint: Complaint) -> ReportRow:
    """Reports a thing, once a member; again changes nothing and gives what was reported first.

    Days are those of the programme's zone. Whoever holds the thing's item holds it no longer.

    Raises: Invalid, NotFound for what the member may not see, NotAllowed for what is their own or
    not published, LimitReached, Suspended.
    """
    if complaint.note is not None:
        check_text(complaint.note, limit=LONGEST_NOTE, field=("note",))

    async def work(tx: Transaction) -> ReportRow:
        member_id = complaint.reporter_id
        await store.lock_reporter(tx, member_id)
        await subjects.hold(tx, complaint.kind, complaint.subject_id)
        now = await platform.clock.now(tx)
        await check_may_speak(tx, member_id, now)
        known = await store.made(tx, complaint.subject_id, member_id)
        if known is not None:
            return known
        found = await subjects.find(tx, complaint.kind, complaint.subject_id, complaint.reader, now)
        today = start_of(day_of(now, zone), zone)
        if await store.count_since(tx, member_id, today) >= MOST_A_DAY:
            raise LimitReached("report.too_many", field=("subjectId",), limit=MOST_A_DAY)
        return await _add(tx, platform, complaint, found)

    return await platform.database.in_transaction(work)


async def _add(
    tx: Transaction, platform: Platform, complaint: Complaint, found: Reportable
) -> ReportRow:
    """Writes a report down, to the one undecided item of its subject."""
    began = await platform.clock.now(tx)
    item_id = await items.hold_or_add(
        tx,
        new_id(),
        found.subject,
        Origin.REPORT,
        now=began,
        due_at=began + TARGETS[Origin.REPORT],
    )
    now = await platform.clock.now(tx)  # who waited for a decision reports after it
    made = ReportRow(
        id=new_id(),
        item_id=item_id,
        subject_id=found.subject.id,
        author_id=found.subject.author_id,
        reporter_id=complaint.reporter_id,
        reason=complaint.reason,
        note=complaint.note,
        weight=await _weight(tx, complaint, now),
        created_at=now,
    )
    await store.add(tx, made)
    of_item = (await store.of_items(tx, [item_id]))[item_id]
    signals = [_signal(of_item), *found.signals]
    await queue.put(tx, platform, found.subject, Origin.REPORT, signals, now=now)
    return made


async def _weight(tx: Sql, complaint: Complaint, now: datetime) -> float:
    reporter_id = complaint.reporter_id
    counted = await outcomes.counts_of(tx, [reporter_id], now - COUNTS_FOR)
    upheld, dismissed = counted[reporter_id]
    return weight(complaint.reason, upheld=upheld, dismissed=dismissed)


def _signal(reports: Sequence[ReportRow]) -> Signal:
    """What all reports of an item weigh together, and why they were made, the most often first."""
    reasons = [one.reason.value for one in reports]
    often = sorted(set(reasons), key=lambda one: (-reasons.count(one), one))
    evidence = {
        "count": len(reports),
        "reasons": {one: reasons.count(one) for one in often},
    }
    return Signal(REPORTS, sum(one.weight for one in reports), evidence)
