"""Pictures of the demo's community, sent as members send theirs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final
from uuid import UUID

from community.media.uploads import Uploads
from infra.platform import Platform

_TYPES: Final = {".webp": "image/webp", ".jpg": "image/jpeg"}


class Pictures:
    """Sends files by tickets: their owner asks for one, puts the file there, and completes it."""

    def __init__(self, platform: Platform, uploads: Uploads) -> None:
        self._platform = platform
        self._uploads = uploads

    async def send(self, member_id: UUID, file: Path) -> UUID:
        """The picture's id.

        Raises: Unavailable, OSError.
        """
        data = await asyncio.to_thread(file.read_bytes)
        invited = await self._uploads.create(member_id, _TYPES[file.suffix], len(data))
        # As whoever holds the ticket's address would, were a server up already.
        await self._platform.objects.put(invited.ticket.object_name, data)
        image = await self._uploads.complete(member_id, invited.ticket.id, alt=None)
        return image.id
