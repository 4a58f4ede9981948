"""Documents under their hashes, and a PostgreSQL that counts what it is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg

from domain.errors import Unavailable
from infra.database import Database
from infra.registered_documents import RegisteredDocument, digest_of, register

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def registered(database: Database, *texts: str) -> list[str]:
    """Registers texts and gives their hashes."""
    documents = [RegisteredDocument("Test", text, digest_of(text)) for text in texts]
    await register(database, documents, NOW)
    return [document.digest for document in documents]


class Counted:
    """PostgreSQL, which counts what it is asked and can be away."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.statements = 0
        self.away = False

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]:
        self.statements += 1
        if self.away:
            raise Unavailable("postgres")
        return await self.database.fetch(query, *args)
