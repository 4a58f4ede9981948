"""An activity: an immutable fact about a member, the single source of everything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.errors import Invalid

LAURELS: Final = "laurels"  # the source of activities that the platform itself reports
FUTURE_TOLERANCE: Final = timedelta(minutes=5)
DEEPEST_CASCADE: Final = 4
LONGEST_NAME: Final = 200
_TYPE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@dataclass(frozen=True, slots=True)
class Activity:
    """A recorded fact. `(source, external_id)` names it once and for all.

    `depth` is 0 for what happened outside and one more for each activity it was derived from.
    """

    id: UUID
    member_id: UUID
    type: str
    source: str
    external_id: str
    occurred_at: datetime
    received_at: datetime
    attributes: Mapping[str, Any]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """An activity as a system reports it, not yet checked and not yet anybody's."""

    type: str
    source: str
    external_id: str
    customer_ref: str
    occurred_at: datetime
    attributes: Mapping[str, Any]


def check_report(report: Report, now: datetime) -> None:
    """Refuses a report that could not be recorded.

    Raises: Invalid, with the field it is about.
    """
    if not _TYPE.fullmatch(report.type) or len(report.type) > LONGEST_NAME:
        raise Invalid("activity.type", field=("type",), type=report.type[:60])
    for field, text in (
        ("source", report.source),
        ("externalId", report.external_id),
        ("customerRef", report.customer_ref),
    ):
        _check_name(field, text)
    if report.source == LAURELS:
        raise Invalid("activity.source_reserved", field=("source",))
    if report.occurred_at > now + FUTURE_TOLERANCE:
        raise Invalid("activity.in_future", field=("occurredAt",))


def _check_name(field: str, text: str) -> None:
    if not text.strip():
        raise Invalid("text.blank", field=(field,))
    if len(text) > LONGEST_NAME:
        raise Invalid("text.too_long", field=(field,), limit=LONGEST_NAME)
    if any(ord(char) < ord(" ") or "\ud800" <= char <= "\udfff" for char in text):
        raise Invalid("text.control", field=(field,))
