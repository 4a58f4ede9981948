"""What notifications say of other members: who it was, and what they wrote.

As it is now, and as far as whoever reads it may see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from api.execution.context import Context
from api.notifications.wording import Told
from api.posts.comments import comments_by_id
from domain.activity import Activity
from domain.text import shortened
from infra.ids import Kind, decode_key

if TYPE_CHECKING:
    from api.members.types import Member

_QUOTED: Final = 60  # user-perceived characters


async def told_of(context: Context, activities: Sequence[Activity]) -> list[Told | None]:
    """For each what it says of somebody else; None where nobody else did anything."""
    actors = [_key(one, "actorId", Kind.MEMBER) for one in activities]
    written = [
        _key(one, "commentId", Kind.COMMENT) if one.type == "comment.received" else None
        for one in activities
    ]
    names, texts = await _names(context, actors), await _texts(context, written)
    return [
        None if actor is None else Told(names[actor], None if text is None else texts.get(text))
        for actor, text in zip(actors, written, strict=True)
    ]


def _key(activity: Activity, name: str, kind: Kind) -> UUID | None:
    named = activity.attributes.get(name)
    return decode_key(named, kind) if isinstance(named, str) else None


async def _names(context: Context, actors: Sequence[UUID | None]) -> dict[UUID, str]:
    wanted = list({one: None for one in actors if one is not None})
    loaded = cast("list[Member]", await context.load_many(context.services.members, wanted))
    return {key: member.display_name for key, member in zip(wanted, loaded, strict=True)}


async def _texts(context: Context, comments: Sequence[UUID | None]) -> dict[UUID, str]:
    wanted = list({one: None for one in comments if one is not None})
    loaded = await context.load_many(comments_by_id, wanted)
    return {
        key: shortened(comment.text, _QUOTED)
        for key, comment in zip(wanted, loaded, strict=True)
        if comment is not None
    }
