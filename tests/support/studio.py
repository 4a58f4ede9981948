"""Members who send pictures, as an app does: ask for a ticket, send the file, complete it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from PIL import Image as Drawing

from community.media import jobs
from community.media.invariants import INVARIANTS
from community.media.uploads import Invitation, Uploads
from domain.errors import Refused
from gamification.programme.current import Programmes
from infra.pictures.decoders import Decoders
from infra.pictures.store import Image
from infra.platform import Platform
from members.enrolment import enrol, record_joining
from tests.support.shop import Shop

JPEG = "image/jpeg"


def photo(
    width: int = 80, height: int = 60, color: str = "#336699", format_: str = "JPEG"
) -> bytes:
    """A plain picture's file."""
    out = BytesIO()
    Drawing.new("RGB", (width, height), color).save(out, format_)
    return out.getvalue()


async def pieces_of(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@dataclass
class Studio:
    shop: Shop
    uploads: Uploads

    @classmethod
    def over(cls, platform: Platform, programmes: Programmes, decoders: Decoders) -> Studio:
        uploads = Uploads(platform, secret=b"secret", address="http://shop", decoders=decoders)
        return cls(Shop(platform, programmes), uploads)

    @property
    def platform(self) -> Platform:
        return self.shop.platform

    async def open(self, *members: str) -> None:
        """Lets members join, which the log knows."""
        async with self.platform.database.transaction() as tx:
            await record_joining(tx, await enrol(tx, members, self.shop.now), self.shop.now)

    async def member(self, who: str) -> UUID:
        return await self.shop.member(who)

    async def ticket(
        self, who: str = "ana", data: bytes | None = None, type_: str = JPEG
    ) -> Invitation:
        file = photo() if data is None else data
        return await self.uploads.create(await self.member(who), type_, len(file))

    async def send(self, invitation: Invitation, data: bytes, **other: Any) -> None:  # noqa: ANN401
        """PUTs a file where the ticket says; `other` says something else about it."""
        [signature] = parse_qs(urlsplit(invitation.url).query)["signature"]
        told = {"content_type": invitation.headers["Content-Type"], "byte_size": len(data)}
        ticket_id, signature = invitation.ticket.id, other.pop("signature", signature)
        await self.uploads.receive(ticket_id, signature, pieces=pieces_of(data), **(told | other))

    async def complete(
        self, invitation: Invitation, who: str = "ana", alt: str | None = None
    ) -> Image:
        return await self.uploads.complete(await self.member(who), invitation.ticket.id, alt)

    async def upload(self, who: str = "ana", data: bytes | None = None) -> Image:
        """The whole way."""
        file = photo() if data is None else data
        invitation = await self.ticket(who, file)
        await self.send(invitation, file)
        return await self.complete(invitation, who)

    async def sweep(self) -> int:
        """Sweeps until nothing is left to sweep; how much there was."""
        total = 0
        while count := await jobs.sweep_next(self.platform):
            total += count
        return total

    async def let_pass(self, **time: int) -> None:
        await self.platform.clock.advance(timedelta(**time))

    async def age_objects(self) -> None:
        """Lets an hour of real time pass for objects that nobody names."""
        await self.platform.database.execute(
            "UPDATE loose_object SET since = since - interval '1 hour',"
            " taken_at = taken_at - interval '1 hour'"
        )

    async def there(self, image: Image) -> list[bool]:
        """Which of a picture's objects exist."""
        return [await self.platform.objects.get(name) is not None for name in image.objects]

    async def broken(self) -> dict[str, list[Any]]:
        database = self.platform.database
        found = {one.name: await database.fetch(one.violations) for one in INVARIANTS}
        return {name: rows for name, rows in found.items() if rows}


def reason_of(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    """The code and the reason of a refusal."""
    return refused.value.code.value, refused.value.reason
