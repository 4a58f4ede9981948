"""Awards as signed credentials, and the lists that say which were taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.badges import open_badges
from domain.badges.open_badges import PLACES, Achievement, Held, Holder, Issuer
from domain.calendar import day_of
from domain.errors import Ended, NotFound
from gamification.badges import artwork, credential_store, reading, store
from gamification.badges.credential_store import AwardRow
from gamification.badges.medal import SIDE
from gamification.badges.store import BadgeRow
from infra import credential_keys
from infra.ids import Kind, encode_id
from infra.pictures.store import Image
from infra.platform import Platform


@dataclass(frozen=True, slots=True)
class Shown:
    """An award, its badge, and the picture of the level that is held."""

    award: AwardRow
    badge: BadgeRow
    level: int
    image: Image


async def shown(platform: Platform, zone: ZoneInfo, award_id: UUID) -> Shown:
    """Everything about an award that everybody may see. `zone` is the programme's.

    Raises: NotFound; Ended for one that was taken back.
    """
    database = platform.database
    award = await credential_store.award(database, award_id)
    if award is None:
        raise NotFound("award.unknown")
    badge = (await store.by_ids(database, [award.badge_id]))[award.badge_id]
    today = day_of(await platform.clock.now(), zone)
    held = await reading.awards_of(database, {badge.id: badge.badge}, [award.member_id], today)
    now = held.get((award.member_id, badge.id))
    if now is None:
        raise Ended("award.taken_back")
    [image] = await artwork.images_of(platform, [(badge, now.level)])
    return Shown(award, badge, now.level, image)


async def credential(platform: Platform, issuer: Issuer, found: Shown) -> str:
    """The award as a signed credential, in compact form."""
    held = Held(
        id=encode_id(Kind.BADGE_AWARD, found.award.id),
        achievement=_achievement(found.badge, found.image),
        holder=Holder(
            encode_id(Kind.MEMBER, found.award.member_id),
            found.award.handle,
            found.award.display_name,
        ),
        level=found.level,
        awarded_at=found.award.awarded_at,
        place=await credential_store.place(platform.database, found.award.id),
    )
    return await _signed(platform, open_badges.credential(issuer, held))


async def achievement(platform: Platform, issuer: Issuer, badge_id: UUID) -> dict[str, Any]:
    """What a badge says of itself.

    Raises: NotFound.
    """
    badge = (await store.by_ids(platform.database, [badge_id])).get(badge_id)
    if badge is None:
        raise NotFound("award.unknown")
    [image] = await artwork.images_of(platform, [(badge, len(badge.thresholds))])
    return open_badges.achievement(issuer, _achievement(badge, image))


async def status_list(platform: Platform, issuer: Issuer, number: int) -> str:
    """The list of this number, signed: which of its credentials were taken back.

    Raises: NotFound for a list of which no place was ever given.
    """
    last = await credential_store.last_place(platform.database)
    first = number * PLACES
    if last is None or first > last:
        raise NotFound("award.unknown")
    revoked = await credential_store.revoked(platform.database, first, first + PLACES)
    now = await platform.clock.now()
    return await _signed(platform, open_badges.status_list(issuer, number, revoked, now))


async def _signed(platform: Platform, document: dict[str, Any]) -> str:
    now = await platform.clock.now()
    return await credential_keys.sign(platform.database, open_badges.claims(document), now)


def _achievement(badge: BadgeRow, image: Image) -> Achievement:
    return Achievement(
        id=encode_id(Kind.BADGE, badge.id),
        name=badge.name,
        description=badge.description,
        image=image.path(SIDE),
        thresholds=badge.thresholds,
    )
