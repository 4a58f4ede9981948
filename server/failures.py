"""Expected failures of commands, told in one line with a non-zero status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
import typer

from domain.errors import Forbidden, Refused, Unauthenticated, Unavailable
from infra.i18n import load_catalogue
from server.engines import EngineError
from server.terminal import terminal_locale
from server.up import PreparationFailed

_TURNED_AWAY: Final = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)
"""PostgreSQL answers, and lets nobody in."""


@contextmanager
def in_one_line() -> Iterator[None]:
    """Ends the command with status 1 and one line for what its user can do something about."""
    try:
        yield
    except (Refused, Forbidden, Unauthenticated, Unavailable) as error:
        raise _told(_sentence(error)) from None
    except (EngineError, PreparationFailed, OSError, *_TURNED_AWAY) as error:
        raise _told(str(error)) from None


def _told(sentence: str) -> typer.Exit:
    typer.secho(f"laurels: {sentence}", err=True, fg=typer.colors.RED)
    return typer.Exit(1)


def _sentence(error: Refused | Forbidden | Unauthenticated | Unavailable) -> str:
    """In the terminal's language."""
    locale, catalogue = terminal_locale(), load_catalogue()
    if isinstance(error, Unavailable):
        return f"{catalogue.say('error.unavailable', locale)} ({error.engine})"
    if isinstance(error, Refused):
        return catalogue.say(error.reason, locale, **error.params)
    return catalogue.say(error.reason, locale)
