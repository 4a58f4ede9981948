"""Posters as pictures that the API serves: drawn when somebody first asks, and kept.

A poster is of a member, a language and what it says; when that changes, as with a new name, the
new one takes the old one's place.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from uuid import UUID

from community.referrals.invitations.invitation import Invitation, Say
from community.referrals.invitations.words import Words
from domain.values import value
from infra.i18n import Locale
from infra.pictures import store
from infra.pictures.store import Image
from infra.platform import Platform

_QUEUE = "posters"


@value
class Poster:
    """A poster to serve. `alt` says what it shows."""

    member_id: UUID
    locale: Locale
    words: Words
    alt: str

    @classmethod
    def of(cls, invitation: Invitation, address: str, locale: Locale, say: Say) -> Poster:
        """The poster of an invitation in a language; `address` is the deployment's."""
        words = Words(
            title=invitation.title(say),
            programme=invitation.programme,
            code_name=say("invite.code"),
            code=invitation.code,
            scan=say("poster.scan"),
            link=invitation.link(address),
        )
        alt = say("poster.alt", name=invitation.name, code=invitation.code)
        return cls(invitation.member_id, locale, words, alt)

    @property
    def family(self) -> str:
        """What all posters of the member in this language have in common."""
        return f"poster:{self.member_id}:{self.locale}:"

    @property
    def origin(self) -> str:
        """Equal for equal posters."""
        words = self.words
        said = (words.title, words.programme, words.code_name, words.code, words.scan, words.link)
        digest = hashlib.blake2b("\0".join(said).encode("utf-8", "replace"), digest_size=12)
        return f"{self.family}{digest.hexdigest()}"


async def images_of(platform: Platform, wanted: Sequence[Poster]) -> list[Image]:
    """The pictures of these posters, one for each; those that nobody has asked for are drawn.

    Raises: Unavailable while the object store is away and one must be drawn.
    """
    if not wanted:
        return []
    known = await store.by_origins(platform.database, {one.origin for one in wanted})

    async def serve(asked: Sequence[Poster]) -> list[Image]:
        return [await _drawn(platform, one) for one in asked]

    for one in wanted:
        if one.origin not in known:
            known[one.origin] = await platform.together.ask(_QUEUE, serve, one)
    return [known[one.origin] for one in wanted]


async def _drawn(platform: Platform, poster: Poster) -> Image:
    """Draws what is still missing. Who waits for the same poster waits for the same drawing."""
    sql = platform.database
    known = await store.by_origins(sql, [poster.origin])
    if poster.origin in known:
        return known[poster.origin]
    # Late: to draw takes libraries that a process may never need.
    from community.referrals.invitations.drawing import draw
    from infra.pictures import processing

    picture = await asyncio.to_thread(lambda: processing.of(draw(poster.words)))
    made = await store.put(sql, platform.objects, picture, alt=poster.alt, origin=poster.origin)
    rows = await sql.fetch(
        "SELECT id FROM image WHERE origin > $1 AND origin < $1 || 'g' AND origin <> $2",
        poster.family,
        poster.origin,
    )
    await store.forget(sql, [row["id"] for row in rows])
    return made
