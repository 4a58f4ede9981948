"""Counting SQL statements: how a test notices that a list is loaded one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import asyncpg
import pytest


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that this process sends to PostgreSQL while it lasts, in their order."""
    sent: list[str] = []
    connection = cast("Any", asyncpg.Connection)
    original = connection._execute

    async def execute(self: object, query: str, *args: object, **kwargs: object) -> object:
        sent.append(query)
        return await original(self, query, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_execute", execute)
        yield sent
