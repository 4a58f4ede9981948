"""PostgreSQL in a data folder, reached by a Unix socket only.

Nothing acknowledged is lost to a crash of the server or the machine: fsync and synchronous commit
are on. The database `laurels` is made at the first start.
"""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import asyncpg

from server.engines.engine import Engine
from server.engines.errors import EngineFailed

DATABASE = "laurels"
OWNER = "laurels"
_CONNECT_SECONDS = 10.0
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",  # for disks without a head to move
    "jit": "off",  # compiles longer than our statements run
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "error",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%a ",
}


class PostgresServer(Engine):
    name: ClassVar[str] = "postgres"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # the fast shutdown
    stop_seconds: ClassVar[float] = 20.0
    pid_file: ClassVar[str] = "postmaster.pid"
    _programme: ClassVar[str] = "postgres"

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    @property
    def data(self) -> Path:
        return self.premises.home.postgres

    def _url(self, database: str) -> str:
        return f"postgres://{OWNER}@/{database}?host={quote(str(self.premises.sockets))}"

    def _argv(self) -> Sequence[str | Path]:
        settings = _SETTINGS | {"unix_socket_directories": str(self.premises.sockets)}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.premises.binaries.postgres, "-D", self.data, *flags]

    def _left_by_a_crash(self) -> Sequence[Path]:
        # A number in them may by now be another process of ours, which PostgreSQL would take for
        # a running server; that none runs has just been made sure.
        socket = self.premises.sockets / f".s.PGSQL.{_SETTINGS['port']}"
        return [self.data / self.pid_file, socket, socket.with_name(f"{socket.name}.lock")]

    async def _answers(self) -> bool:
        if not _says_ready(self.data / self.pid_file):
            return False
        try:
            connection = await _connect(self.url)
        except asyncpg.InvalidCatalogNameError:
            await self._create_database()
            return True
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True

    async def _create_database(self) -> None:
        connection = await _connect(self._url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {DATABASE}")
        except asyncpg.PostgresError as error:  # a full disk, above all
            raise EngineFailed(self.name, status=None, log_tail=str(error)) from error
        finally:
            await connection.close()


async def _connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(url, timeout=_CONNECT_SECONDS)


def _says_ready(pid_file: Path) -> bool:
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return bool(lines) and lines[-1].strip() == "ready"
