"""Tells reporters how their reports ended, by the activity log, and when that changes.

It is called where authors are told of decisions, in the same transaction: not before a decision
can no longer be undone in silence, and again when it is undone or overturned later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from community import recording
from community.moderation.reports import store
from community.moderation.reports.outcomes import SETTLED
from community.moderation.reports.store import ReportRow, report_of
from domain.activity import Activity
from domain.moderation.reports import Outcome, news_of
from domain.moderation.subjects import SubjectKind
from infra.database import Sql
from infra.ids import Kind, encode_id

_NEWS: Final = f"""
SELECT {store.COLUMNS}, i.subject_kind, s.outcome
FROM report r JOIN review_item i ON i.id = r.item_id LEFT {SETTLED}
WHERE r.subject_id = ANY($1) AND r.told IS DISTINCT FROM s.outcome
  AND (s.tell_at IS NULL OR s.tell_at <= $2)
ORDER BY r.id FOR UPDATE OF r
"""  # noqa: S608 - own text
_KINDS: Final = {
    SubjectKind.POST: Kind.POST,
    SubjectKind.COMMENT: Kind.COMMENT,
    SubjectKind.MEMBER: Kind.MEMBER,
}


async def tell_reporters(tx: Sql, subject_ids: Iterable[UUID], now: datetime) -> int:
    """Tells whoever reported these subjects what they do not know yet; how many.

    Decisions that can still be undone in silence are left out.
    """
    rows = await tx.fetch(_NEWS, list(subject_ids), now)
    told = [
        (report_of(row), SubjectKind(row["subject_kind"]), _outcome(row["outcome"])) for row in rows
    ]
    if told:
        await recording.record(tx, [_news(*one, now) for one in told])
        await store.mark_told(tx, [(report.id, outcome) for report, _, outcome in told])
    return len(told)


def _outcome(text: str | None) -> Outcome | None:
    return None if text is None else Outcome(text)


def _news(report: ReportRow, kind: SubjectKind, outcome: Outcome | None, now: datetime) -> Activity:
    type_ = news_of(report.told, outcome)
    assert type_ is not None  # noqa: S101 - the statement finds what is news
    return recording.happened(
        report.reporter_id,
        type_,
        report.id,
        report.tellings,
        now=now,
        reportId=encode_id(Kind.REPORT, report.id),
        reason=report.reason.value,
        subjectId=encode_id(_KINDS[kind], report.subject_id),
    )
