"""The `laurels` command. Each command imports what it needs, so that the supervisor stays small."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from infra.i18n import Locale
from server.logs import configure_logs
from server.memory import settle_down, start_up
from server.settings import Settings

if TYPE_CHECKING:
    from server.wiring import Laurels

app = typer.Typer(
    name="laurels",
    help="Loyalty points, tiers, badges, challenges, buyer shows and referrals of a shop.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Bring data of the shop in.", no_args_is_help=True)
clock = typer.Typer(
    help="The programme's clock (it moves in sandboxes only).", no_args_is_help=True
)
rebuild = typer.Typer(help="Derive from PostgreSQL anew what Redis holds.", no_args_is_help=True)
keys = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)
documents = typer.Typer(
    help="The GraphQL documents that clients may ask for by hash.", no_args_is_help=True
)
programme = typer.Typer(
    help="The programme as a file: to keep, to review and to carry to another shop.",
    no_args_is_help=True,
)
outage = typer.Typer(
    help="Days on which the platform was down: they cost nobody a streak.", no_args_is_help=True
)
simulations = typer.Typer(
    help="Rehearse on the shop's own past; nothing is changed.", no_args_is_help=True
)
app.add_typer(simulations, name="simulate")
app.add_typer(imports, name="import")
app.add_typer(clock, name="clock")
app.add_typer(rebuild, name="rebuild")
app.add_typer(keys, name="keys")
app.add_typer(documents, name="documents")
app.add_typer(programme, name="programme")
app.add_typer(outage, name="outage")


@app.command()
def up() -> None:
    """Run everything: engines, migrations, demo shop, API processes and worker."""
    from server import up as process

    settings = _settings()
    _exit(_run(process.up(settings)))


@app.command()
def serve() -> None:
    """Run the API processes on engines that run already."""
    from server import up as process
    from server.engine_room import engines_for_command

    settings = _settings()

    async def work() -> int:
        async with engines_for_command(settings) as engines:
            return await process.serve(settings, engines)

    _exit(_run(work()))


@app.command()
def worker() -> None:
    """Run a worker: it consumes the activity log and does what is due."""
    from server import worker as process
    from server.engine_room import engines_for_command

    settings = _settings()

    async def work() -> None:
        async with engines_for_command(settings) as engines:
            await process.run(settings, engines)

    _run_fast(work())


@app.command(hidden=True)
def api_process(fd: int) -> None:
    """One API process on an inherited socket."""
    from server import api_process as process
    from server.engine_room import engines_for_command

    settings = _settings()

    async def work() -> None:
        async with engines_for_command(settings) as engines:
            await process.run(settings, engines, fd)

    _run_fast(work())


@app.command(hidden=True)
def prepare() -> None:
    """Migrate, settle what kind of deployment this is, load the demo shop on first start."""
    from server import preparation
    from server.engine_room import engines_for_command

    settings = _settings()

    async def work() -> None:
        async with engines_for_command(settings) as engines:
            await preparation.prepare(settings, engines)

    _run_fast(work())


@app.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    from infra.migrate import migrate as apply
    from server.engine_room import engines_for_command

    settings = _settings()

    async def work() -> None:
        async with engines_for_command(settings) as engines:
            for name in await apply(engines.database_url):
                typer.echo(f"applied {name}")

    _run(work())


@app.command()
def token(
    customer: Annotated[
        list[str] | None, typer.Option(help="Customer number; may be given any number of times.")
    ] = None,
    role: Annotated[str | None, typer.Option(help="moderator, admin or service.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long they are good for.")] = 30,
) -> None:
    """Print bearer tokens, one a line."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        for text in await commands.tokens(laurels, customer or [], role, days=days):
            typer.echo(text)

    if not customer and role is None:
        raise typer.BadParameter("give --customer or --role")
    _with_laurels("token", work)


@imports.command("orders")
def import_orders(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    skip_bad_rows: Annotated[
        bool, typer.Option(help="Leave malformed rows out instead of importing nothing.")
    ] = False,
) -> None:
    """Import orders from a CSV file with the columns customer_id, date, items, amount_usd."""
    from server import importing

    async def work(laurels: Laurels) -> int:
        return await importing.import_orders(laurels, file, skip_bad_rows=skip_bad_rows)

    _exit(_with_laurels("import", work))


@app.command()
def statement(
    customer: Annotated[str, typer.Option(help="Customer number or verified account.")],
) -> None:
    """Print a member's whole statement as CSV, with who made each correction."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        async for piece in commands.statement(laurels, customer):
            typer.echo(piece, nl=False)

    _with_laurels("statement", work)


@app.command()
def verify() -> None:
    """Check every invariant against live data."""
    from server import verification

    async def work(laurels: Laurels) -> int:
        return await verification.verify(laurels)

    _exit(_with_laurels("verify", work))


@app.command()
def replay(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Compare what comes of it with what is kept.")
    ] = False,
) -> None:
    """Replay the activity log into shadow tables: status 0 where everything is the same."""
    from server import replaying

    async def work(laurels: Laurels) -> int:
        return await replaying.replay(laurels)

    if not check:
        raise typer.BadParameter("give --check: a replay changes nothing, it only compares")
    _exit(_with_laurels("replay", work))


@clock.command("advance")
def clock_advance(
    step: Annotated[str, typer.Argument(help="For example 90s, 15m, 36h or 31d.")],
) -> None:
    """Move a sandbox's programme forward."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        typer.echo(await commands.advance(laurels, step))

    _with_laurels("clock", work)


@clock.command("show")
def clock_show() -> None:
    """Print the programme's time."""

    async def work(laurels: Laurels) -> None:
        typer.echo((await laurels.platform.clock.now()).isoformat())

    _with_laurels("clock", work)


@rebuild.command("leaderboards")
def rebuild_leaderboards() -> None:
    """Fill every leaderboard in Redis from PostgreSQL; readers notice nothing."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        typer.echo(f"rebuilt {await commands.rebuild_leaderboards(laurels)} seasons")

    _with_laurels("rebuild", work)


@keys.command("rotate")
def keys_rotate() -> None:
    """Sign with a new key from now on; tokens of the old one stay good until they end."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        typer.echo(f"signing with {await commands.rotate_keys(laurels)}")

    _with_laurels("keys", work)


@documents.command("register")
def documents_register(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Register the documents of a manifest; one that is wrong keeps out all."""
    from server import documents as registering

    async def work(laurels: Laurels) -> int:
        return await registering.register(laurels, file)

    _exit(_with_laurels("documents", work))


@documents.command("list")
def documents_list() -> None:
    """Print the hash, the time of registration and the name of each registered document."""
    from server import documents as registering

    async def work(laurels: Laurels) -> None:
        await registering.show(laurels)

    _with_laurels("documents", work)


@documents.command("remove")
def documents_remove(hashes: list[str]) -> None:
    """Forget registered documents."""
    from server import documents as registering

    async def work(laurels: Laurels) -> int:
        return await registering.remove(laurels, hashes)

    _exit(_with_laurels("documents", work))


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

    _with_laurels("programme", work)


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
        status = _with_laurels("programme", work)
    except typer.Exit:
        status = commands.INVALID  # 1 is for what is different
    _exit(status)


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

    _exit(_with_laurels("programme", work))


@outage.command("add")
def outage_add(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="In the programme's zone.")],
    *,
    reason: Annotated[str, typer.Option(help="For those who look at the list later.")] = "",
) -> None:
    """Spare everybody a day that the platform did not notice by itself."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        typer.echo(await commands.add_outage(laurels, day.date(), reason))

    _with_laurels("outage", work)


@outage.command("list")
def outage_list() -> None:
    """Print the days of outage, newest first."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        for line in await commands.outages(laurels):
            typer.echo(line)

    _with_laurels("outage", work)


_DAY = "%Y-%m-%d"


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

    _exit(_with_laurels("simulate", work))


@app.command()
def schema() -> None:
    """Print the GraphQL schema, described to the last field."""
    from api.export import printed_schema

    typer.echo(printed_schema(), nl=False)


def main() -> None:
    """The entry point: what is wrong is told in one line, with status 1 (2 for wrong usage)."""
    start_up()
    app()


def _settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as faults:
        for fault in faults.errors(include_url=False, include_input=False):
            name, why = ".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
            typer.secho(f"laurels: {name}: {why}", err=True, fg=typer.colors.RED)
        raise typer.Exit(2) from None
    configure_logs(json=settings.log_format == "json", level=settings.log_level, stream=sys.stderr)
    return settings


def _with_laurels(name: str, work: Callable[[Laurels], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401 - what the work gives
    from server.engine_room import engines_for_command
    from server.preparation import settle_if_new
    from server.wiring import assemble

    settings = _settings()

    async def run() -> Any:  # noqa: ANN401
        async with engines_for_command(settings) as engines:
            await settle_if_new(settings, engines)
            async with assemble(settings, engines, name=name) as laurels:
                return await work(laurels)

    return _run(run())


def _run(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401
    """Runs to the end; an expected failure is one line, not a traceback."""
    from server.failures import in_one_line

    settle_down()
    with in_one_line():
        return asyncio.run(work)


def _run_fast(work: Coroutine[Any, Any, None]) -> None:
    import uvloop

    from server.failures import in_one_line

    settle_down()
    with in_one_line():
        uvloop.run(work)


def _exit(status: int) -> NoReturn:
    raise typer.Exit(status)
