"""What operators do: tokens, orders of a file, proof of the books, keys, days of outage."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.base import leave, with_laurels

if TYPE_CHECKING:
    from server.wiring import Laurels


app = typer.Typer()
imports = typer.Typer(help="Bring data of the shop in.", no_args_is_help=True)
images = typer.Typer(help="Pictures of the programme.", no_args_is_help=True)
clock = typer.Typer(
    help="The programme's clock (it moves in sandboxes only).", no_args_is_help=True
)
rebuild = typer.Typer(help="Derive from PostgreSQL anew what Redis holds.", no_args_is_help=True)
keys = typer.Typer(help="The keys that sign tokens and credentials.", no_args_is_help=True)
outage = typer.Typer(
    help="Days on which the platform was down: they cost nobody a streak.", no_args_is_help=True
)
app.add_typer(imports, name="import")
app.add_typer(images, name="image")
app.add_typer(clock, name="clock")
app.add_typer(rebuild, name="rebuild")
app.add_typer(keys, name="keys")
app.add_typer(outage, name="outage")


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
    with_laurels("token", work)


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

    leave(with_laurels("import", work))


@app.command()
def statement(
    customer: Annotated[str, typer.Option(help="Customer number or verified account.")],
) -> None:
    """Print a member's whole statement as CSV, with who made each correction."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        async for piece in commands.statement(laurels, customer):
            typer.echo(piece, nl=False)

    with_laurels("statement", work)


@app.command("staff-log")
def staff_log(
    since: Annotated[
        datetime | None, typer.Option(help="Only what was done since then, in UTC.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Only what was done before then, in UTC.")
    ] = None,
) -> None:
    """Print what staff did, with what was before and after: a line of JSON each, oldest first."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        async for line in commands.staff_log(laurels, since, until):
            typer.echo(line)

    with_laurels("staff-log", work)


@app.command()
def verify() -> None:
    """Check every invariant against live data."""
    from server import verification

    async def work(laurels: Laurels) -> int:
        return await verification.verify(laurels)

    leave(with_laurels("verify", work))


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
    leave(with_laurels("replay", work))


@clock.command("advance")
def clock_advance(
    step: Annotated[str, typer.Argument(help="For example 90s, 15m, 36h or 31d.")],
) -> None:
    """Move a sandbox's programme forward."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        typer.echo(await commands.advance(laurels, step))

    with_laurels("clock", work)


@clock.command("show")
def clock_show() -> None:
    """Print the programme's time."""

    async def work(laurels: Laurels) -> None:
        typer.echo((await laurels.platform.clock.now()).isoformat())

    with_laurels("clock", work)


@rebuild.command("leaderboards")
def rebuild_leaderboards() -> None:
    """Fill every leaderboard in Redis from PostgreSQL; readers notice nothing."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        typer.echo(f"rebuilt {await commands.rebuild_leaderboards(laurels)} seasons")

    with_laurels("rebuild", work)


@images.command("add")
def image_add(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    alt: Annotated[
        str | None, typer.Option(help="What it shows, for those who cannot see it.")
    ] = None,
) -> None:
    """Take in a picture for badges and covers, and print its id."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        typer.echo(await commands.add_image(laurels, file.read_bytes(), alt))

    with_laurels("image", work)


@keys.command("rotate")
def keys_rotate(
    *,
    credentials: Annotated[
        bool, typer.Option("--credentials", help="The key of badges' credentials instead.")
    ] = False,
) -> None:
    """Sign with a new key from now on; what the old one signed stays good."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        rotated = await commands.rotate_keys(laurels, credentials=credentials)
        typer.echo(f"signing with {rotated}")

    with_laurels("keys", work)


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

    with_laurels("outage", work)


@outage.command("list")
def outage_list() -> None:
    """Print the days of outage, newest first."""
    from server import commands

    async def work(laurels: Laurels) -> None:
        for line in await commands.outages(laurels):
            typer.echo(line)

    with_laurels("outage", work)


_DAY = "%Y-%m-%d"
