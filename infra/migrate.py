"""Brings a database to the present schema, one migrating process at a time.

Tortoise's migrations take no lock of their own; a session-level advisory lock makes every other
process wait until the first is done, and then find nothing left to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from infra.database import APPS, tortoise_config
from infra.postgres_url import connection_settings

_LOCK: Final = 0x1A0_2E15
_EXTENSIONS: Final = ("pg_trgm",)


async def migrate(url: str) -> Sequence[str]:
    """Applies what is missing and names it, in the order in which it was applied."""
    connection = await asyncpg.connect(**connection_settings(url))
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        for extension in _EXTENSIONS:
            await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        return await _apply(url)
    finally:
        await connection.close()


async def _apply(url: str) -> Sequence[str]:
    applied: list[str] = []

    def note(event: str, app: str, name: str) -> None:
        if event == "apply_done":
            applied.append(f"{app}.{name}")

    config = tortoise_config(url, pool_size=1, name="laurels-migrate", migrations=True)
    context = TortoiseContext()
    try:
        with context:
            await context.init(config=config)
            executor = MigrationExecutor(context.db(), config["apps"])
            targets = [MigrationTarget(app_label=label, name="__latest__") for label in APPS]
            await executor.migrate(targets, progress=note)
    finally:
        await context.close_connections()
    return applied
