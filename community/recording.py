"""What the community tells the activity log, in the transaction of what happened.

Attributes name members, posts and comments by the ids that clients know. What an activity is
called by says what it is about, so that nothing is told twice: who takes a like back and gives it
again has given it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.activity import LAURELS, Activity
from infra import activity_log
from infra.database import Sql
from infra.ids import Kind, encode_id, new_id


def happened(
    member_id: UUID,
    type_: str,
    *about: object,
    now: datetime,
    called: str | None = None,
    **attributes: object,
) -> Activity:
    """Something that befell a member; `about` tells it from others that are called alike, which
    are those of its type unless told otherwise.
    """
    return Activity(
        id=new_id(),
        member_id=member_id,
        type=type_,
        source=LAURELS,
        external_id=":".join((called or type_, *map(str, about))),
        occurred_at=now,
        received_at=now,
        attributes=attributes,
    )


def member(member_id: UUID) -> str:
    """The id of a member, as attributes have it."""
    return encode_id(Kind.MEMBER, member_id)


def post(post_id: UUID) -> str:
    """The id of a post, as attributes have it."""
    return encode_id(Kind.POST, post_id)


def comment(comment_id: UUID) -> str:
    """The id of a comment, as attributes have it."""
    return encode_id(Kind.COMMENT, comment_id)


async def told(sql: Sql, activities: Sequence[Activity]) -> set[str]:
    """What those of the activities are called that the log knows already."""
    known = await activity_log.known(sql, [(one.source, one.external_id) for one in activities])
    return {name for _, name in known}


async def record(tx: Sql, activities: Sequence[Activity]) -> None:
    """Appends them; consumers of the log apply them a moment later."""
    await activity_log.record(tx, activities, applied=False)


async def record_once(tx: Sql, activities: Sequence[Activity]) -> None:
    """Appends those that were never told before."""
    known = await told(tx, activities)
    await record(tx, [one for one in activities if one.external_id not in known])
