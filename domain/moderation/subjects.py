"""What moderators look at, what brought it to them, and what they may do about it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.values import value


class SubjectKind(StrEnum):
    """What an item of the queue is about."""

    POST = "POST"
    COMMENT = "COMMENT"
    MEMBER = "MEMBER"


class Origin(StrEnum):
    """Source: `ReviewOrigin` of the contract; the later in this order, the stronger."""

    SAMPLE = "SAMPLE"
    NEW_AUTHOR = "NEW_AUTHOR"
    AUTOMATIC = "AUTOMATIC"
    REPORT = "REPORT"
    APPEAL = "APPEAL"


class Action(StrEnum):
    """Source: `ModerationAction` of the contract."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    REMOVE = "REMOVE"
    RESTORE = "RESTORE"
    WARN = "WARN"
    SUSPEND = "SUSPEND"
    FEATURE = "FEATURE"


class ReportReason(StrEnum):
    """Source: `ReportReason` of the contract."""

    SPAM = "SPAM"
    ABUSE = "ABUSE"
    ILLEGAL = "ILLEGAL"
    NUDITY = "NUDITY"
    COUNTERFEIT = "COUNTERFEIT"
    PRIVACY = "PRIVACY"
    OFF_TOPIC = "OFF_TOPIC"
    OTHER = "OTHER"


@value
class Subject:
    """What an item is about, and who wrote it: a member is their own author."""

    kind: SubjectKind
    id: UUID
    author_id: UUID


def stronger(one: Origin, other: Origin) -> Origin:
    """The origin that an item shows which has both."""
    order = list(Origin)
    return max(one, other, key=order.index)
