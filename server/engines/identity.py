"""Decides whom the engines run as: PostgreSQL refuses to be root.

An ordinary user runs them as itself. Root runs them, in this order of liking,
1. as the user who owns existing data, if that is not root;
2. in a user namespace, where root is an ordinary user: nothing is copied, nothing opened up;
3. as `nobody`, where namespaces are forbidden (most containers), with a readable copy of the
   programmes if theirs cannot be read.
A choice is tried before it is taken. No parent folder's mode is ever changed.
"""

import os
import pwd
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.engines.errors import BinariesMissing, HomeUnusable
from server.engines.home import Home
from server.engines.locate import Binaries, relocated
from server.engines.processes import IN_NAMESPACE, SAME, Identity, spawn


@dataclass(frozen=True, slots=True)
class Premises:
    """All that the engines of one deployment need to know to start."""

    home: Home
    sockets: Path
    binaries: Binaries
    identity: Identity


async def settle(home: Home, sockets: Path, binaries: Binaries) -> Premises:
    """Chooses the identity and hands the folders to it.

    Raises: BinariesMissing, HomeUnusable.
    """
    if os.geteuid() != 0:
        if await _works(SAME, binaries):
            return Premises(home, sockets, binaries, SAME)
        raise BinariesMissing("PostgreSQL", looked_in=str(binaries.postgres.parent))
    for identity in _candidates(home):
        if identity.uid is not None:
            _hand_over(home, sockets, identity)
        if await _reaches(identity, home):
            for programmes in _offers(identity, binaries, home):
                if await _works(identity, programmes):
                    return Premises(home, sockets, programmes, identity)
    raise HomeUnusable(
        home.root,
        "started by root, PostgreSQL must run as an ordinary user, and none could reach the"
        " folder and its programmes; put LAURELS_HOME where every parent folder lets others"
        " through, or start Laurels as an ordinary user",
    )


def _candidates(home: Home) -> list[Identity]:
    owner = home.postgres.stat() if home.postgres.exists() else None
    if owner is not None and owner.st_uid != 0:
        return [Identity(uid=owner.st_uid, gid=owner.st_gid)]
    nobody = pwd.getpwnam("nobody")
    return [IN_NAMESPACE, Identity(uid=nobody.pw_uid, gid=nobody.pw_gid)]


def _offers(identity: Identity, binaries: Binaries, home: Home) -> Iterator[Binaries]:
    yield binaries
    if identity.uid is not None and binaries.parts:
        facts = binaries.postgres.stat()
        version = f"{facts.st_size:x}-{facts.st_mtime_ns:x}"
        with home.explained():
            home.copied_binaries.mkdir(mode=0o755, exist_ok=True)
            yield relocated(binaries, home.copied_binaries / version)


async def _reaches(identity: Identity, home: Home) -> bool:
    try:
        return await _end_of(["/bin/sh", "-c", ":"], identity, reaches=home.root) == 0
    except subprocess.SubprocessError:  # the identity cannot be taken, or cannot pass
        return False


async def _works(identity: Identity, binaries: Binaries) -> bool:
    try:
        return (
            await _end_of([binaries.postgres, "--version"], identity) == 0
            and await _end_of([binaries.valkey, "--version"], identity) == 0
        )
    except OSError:
        return False


async def _end_of(
    argv: Sequence[str | Path], identity: Identity, *, reaches: Path | None = None
) -> int:
    quiet = subprocess.DEVNULL
    probe = spawn(argv, env={}, output=quiet, identity=identity, reaches=reaches)
    return await probe.wait()


def _hand_over(home: Home, sockets: Path, identity: Identity) -> None:
    """Gives the engines' folders to the identity; others may pass through the home, not look."""
    uid, gid = identity.uid or 0, identity.gid or 0
    with home.explained():
        home.root.chmod(home.root.stat().st_mode | 0o111)
        for folder in (home.postgres, home.valkey, sockets):
            if folder.exists() and folder.stat().st_uid != uid:
                for path in (folder, *folder.rglob("*")):
                    os.chown(path, uid, gid, follow_symlinks=False)
