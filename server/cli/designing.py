"""What designers and app developers do: programmes, rehearsals, documents, the schema."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.i18n import Locale
from server.cli.base import leave, with_laurels

if TYPE_CHECKING:
    from server.wiring import Laurels


app = typer.Typer()
documents = typer.Typer(
    help="The GraphQL documents that clients may ask for by hash.", no_args_is_help=True
)
programme = typer.Typer(
    help="The programme as a file: to keep, to review and to carry to another shop.",
    no_args_is_help=True,
)
simulations = typer.Typer(
    help="Rehearse on the shop's own past; nothing is changed.", no_args_is_help=True
)
app.add_typer(simulations, name="simulate")
app.add_typer(documents, name="documents")
app.add_typer(programme, name="programme")


@documents.command("register")
def documents_register(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Register the documents of a manifest; one that is wrong keeps out all."""
    from server import documents as registering

    async def work(laurels: Laurels) -> int:
        return await registering.register(laurels, file)

    leave(with_laurels("documents", work))


@documents.command("list")
def documents_list() -> None:
    """Print the hash, the time of registration and the name of each registered document."""
    from server import documents as registering

    async def work(laurels: Laurels) -> None:
        await registering.show(laurels)

    with_laurels("documents", work)


@documents.command("remove")
def documents_remove(hashes: list[str]) -> None:
    """Forget registered documents."""
    from server import documents as registering

    async def work(laurels: Laurels) -> int:
        return await registering.remove(laurels, hashes)

    leave(with_laurels("documents", work))


_DAY = "%Y-%m-%d"
_PROGRAMME = typer.Argument(exists=True, dir_okay=False, readable=True)
_PRUNE = typer.Option(help="Put away what the file does not have, in the sections that it has.")
_JSON = typer.Option("--json", help="Tell it for machines.")


@programme.command("export")
def programme_export(
    file: Annotated[
        Path | None, typer.Argument(dir_okay=False, help="Printed where none is given.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="With archived rules, ended boards and rewards.")
    ] = False,
) -> None:
    """Write the programme as YAML."""
    from server.programme import commands

    async def work(laurels: Laurels) -> None:
        await commands.export(laurels, file, everything=everything)

    with_laurels("programme", work)


@programme.command("diff")
def programme_diff(
    file: Annotated[Path, _PROGRAMME],
    *,
    prune: Annotated[bool, _PRUNE] = False,
    json: Annotated[bool, _JSON] = False,
) -> None:
    """Tell what applying the file would change: status 0 nothing, 1 something, 2 it failed."""
    from server.programme import commands

    async def work(laurels: Laurels) -> int:
        return await commands.diff(laurels, file, prune=prune, json=json)

    try:
        status = with_laurels("programme", work)
    except typer.Exit:
        status = commands.INVALID  # 1 is for what is different
    leave(status)


@programme.command("apply")
def programme_apply(
    file: Annotated[Path, _PROGRAMME],
    *,
    prune: Annotated[bool, _PRUNE] = False,
    json: Annotated[bool, _JSON] = False,
    if_version: Annotated[
        int | None, typer.Option(help="Only if the programme still has this version.")
    ] = None,
) -> None:
    """Make the shop what the file says, all of it or nothing."""
    from server.programme import commands

    async def work(laurels: Laurels) -> int:
        return await commands.apply(laurels, file, prune=prune, json=json, if_version=if_version)

    leave(with_laurels("programme", work))


@simulations.command("programme")
def simulate_programme(
    file: Annotated[Path, _PROGRAMME],
    since: Annotated[
        datetime, typer.Option("--from", formats=[_DAY], help="First day of the programme.")
    ],
    until: Annotated[
        datetime, typer.Option("--to", formats=[_DAY], help="The day after the last one.")
    ],
    *,
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write it as a page, with plots.")
    ] = None,
    lang: Annotated[Locale | None, typer.Option(help="Of the figures and the page.")] = None,
    prune: Annotated[bool, _PRUNE] = False,
) -> None:
    """Tell what a changed programme would have given, beside the present one."""
    from server import rehearsing

    question = rehearsing.Question(file, since.date(), until.date(), prune)

    async def work(laurels: Laurels) -> int:
        return await rehearsing.rehearse(laurels, question, report=report, locale=lang)

    leave(with_laurels("simulate", work))


@app.command()
def schema() -> None:
    """Print the GraphQL schema, described to the last field."""
    from api.export import printed_schema

    typer.echo(printed_schema(), nl=False)
