"""The verbs of sending a picture: ask for a ticket, send the file, complete it.

A file lies where its ticket says until it is completed or swept. What is made of it lies by its
content; of the file itself nothing is kept.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from community.media import store, tickets
from community.media.tickets import LIFE, Ticket
from domain.errors import (
    Conflict,
    Expired,
    Invalid,
    LimitReached,
    NotFound,
    Unavailable,
)
from domain.text import check_text
from infra.database import Transaction
from infra.ids import Kind, encode_id, new_id
from infra.objects import Objects
from infra.pictures import formats
from infra.pictures import store as pictures
from infra.pictures.decoders import Decoders
from infra.pictures.formats import Format
from infra.pictures.picture import Picture
from infra.pictures.store import Image
from infra.platform import Platform
from members.suspensions import check_may_speak

PATH: Final = "/uploads/"
"""Where this server takes files; the rest of the path is the ticket's id."""
SIGNATURE: Final = "signature"
MOST_BYTES: Final = 20 * 1024 * 1024
LONGEST_ALT: Final = 500

_log = structlog.stdlib.get_logger(__name__)
_MOST_OPEN: Final = 30
_MOST_UNUSED: Final = 100
_TRIES: Final = 5
_LABEL: Final = b"laurels image uploads"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where to PUT the file of a ticket, with which headers, and until when."""

    ticket: Ticket
    url: str
    headers: dict[str, str]


class Uploads:
    """Lives as long as the process. `address` is where everybody reaches the deployment."""

    def __init__(
        self, platform: Platform, *, secret: bytes, address: str, decoders: Decoders
    ) -> None:
        self._platform = platform
        self._key = hmac.digest(secret, _LABEL, hashlib.sha256)
        self._address = address
        self._decoders = decoders

    @property
    def _objects(self) -> Objects:
        return self._platform.objects

    async def create(self, member_id: UUID, content_type: str, byte_size: int) -> Invitation:
        """A ticket for one file of this type and size.

        Raises: Invalid, LimitReached when the member has too many that are not completed, or too
        many pictures that nothing shows; Unavailable.
        """
        format_ = _taken(content_type)
        if not 1 <= byte_size <= MOST_BYTES:
            most = MOST_BYTES // 1024**2
            raise Invalid("upload.size", field=("byteSize",), most=most)

        async def work(tx: Transaction) -> Ticket:
            await tickets.lock_member(tx, member_id)
            now = await self._platform.clock.now(tx)
            await check_may_speak(tx, member_id, now)
            if await tickets.count_open(tx, member_id, now) >= _MOST_OPEN:
                raise LimitReached("upload.too_many_open", limit=_MOST_OPEN)
            if await store.count_unused(tx, member_id) >= _MOST_UNUSED:
                raise LimitReached("upload.too_many_unused", limit=_MOST_UNUSED)
            ticket = Ticket(new_id(), member_id, format_.value, byte_size, now + LIFE)
            await tickets.add(tx, ticket, now)
            return ticket

        return await self._invitation(await self._platform.database.in_transaction(work))

    async def receive(
        self,
        ticket_id: UUID,
        signature: str,
        *,
        content_type: str,
        byte_size: int | None,
        pieces: AsyncIterator[bytes],
    ) -> None:
        """Takes the file of a ticket, instead of one that came before. The folder's own PUT.

        Raises: NotFound, Expired, Conflict when it is completed already, Invalid for another type
        or size than was announced, Unavailable; what `pieces` raises.
        """
        ticket = await tickets.by_id(self._platform.database, ticket_id)
        if ticket is None or not hmac.compare_digest(
            signature.encode(), self._signature(ticket_id).encode()
        ):
            raise NotFound("upload.unknown")
        if ticket.image_id is not None:
            raise Conflict("upload.completed")
        self._check_alive(ticket, await self._platform.clock.now())
        if formats.named(content_type) != ticket.content_type:
            raise Invalid("upload.wrong_type", announced=ticket.content_type)
        if byte_size is not None and byte_size != ticket.byte_size:
            raise _wrong_size(ticket, byte_size)
        await self._objects.put_pieces(ticket.object_name, _exactly(ticket, pieces))

    async def complete(self, member_id: UUID, ticket_id: UUID, alt: str | None) -> Image:
        """Makes the file of a ticket into a picture; again, the same one.

        Raises: NotFound, Expired, LimitReached when it was tried too often, Invalid (nothing came,
        of another size or type, no picture, one that takes too much); Unavailable.
        """
        if alt is not None:
            check_text(alt, limit=LONGEST_ALT, field=("alt",))
        ticket = await tickets.by_id(self._platform.database, ticket_id)
        if ticket is None or ticket.member_id != member_id:
            raise NotFound("node.not_found", field=("uploadId",))
        if ticket.image_id is not None:
            return await self._made(ticket.image_id)
        now = await self._platform.clock.now()
        self._check_alive(ticket, now)
        await check_may_speak(self._platform.database, member_id, now)
        await self._check_came(ticket)
        await self._count_try(ticket)

        async def load() -> bytes:
            return await self._file(ticket)

        picture = await self._decoders.read(load)
        image = await self._keep(ticket, picture, alt)
        await self._drop(ticket)
        return image

    async def close(self) -> None:
        """Ends the processes that decode."""
        await self._decoders.close()

    async def _invitation(self, ticket: Ticket) -> Invitation:
        headers = {"Content-Type": ticket.content_type}
        signed = await self._objects.signed_put(ticket.object_name, lives=LIFE)
        if signed is not None:
            return Invitation(ticket, signed.url, headers | signed.headers)
        path = f"{PATH}{encode_id(Kind.IMAGE_UPLOAD, ticket.id)}"
        query = f"{SIGNATURE}={self._signature(ticket.id)}"
        return Invitation(ticket, f"{self._address}{path}?{query}", headers)

    def _signature(self, ticket_id: UUID) -> str:
        """Whoever has it may send the file; the ticket says which, and until when."""
        signed = hmac.digest(self._key, ticket_id.bytes, hashlib.sha256)
        return urlsafe_b64encode(signed).rstrip(b"=").decode()

    def _check_alive(self, ticket: Ticket, now: datetime) -> None:
        if now >= ticket.expires_at:
            raise Expired("upload.expired", field=("uploadId",))

    async def _check_came(self, ticket: Ticket) -> None:
        size = await self._objects.size(ticket.object_name)
        if size is None:
            raise Invalid("upload.missing", field=("uploadId",))
        if size != ticket.byte_size:
            raise _wrong_size(ticket, size)

    async def _count_try(self, ticket: Ticket) -> None:
        """To read a file may take seconds: who sends bad ones does not get them again and again."""

        async def work(tx: Transaction) -> None:
            locked = await tickets.by_id(tx, ticket.id, lock=True)
            if locked is None or locked.tries >= _TRIES:
                raise LimitReached("upload.too_many_tries", field=("uploadId",), limit=_TRIES)
            await tickets.count_try(tx, ticket.id)

        await self._platform.database.in_transaction(work)

    async def _file(self, ticket: Ticket) -> bytes:
        data = await self._objects.get(ticket.object_name)
        if data is None:
            raise Invalid("upload.missing", field=("uploadId",))
        told = formats.told(data)
        if told is not None and told != ticket.content_type:
            raise Invalid("upload.wrong_type", field=("uploadId",), announced=ticket.content_type)
        return data

    async def _keep(self, ticket: Ticket, picture: Picture, alt: str | None) -> Image:
        names = await pictures.write(self._platform.database, self._objects, picture)

        async def work(tx: Transaction) -> Image | UUID:
            locked = await tickets.by_id(tx, ticket.id, lock=True) or ticket
            if locked.image_id is not None:
                return locked.image_id
            now = await self._platform.clock.now(tx)
            image = await pictures.keep(tx, picture, names, alt=alt)
            await store.add(tx, image.id, ticket.member_id, picture.likeness, now)
            await tickets.complete(tx, ticket.id, image.id, now)
            return image

        kept = await self._platform.database.in_transaction(work)
        return kept if isinstance(kept, Image) else await self._made(kept)

    async def _made(self, image_id: UUID) -> Image:
        found = await pictures.by_ids(self._platform.database, [image_id])
        if image_id not in found:  # nothing showed it, and it was swept
            raise Expired("upload.expired", field=("uploadId",))
        return found[image_id]

    async def _drop(self, ticket: Ticket) -> None:
        try:
            await self._objects.delete([ticket.object_name])
        except Unavailable:  # it is swept when the ticket ends
            _log.warning("upload.left_behind", upload=str(ticket.id))


def _taken(content_type: str) -> Format:
    found = formats.named(content_type)
    if found is None:
        raise Invalid("upload.type", field=("contentType",))
    if found is Format.HEIC and not formats.reads_heic():
        raise Invalid("image.heic", field=("contentType",))
    return found


def _wrong_size(ticket: Ticket, sent: int) -> Invalid:
    return Invalid("upload.wrong_size", field=("uploadId",), announced=ticket.byte_size, sent=sent)


async def _exactly(ticket: Ticket, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, which must add up to what was announced; not a byte more is read.

    Raises: Invalid.
    """
    sent = 0
    async for piece in pieces:
        sent += len(piece)
        if sent > ticket.byte_size:
            break
        if piece:
            yield piece
    if sent != ticket.byte_size:
        raise _wrong_size(ticket, sent)
