"""An activity: an immutable fact about a member, the single source of everything else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from domain.calendar import BEGINNING
from domain.errors import Invalid
from domain.values import value

LAURELS: Final = "laurels"  # the source of activities that the platform itself reports
FUTURE_TOLERANCE: Final = timedelta(minutes=5)
DEEPEST_CASCADE: Final = 4
LONGEST_NAME: Final = 200
LARGEST_ATTRIBUTES: Final = 64 * 1024
LONGEST_LIST: Final = 1_000
_DEEPEST: Final = 16
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")
_UNPRINTED: Final = re.compile("[\x00-\x1f\ud800-\udfff]")
_TYPE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@value
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


@value
class Report:
    """An activity as a system reports it, not yet checked and not yet anybody's."""

    type: str
    source: str
    external_id: str
    customer_ref: str
    occurred_at: datetime
    attributes: Mapping[str, Any]


def check_report(report: Report, now: datetime, *, written: bytes | None = None) -> None:
    """Refuses a report that could not be recorded.

    `written` is the attributes as strict JSON (UTF-8, integers of 64 bits), where the caller has
    it: most reports are then judged by that alone.

    Raises: Invalid, with the field it is about.
    """
    check_type(report.type, field=("type",))
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
    if report.occurred_at < BEGINNING:
        raise Invalid("activity.too_long_ago", field=("occurredAt",), year=BEGINNING.year)
    _check_attributes(report.attributes, written)


def check_type(text: str, *, field: tuple[str, ...]) -> None:
    """Refuses what is no `noun.past_participle`.

    Raises: Invalid.
    """
    if not _TYPE.fullmatch(text) or len(text) > LONGEST_NAME:
        raise Invalid("activity.type", field=field, type=text[:60])


def _check_attributes(attributes: object, written: bytes | None) -> None:
    """Bounds what expressions and the database will meet: size, list lengths, depth, numbers."""
    if not isinstance(attributes, dict):
        raise Invalid(
            "activity.attributes", field=("attributes",), limit=LARGEST_ATTRIBUTES // 1024
        )
    members = cast("dict[str, object]", attributes)
    if written is not None and _is_modest(written):
        return  # what nearly every report is: nothing to walk through
    size = 0
    waiting: list[tuple[object, int]] = [(members, 1)]
    while waiting:
        value, depth = waiting.pop()
        size += _size(value)
        children = _children(value)
        if size > LARGEST_ATTRIBUTES or depth > _DEEPEST or len(children) > LONGEST_LIST:
            limit = LARGEST_ATTRIBUTES // 1024
            raise Invalid("activity.attributes", field=("attributes",), limit=limit)
        waiting.extend((child, depth + 1) for child in children)


def _is_modest(written: bytes) -> bool:
    """Whether attributes break no bound for sure, judged by their JSON without looking inside."""
    return (
        len(written) <= LARGEST_ATTRIBUTES
        and written.count(b"{") + written.count(b"[") <= _DEEPEST
        and written.count(b",") < LONGEST_LIST
        and b"\\u0000" not in written
        and not _LONG_NUMBER.search(written)
    )


def _children(value: object) -> Sequence[object]:
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return [*members.keys(), *members.values()]
    return cast("list[object]", value) if isinstance(value, list) else ()


def _size(value: object) -> int:
    """Roughly its bytes as JSON."""
    if isinstance(value, str):
        if "\x00" in value or (not value.isascii() and _SURROGATE.search(value)):
            raise Invalid("text.control", field=("attributes",))
        return len(value) + 2
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Invalid("activity.number", field=("attributes",))
    return 8


def _check_name(field: str, text: str) -> None:
    if not text.strip():
        raise Invalid("text.blank", field=(field,))
    if len(text) > LONGEST_NAME:
        raise Invalid("text.too_long", field=(field,), limit=LONGEST_NAME)
    if _UNPRINTED.search(text):
        raise Invalid("text.control", field=(field,))
