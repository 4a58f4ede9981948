"""Small commands: tokens, clock, boards, keys, pictures, outages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta

import orjson
import typer

from community.moderation.log import store as moderation_log
from domain.errors import NotFound
from domain.members import Role
from gamification.leaderboards import rebuild
from gamification.points import export
from gamification.streaks import outages as outages_of
from infra import credential_keys
from infra.clock import parse_step
from infra.ids import Kind, encode_id
from members import staff
from members import store as members
from members.signing_keys import SigningKeys
from server.terminal import terminal_locale
from server.wiring import Laurels


async def tokens(
    laurels: Laurels, customers: Sequence[str], role: str | None, *, days: int
) -> list[str]:
    """One bearer token for each customer number, or one of the staff account of the role.

    Raises: Invalid.
    """
    try:
        wanted = None if role is None else Role(role.upper())
    except ValueError:
        known = ", ".join(one.lower() for one in Role if one is not Role.SHOPPER)
        raise typer.BadParameter(f"--role is one of {known}") from None
    return await staff.issue(
        laurels.platform.database,
        laurels.tokens,
        customers,
        wanted,
        now=await laurels.platform.clock.now(),
        lifetime=timedelta(days=days),
    )


async def statement(laurels: Laurels, customer: str) -> AsyncIterator[str]:
    """A member's statement in the terminal's language, as staff see it.

    Raises: NotFound.
    """
    platform, locale = laurels.platform, terminal_locale()
    profile = await members.by_ref(platform.database, customer)
    if profile is None:
        raise NotFound("node.not_found")
    programme = await laurels.programmes.current(platform.database)

    def say(key: str, /, **params: object) -> str:
        return platform.catalogue.say(key, locale, **params)

    async for piece in export.lines(
        platform.database,
        profile.id,
        now=await platform.clock.now(),
        zone=programme.settings.zone,
        say=say,
        for_staff=True,
    ):
        yield piece


async def staff_log(
    laurels: Laurels, since: datetime | None, until: datetime | None = None
) -> AsyncIterator[str]:
    """What staff did since the one and before the other, a line of JSON each, as it is read; ids
    are those that clients know.
    """
    start = datetime(1970, 1, 1, tzinfo=UTC) if since is None else since.replace(tzinfo=UTC)
    end = None if until is None else until.replace(tzinfo=UTC)
    async for id_, done in moderation_log.since(laurels.platform.database, start):
        if end is not None and done.done_at >= end:
            return
        yield orjson.dumps(
            {
                "id": str(id_),
                "at": done.done_at,
                "actor": encode_id(Kind.MEMBER, done.actor_id),
                "action": done.action,
                "subjectKind": done.subject_kind,
                "subject": moderation_log.known_as(done),
                "before": done.before,
                "after": done.after,
            }
        ).decode()


async def advance(laurels: Laurels, step: str) -> str:
    """Moves the clock and returns the programme's new present.

    Raises: Invalid, NotAllowed.
    """
    return (await laurels.platform.clock.advance(parse_step(step))).isoformat()


async def rebuild_leaderboards(laurels: Laurels) -> int:
    programme = await laurels.programmes.current(laurels.platform.database)
    return await rebuild.all(laurels.platform, programme.settings.zone)


async def rotate_keys(laurels: Laurels, *, credentials: bool = False) -> str:
    """The name of the key that signs tokens (or credentials of badges) from now on."""
    if credentials:
        return await credential_keys.rotate(
            laurels.platform.database, await laurels.platform.clock.now()
        )
    return await SigningKeys(laurels.platform.database).rotate()


async def add_image(laurels: Laurels, data: bytes, alt: str | None) -> str:
    """The id of a picture of the programme, made safe and kept.

    Raises: Invalid for what is no picture, or too large a one; Unavailable.
    """
    # Late: the other commands need none of the libraries of pictures.
    from infra.pictures import processing, store

    platform = laurels.platform
    picture = await asyncio.to_thread(processing.read, data)
    kept = await store.put(platform.database, platform.objects, picture, alt=alt)
    return encode_id(Kind.IMAGE, kept.id)


async def add_outage(laurels: Laurels, day: date, reason: str) -> str:
    """Says whether the day is news.

    Raises: Invalid.
    """
    programme = await laurels.programmes.current(laurels.platform.database)
    news = await outages_of.add(laurels.platform, programme.settings.zone, day, reason)
    return f"{day} is spared" if news else f"{day} was spared already"


async def outages(laurels: Laurels) -> list[str]:
    """A line a day of outage, newest first; by whom it was noticed, and why it was."""
    return [
        f"{one.day}  {'by hand' if one.by_hand else 'noticed'}  {one.reason}".rstrip()
        for one in await outages_of.outages(laurels.platform.database)
    ]
