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
    member_id: UUID, type_: str, *about: UUID, now: datetime, **attributes: object
) -> Activity:
    """Something that befell a member; `about` tells it from others of its type."""
    return Activity(
        id=new_id(),
        member_id=member_id,
        type=type_,
        source=LAURELS,
        external_id=":".join((type_, *map(str, about))),
        occurred_at=now,
        received_at=now,
        attributes=attributes,
    )


def member(member_id: UUID) -> str:
    """The id of a member, as attributes have it."""
    return encode_id(Kind.MEMBER, member_id)


async def record_once(tx: Sql, activities: Sequence[Activity]) -> list[Activity]:
    """Appends those that were never told before, and answers them."""
    told = await activity_log.known(tx, [(one.source, one.external_id) for one in activities])
    new = [one for one in activities if (one.source, one.external_id) not in told]
    await activity_log.record(tx, new, applied=False)
    return new
