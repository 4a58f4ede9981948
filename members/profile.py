"""What members say about themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Final, TypeAlias
from uuid import UUID

from domain.errors import Invalid, NotFound
from domain.members import check_bio, check_birthday, check_display_name, profile_completed
from infra import activity_log
from infra.database import Database, Transaction
from infra.i18n import Locale
from infra.ids import new_id
from members import store
from members.suspensions import check_may_speak

_SHOWN: Final = frozenset({"display_name", "bio", "avatar_image_id"})
"""What everybody reads of a profile."""


class Unset(Enum):
    """Stands for what the member did not mention; None is what they took back."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


ChangeAvatar: TypeAlias = Callable[[Transaction, UUID, UUID | None, UUID | None], Awaitable[None]]
"""Lets a member's picture go and takes another for its place. Who keeps pictures decides whether
it may, and refuses by raising."""


async def no_pictures(
    _tx: Transaction, _member_id: UUID, _old: UUID | None, new: UUID | None
) -> None:
    """Where nobody keeps pictures there are none."""
    if new is not None:
        raise NotFound("image.unknown", field=("avatarImageId",))


@dataclass(frozen=True, slots=True)
class ProfileChanges:
    """What to change. A display name taken back is the handle again."""

    display_name: str | Unset | None = UNSET
    bio: str | Unset | None = UNSET
    locale: str | Unset | None = UNSET
    birthday: date | Unset | None = UNSET
    avatar_image_id: UUID | Unset | None = UNSET


async def update(
    database: Database,
    member_id: UUID,
    changes: ProfileChanges,
    *,
    change_avatar: ChangeAvatar = no_pictures,
    now: datetime,
) -> None:
    """Changes a profile; `profile.completed` is recorded when it first has name and birthday.

    Raises: Invalid with the field, NotFound; Suspended for what others read, while the member is;
    what `change_avatar` raises.
    """
    _check(changes, now)
    mentioned = {
        field.name: value
        for field in fields(changes)
        if (value := getattr(changes, field.name)) is not UNSET
    }
    async with database.transaction() as tx:
        if mentioned.keys() & _SHOWN:
            await check_may_speak(tx, member_id, now)
        if not isinstance(new := changes.avatar_image_id, Unset):
            old = await store.lock_avatar(tx, member_id)
            if old != new:
                await change_avatar(tx, member_id, old, new)
        if not await store.change_profile(tx, member_id, mentioned):
            raise NotFound("member.not_found")
        await record_completion(tx, member_id, now)


async def record_completion(tx: Transaction, member_id: UUID, now: datetime) -> None:
    """Records `profile.completed` when the profile is complete and never was before."""
    if await store.complete_profile(tx, member_id, now):
        activity = profile_completed(member_id, key=new_id(), now=now)
        await activity_log.record(tx, [activity], applied=False)


def _check(changes: ProfileChanges, now: datetime) -> None:
    if isinstance(changes.display_name, str):
        check_display_name(changes.display_name)
    if isinstance(changes.bio, str):
        check_bio(changes.bio)
    if isinstance(changes.birthday, date):
        check_birthday(changes.birthday, now.date())
    if isinstance(changes.locale, str) and changes.locale not in set(Locale):
        raise Invalid("profile.locale", field=("locale",), known=", ".join(Locale))
