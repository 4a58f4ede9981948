"""Valkey in a data folder, reached by a Unix socket only.

Its append-only file loses at most the last second to a crash of the machine and nothing to a
crash of the process; all it holds can be rebuilt from PostgreSQL, this only spares the time.
"""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from server.engines.engine import Engine

_PING_SECONDS = 2.0
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "set-proc-title": "no",  # its folder stays visible in the process list
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",  # the append-only file is enough
    "maxmemory-policy": "noeviction",
    # A live subscriber that does not read may hold 32 MB, or 8 MB for a minute.
    "client-output-buffer-limit": "pubsub 32mb 8mb 60",
    "loglevel": "notice",
}


class ValkeyServer(Engine):
    name: ClassVar[str] = "valkey"
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stop_seconds: ClassVar[float] = 10.0
    pid_file: ClassVar[str] = "valkey.pid"
    _programme: ClassVar[str] = "valkey-server"

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    @property
    def data(self) -> Path:
        return self.premises.home.valkey

    @property
    def _socket(self) -> Path:
        return self.premises.sockets / "valkey.sock"

    def _argv(self) -> Sequence[str | Path]:
        settings = _SETTINGS | {
            "dir": str(self.data),
            "pidfile": str(self.data / self.pid_file),
            "unixsocket": str(self._socket),
        }
        flags = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [self.premises.binaries.valkey, *flags]

    def _left_by_a_crash(self) -> Sequence[Path]:
        return [self.data / self.pid_file, self._socket]

    async def _answers(self) -> bool:
        return await answers(self._socket)


async def answers(socket: Path) -> bool:
    """Whether a server behind the socket has its data loaded and answers."""
    try:
        async with asyncio.timeout(_PING_SECONDS):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(b"PING\r\n")
                return await reader.readline() == b"+PONG\r\n"
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
