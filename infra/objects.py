"""The object store: files under names, on this machine's disk or with a cloud's store.

A name says what is in it (a digest), so an object never changes and may be kept by whoever has
read it. Sources: obstore's documentation for the addresses it takes (`s3://`, `gs://`, `az://`).
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from domain.errors import Unavailable

if TYPE_CHECKING:
    from obstore.store import ObjectStore

IN_MEMORY: Final = "memory:///"
"""Where a test keeps objects: gone with the process."""

_FILE: Final = "file://"
_ENGINE: Final = "objects"


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
