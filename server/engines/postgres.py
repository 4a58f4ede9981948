"""PostgreSQL in a data folder: made once, whole or not at all; reached by a Unix socket only.

Nothing acknowledged is lost to a crash of the server or the machine (fsync and synchronous commit
are on). Every database sorts by code point and knows the letters of every script, which `pg_trgm`
needs to find Chinese words.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import asyncpg

from server.engines.engine import Engine, tail
from server.engines.errors import EngineFailed
from server.engines.identity import Premises

DATABASE = "laurels"
_OWNER = "laurels"
_CONNECT_SECONDS = 10.0
# macOS has no C.UTF-8 for the letters' kinds; its en_US.UTF-8 agrees on them.
_CTYPE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
_INITDB_FLAGS = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    f"--lc-ctype={_CTYPE}",
    "--auth=trust",  # whoever may open the socket is the owner of the folder
    f"--username={_OWNER}",
    "--no-instructions",
)
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
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
        return f"postgres://{_OWNER}@/{database}?host={quote(str(self.premises.sockets))}"

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


async def initialise_postgres(premises: Premises) -> None:
    """Makes the data folder unless it is there. A crash in the middle leaves it unmade.

    Raises: EngineFailed, HomeUnusable.
    """
    home = premises.home
    with home.explained():
        for unfinished in home.root.glob("postgres.new-*"):
            shutil.rmtree(unfinished)
        if home.postgres.exists():
            return
        fresh = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=home.root))
        if premises.identity.uid is not None and premises.identity.gid is not None:
            os.chown(fresh, premises.identity.uid, premises.identity.gid)
    await _Initdb(premises, fresh).run()
    with home.explained():
        _publish(fresh, home.postgres)


def _publish(fresh: Path, place: Path) -> None:
    fresh.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Initdb(PostgresServer):
    """The programme that makes a data folder; it runs like the server, in the same identity."""

    def __init__(self, premises: Premises, folder: Path) -> None:
        super().__init__(premises)
        self._folder = folder

    async def run(self) -> None:
        binaries, home = self.premises.binaries, self.premises.home
        with home.open_log("initdb") as log:
            began = log.tell()
            process = self._spawn([binaries.initdb, "-D", self._folder, *_INITDB_FLAGS], log)
            try:
                status = await process.wait()
            except asyncio.CancelledError:
                await process.stop()
                raise
        if status != 0:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise EngineFailed("initdb", status=status, log_tail=tail(Path(log.name), began))
