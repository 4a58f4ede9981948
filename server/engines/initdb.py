"""Makes PostgreSQL's data folder: once, and whole or not at all.

It is made beside its place and renamed into it when it is on the disk. Its databases sort by code
point and know the letters of every script, which `pg_trgm` needs to find Chinese words.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from server.engines import orphans
from server.engines.engine import ENVIRONMENT, tail
from server.engines.errors import EngineFailed
from server.engines.identity import Premises
from server.engines.postgres import OWNER
from server.engines.processes import spawn

# macOS has no C.UTF-8 for the kinds of letters; its en_US.UTF-8 agrees on them.
_CTYPE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
_FLAGS = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    f"--lc-ctype={_CTYPE}",
    "--auth=trust",  # whoever may open the socket is the owner of the folder
    f"--username={OWNER}",
    "--no-instructions",
)
_UNFINISHED = "postgres.new-"


async def initialise_postgres(premises: Premises) -> None:
    """Makes the data folder unless it is there. A crash in the middle leaves it unmade.

    Raises: EngineFailed, HomeUnusable.
    """
    home = premises.home
    for unfinished in _unfinished(home.root):
        for programme in ("initdb", "postgres"):
            await orphans.kill(unfinished, programme)
        shutil.rmtree(unfinished, ignore_errors=True)
    if home.is_initialised():
        return
    with home.explained():
        fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=home.root))
        if premises.identity.uid is not None and premises.identity.gid is not None:
            os.chown(fresh, premises.identity.uid, premises.identity.gid)
    try:
        await _run(premises, fresh)
        with home.explained():
            _publish(fresh, home.postgres)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _unfinished(root: Path) -> list[Path]:
    return list(root.glob(f"{_UNFINISHED}*"))


async def _run(premises: Premises, folder: Path) -> None:
    with premises.home.open_log("initdb") as log:
        began = log.tell()
        try:
            process = spawn(
                [premises.binaries.initdb, "-D", folder, *_FLAGS],
                env=ENVIRONMENT,
                cwd=folder,
                output=log,
                identity=premises.identity,
                death_signal=signal.SIGKILL,  # nothing here is worth a farewell
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineFailed("initdb", status=None, log_tail=str(error)) from error
        try:
            status = await process.wait()
        finally:
            await process.stop()
    if status != 0:
        raise EngineFailed("initdb", status=status, log_tail=tail(Path(log.name), began))


def _publish(fresh: Path, place: Path) -> None:
    fresh.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
