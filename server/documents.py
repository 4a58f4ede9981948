"""`laurels documents`: which documents the deployment trusts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from api.execution.compiler.core import core_schema
from api.execution.documents.document import Documents
from api.execution.errors import Reader
from api.schema import build_schema
from infra import registered_documents
from server import manifest
from server.terminal import terminal_locale
from server.wiring import Laurels

_TOLD: Final = 100
"""How many faults are told one by one; the others are counted."""


async def register(laurels: Laurels, path: Path) -> int:
    """Registers the documents of a manifest, all of them or none; the exit status.

    Raises: Invalid for a file that is no manifest, OSError, Unavailable.
    """
    entries = manifest.read(await asyncio.to_thread(path.read_bytes))
    reader = Reader(laurels.platform.catalogue, terminal_locale(), "")
    documents = Documents(core_schema(build_schema()))
    good, faults = manifest.examine(entries, documents, reader)
    if faults:
        _tell(faults, reader)
        return 1
    database = laurels.platform.database
    new = await registered_documents.register(database, good, datetime.now(UTC))
    typer.echo(reader.say("documents.done", new=new, known=len(good) - new))
    return 0


async def show(laurels: Laurels) -> None:
    """Prints a line for each registered document, those of the latest manifest first.

    Raises: Unavailable.
    """
    for one in await registered_documents.listed(laurels.platform.database):
        typer.echo(f"sha256:{one.digest}  {one.registered_at:%Y-%m-%d %H:%M}  {one.name}")


async def remove(laurels: Laurels, names: Sequence[str]) -> int:
    """Forgets documents, all of them or, where one is not registered, none; the exit status.

    Raises: Unavailable.
    """
    reader = Reader(laurels.platform.catalogue, terminal_locale(), "")
    wanted = {name.removeprefix("sha256:").lower() for name in names}
    database = laurels.platform.database
    unknown = wanted - set(await registered_documents.digests(database))
    for digest in sorted(unknown):
        typer.echo(reader.say("documents.unknown", hash=digest), err=True)
    if unknown:
        return 1
    gone = await registered_documents.remove(database, wanted)
    typer.echo(reader.say("documents.removed", count=len(gone)))
    return 0


def _tell(faults: Sequence[manifest.Fault], reader: Reader) -> None:
    typer.echo(reader.say("documents.nothing", count=len(faults)), err=True)
    for fault in faults[:_TOLD]:
        place = "" if fault.line is None else f":{fault.line}:{fault.column}"
        typer.echo(f"  {fault.label}{place}: {fault.reason}", err=True)
    if len(faults) > _TOLD:
        left = len(faults) - _TOLD
        typer.echo("  " + reader.say("documents.more", count=left), err=True)
