"""What every command stands on: settings, a deployment to work with, an end with a status."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from pydantic import ValidationError

from server.logs import configure_logs
from server.memory import settle_down
from server.settings import Settings

if TYPE_CHECKING:
    from server.wiring import Laurels


def settings_of() -> Settings:
    """The settings; what is wrong with them is told, and the process ends with status 2."""
    try:
        settings = Settings()
    except ValidationError as faults:
        for fault in faults.errors(include_url=False, include_input=False):
            name, why = ".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
            typer.secho(f"laurels: {name}: {why}", err=True, fg=typer.colors.RED)
        raise typer.Exit(2) from None
    configure_logs(json=settings.log_format == "json", level=settings.log_level, stream=sys.stderr)
    return settings


def with_laurels(name: str, work: Callable[[Laurels], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401 - what the work gives
    """What the work gives, done with a deployment that runs or is started for it."""
    from server.engine_room import engines_for_command
    from server.preparation import settle_if_new
    from server.wiring import assemble

    settings = settings_of()

    async def working() -> Any:  # noqa: ANN401
        async with engines_for_command(settings) as engines:
            await settle_if_new(settings, engines)
            async with assemble(settings, engines, name=name) as laurels:
                return await work(laurels)

    return run(working())


def run(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401
    """Runs to the end; an expected failure is one line, not a traceback."""
    from server.failures import in_one_line

    settle_down()
    with in_one_line():
        return asyncio.run(work)


def run_fast(work: Coroutine[Any, Any, None]) -> None:
    """Like `run`, for processes that stay."""
    import uvloop

    from server.failures import in_one_line

    settle_down()
    with in_one_line():
        uvloop.run(work)


def leave(status: int) -> NoReturn:
    """Ends the process with this status."""
    raise typer.Exit(status)
