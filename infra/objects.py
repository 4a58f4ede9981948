"""The object store: files under names, on this machine's disk or with a cloud's store.

A name says what is in it (a digest), so an object never changes and may be kept by whoever has
read it. Sources: obstore's documentation for the addresses it takes (`s3://`, `gs://`, `az://`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from domain.errors import Unavailable

if TYPE_CHECKING:
    from obstore.store import ObjectStore

IN_MEMORY: Final = "memory:///"
"""Where a test keeps objects: gone with the process."""

_FILE: Final = "file://"
_PIECE: Final = 2**20  # bytes; each is a trip into the store's library and back
_ENGINE: Final = "objects"


@dataclass(frozen=True, slots=True)
class SignedPut:
    """Where a stranger may PUT an object, and the headers that the store asks for."""

    url: str
    headers: dict[str, str]


class Objects:
    """Reads and writes objects at the address of a store. Opened when it is first asked."""

    def __init__(self, address: str = IN_MEMORY) -> None:
        self._address = address

    @classmethod
    def in_folder(cls, folder: Path) -> Objects:
        """Objects as files of a folder, which is made when it is first needed."""
        return cls(f"{_FILE}{folder.resolve()}")

    async def put(self, name: str, data: bytes) -> None:
        """Writes the object whole, or not at all.

        Raises: Unavailable while the store cannot be reached or has no room.
        """
        from obstore.exceptions import BaseError

        try:
            await self._store.put_async(name, data)
        except (BaseError, OSError) as error:
            raise Unavailable(_ENGINE) from error

    async def put_pieces(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """As `put`, of an object that comes piece by piece and is never whole in memory.

        Raises: Unavailable; what `pieces` raises, and then nothing was written.
        """
        from obstore.exceptions import BaseError

        source = _Source(pieces)
        try:
            await self._store.put_async(name, aiter(source), max_concurrency=1)
        except (BaseError, OSError) as error:
            if source.failure is not None:  # a connection that broke looks like a store's
                raise source.failure from None
            raise Unavailable(_ENGINE) from error

    async def size(self, name: str) -> int | None:
        """How many bytes the object has; None where there is none of this name.

        Raises: Unavailable.
        """
        from obstore.exceptions import BaseError

        try:
            return (await self._store.head_async(name))["size"]
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise Unavailable(_ENGINE) from error

    async def delete(self, names: Collection[str]) -> None:
        """Removes these objects; those that are not there already are no matter.

        Raises: Unavailable; some may be gone then.
        """
        from obstore.exceptions import BaseError

        for name in names:
            try:
                await self._store.delete_async(name)
            except FileNotFoundError:
                continue
            except (BaseError, OSError) as error:
                raise Unavailable(_ENGINE) from error

    async def signed_put(self, name: str, *, lives: timedelta) -> SignedPut | None:
        """An address that whoever has it may PUT this object to, for a while of real time.

        None where the store takes nothing from strangers: a folder, or memory.

        Raises: Unavailable.
        """
        from obstore import sign_async
        from obstore.exceptions import BaseError
        from obstore.store import AzureStore, GCSStore, S3Store

        if not isinstance(self._store, AzureStore | GCSStore | S3Store):
            return None
        try:
            url = await sign_async(self._store, "PUT", name, lives)
        except (BaseError, OSError) as error:
            raise Unavailable(_ENGINE) from error
        headers = {"x-ms-blob-type": "BlockBlob"} if isinstance(self._store, AzureStore) else {}
        return SignedPut(url, headers)

    async def get(self, name: str) -> bytes | None:
        """What the object holds; None where there is none of this name.

        Raises: Unavailable.
        """
        from obstore.exceptions import BaseError

        try:
            found = await self._store.get_async(name)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise Unavailable(_ENGINE) from error

    @cached_property
    def _store(self) -> ObjectStore:
        # Late: few processes touch an object, and a store takes a while to import.
        from obstore.store import LocalStore, from_url

        if self._address.startswith(_FILE):
            return LocalStore(self._address.removeprefix(_FILE), mkdir=True)
        return from_url(self._address)


class _Source:
    """Pieces, joined to larger ones, and what went wrong where they come from."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self.failure: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        joined = bytearray()
        try:
            async for piece in self._pieces:
                joined += piece
                if len(joined) >= _PIECE:
                    yield bytes(joined)
                    joined.clear()
            yield bytes(joined)
        except Exception as error:
            self.failure = error
            raise
