"""The data folder of one deployment: where everything lies, who owns it, what runs in it.

    <home>/launcher.lock    held by the one launcher that may run the engines
    <home>/engines.json     addresses of the running engines, for the other processes
    <home>/postgres/ valkey/    data
    <home>/run/             sockets, unless their path would be too long
    <home>/logs/            one file per engine, moved to `.1` when large

The lock is the kernel's (flock): it is free the moment its holder is gone, however it went.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

from server.engines.errors import HomeInUse, HomeUnusable

_LONGEST_SOCKET_PATH = 107
_LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
# What neither a PostgreSQL setting nor a URL needs to quote.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
_LOG_LIMIT_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Engines:
    """What is running: addresses for asyncpg and for redis.asyncio."""

    database_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one data folder. `root` is absolute and free of links."""

    root: Path

    @classmethod
    def at(cls, folder: Path) -> "Home":
        return cls(folder.expanduser().resolve())

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def record(self) -> Path:
        return self.root / "engines.json"

    @property
    def copied_binaries(self) -> Path:
        return self.root / "binaries"

    def create(self) -> None:
        """Makes the folder, private to its owner.

        Raises: HomeUnusable.
        """
        with self.explained():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.valkey, self.logs):
                folder.mkdir(mode=0o700, exist_ok=True)

    def is_initialised(self) -> bool:
        return self.postgres.exists()

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turns a full or read-only disk, a file in the way and the like into one plain error."""
        try:
            yield
        except OSError as error:
            why = f"{error.strerror or error} ({error.filename or self.root})"
            raise HomeUnusable(self.root, why) from error

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder for this process.

        Raises: HomeInUse, HomeUnusable.
        """
        with self.explained():
            lock = (self.root / "launcher.lock").open("a+")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise HomeInUse(self.root, _pid_in(lock)) from error
            with self.explained():
                lock.truncate(0)
                lock.write(f"{os.getpid()}\n")
                lock.flush()
            yield

    def remember(self, engines: Engines, sockets: Path) -> None:
        """Tells other processes where the engines are; readers see the old record or the new."""
        with self.explained():
            fresh = self.record.with_suffix(".new")
            fresh.write_text(json.dumps(asdict(engines) | {"sockets": str(sockets)}, indent=2))
            fresh.replace(self.record)

    def recall(self) -> Engines | None:
        """The engines of the launcher that owns the folder, if it has said."""
        record = self._recorded()
        if not {"database_url", "redis_url"} <= record.keys():
            return None
        return Engines(database_url=record["database_url"], redis_url=record["redis_url"])

    def sockets(self) -> Path:
        """A private folder whose sockets have addressable paths: `run`, or a short one elsewhere.

        A short folder is taken again after a crash, so that crashes leave no litter.
        """
        near = self.root / "run"
        with self.explained():
            if _addressable(near):
                near.mkdir(mode=0o700, exist_ok=True)
                return near
            recorded = Path(self._recorded().get("sockets", near))
            if recorded != near and _is_private(recorded, of=self.valkey.stat().st_uid):
                return recorded
            beside = Path(tempfile.gettempdir())
            parent = beside if _addressable(beside / "laurels-12345678") else Path("/tmp")  # noqa: S108 - mkdtemp is safe there
            return Path(tempfile.mkdtemp(prefix="laurels-", dir=parent))

    def forget(self, sockets: Path) -> None:
        """After the engines have stopped: nothing to find, and no litter elsewhere."""
        self.record.unlink(missing_ok=True)
        if sockets.parent != self.root:
            shutil.rmtree(sockets, ignore_errors=True)

    def open_log(self, engine: str) -> IO[bytes]:
        """The engine's log, for appending; a large one is first moved aside, one is kept."""
        path = self.logs / f"{engine}.log"
        with self.explained():
            if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
                path.replace(path.with_suffix(".log.1"))
            return path.open("ab")

    def _recorded(self) -> dict[str, str]:
        try:
            record: object = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return {}
        return cast("dict[str, str]", record) if isinstance(record, dict) else {}


def _addressable(folder: Path) -> bool:
    path = str(folder / _LONGEST_SOCKET_NAME)
    return (
        len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH and _PLAIN_PATH.fullmatch(path) is not None
    )


def _is_private(folder: Path, *, of: int) -> bool:
    """Still the folder we made: nobody put a link or a folder of his own in its place."""
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_mode & 0o077 == 0 and facts.st_uid == of


def _pid_in(lock: IO[str]) -> int | None:
    lock.seek(0)
    text = lock.read().strip()
    return int(text) if text.isdecimal() else None
