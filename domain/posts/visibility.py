"""Who sees a post, or anything else that members write. The same in SQL: `community.visibility`.

| state | stranger | author | staff |
| --- | --- | --- | --- |
| DRAFT | no | yes | no |
| IN_REVIEW, REJECTED, REMOVED | no | yes | yes |
| PUBLISHED | unless one blocks the other or the author is suspended | yes | yes |
| DELETED | no | no | for 30 days, unless it was a draft |

Lists, feeds and search hold published posts only, of these what the reader sees.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.values import value

KEPT_FOR_STAFF: Final = timedelta(days=30)


class PostState(StrEnum):
    """Source: `PostState` of the contract. Comments have them too."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    PUBLISHED = "PUBLISHED"
    REJECTED = "REJECTED"
    REMOVED = "REMOVED"
    DELETED = "DELETED"


@value
class Reader:
    """Who looks. `member_id` is None for a visitor; `staff` are moderators and admins."""

    member_id: UUID | None = None
    staff: bool = False


@value
class Piece:
    """What is looked at. `submitted` is False for what was never more than a draft."""

    author_id: UUID
    state: PostState
    submitted: bool = True
    deleted_at: datetime | None = None


@value
class Between:
    """What stands between a reader and an author: a block by either, the author's suspension."""

    blocked: bool = False
    suspended: bool = False


def sees(reader: Reader, piece: Piece, between: Between, now: datetime) -> bool:
    """Whether the reader may see the piece at all: by id, in a list, live."""
    state = piece.state
    if reader.member_id == piece.author_id:
        return state is not PostState.DELETED
    if reader.staff and state is PostState.DELETED:
        kept = piece.deleted_at is not None and piece.deleted_at > now - KEPT_FOR_STAFF
        return piece.submitted and kept
    if reader.staff:
        return state is not PostState.DRAFT
    return state is PostState.PUBLISHED and not (between.blocked or between.suspended)


def lists(reader: Reader, piece: Piece, between: Between, now: datetime) -> bool:
    """Whether lists, feeds and search show the piece to the reader."""
    return piece.state is PostState.PUBLISHED and sees(reader, piece, between, now)
