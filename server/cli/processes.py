"""The processes of a deployment, and its database's schema."""

from __future__ import annotations

import typer

from server.cli.base import leave, run, run_fast, settings_of

app = typer.Typer()


@app.command()
def up() -> None:
    """Run everything: engines, migrations, demo shop, API processes and worker."""
    from server import up as process

    settings = settings_of()
    leave(run(process.up(settings)))


@app.command()
def serve() -> None:
    """Run the API processes on engines that run already."""
    from server import up as process
    from server.engine_room import engines_for_command

    settings = settings_of()

    async def work() -> int:
        async with engines_for_command(settings) as engines:
            return await process.serve(settings, engines)

    leave(run(work()))


@app.command()
def worker() -> None:
    """Run a worker: it consumes the activity log and does what is due."""
    from server import worker as process
    from server.engine_room import engines_for_command

    settings = settings_of()

    async def work() -> None:
        async with engines_for_command(settings) as engines:
            await process.run(settings, engines)

    run_fast(work())


@app.command(hidden=True)
def api_process(fd: int) -> None:
    """One API process on an inherited socket."""
    from server import api_process as process
    from server.engine_room import engines_for_command

    settings = settings_of()

    async def work() -> None:
        async with engines_for_command(settings) as engines:
            await process.run(settings, engines, fd)

    run_fast(work())


@app.command(hidden=True)
def prepare() -> None:
    """Migrate, settle what kind of deployment this is, load the demo shop on first start."""
    from server import preparation
    from server.engine_room import engines_for_command

    settings = settings_of()

    async def work() -> None:
        async with engines_for_command(settings) as engines:
            await preparation.prepare(settings, engines)

    run_fast(work())


@app.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    from infra.migrate import migrate as apply
    from server.engine_room import engines_for_command

    settings = settings_of()

    async def work() -> None:
        async with engines_for_command(settings) as engines:
            for name in await apply(engines.database_url):
                typer.echo(f"applied {name}")

    run(work())
