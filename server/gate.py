"""Lets children start while the database is still being prepared, and waits with them.

A child imports and builds everything it needs, which takes longer than preparing a database that
is up to date, and then waits here. The gate is a pipe: it is open when its writing end is closed,
so it opens by itself should the supervisor die, and stays open for children that start later.
"""

from __future__ import annotations

import asyncio
import os
from typing import Final

_NAME: Final = "LAURELS_GATE"


class Gate:
    """The supervisor's side."""

    def __init__(self) -> None:
        self.fd, self._closed_end = os.pipe()
        os.set_inheritable(self.fd, True)  # noqa: FBT003 - the system call's own signature

    @property
    def environment(self) -> dict[str, str]:
        return {_NAME: str(self.fd)}

    def open(self) -> None:
        if self._closed_end >= 0:
            os.close(self._closed_end)
            self._closed_end = -1

    def close(self) -> None:
        self.open()
        os.close(self.fd)


async def pass_gate() -> None:
    """Returns when the gate of this process, if it has one, is open."""
    fd = os.environ.pop(_NAME, None)
    if fd is not None:
        await asyncio.to_thread(os.read, int(fd), 1)
        os.close(int(fd))
