"""A process's services over the test's own database and Redis."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from members.authentication import Authentication
from members.sessions import Sessions
from members.sign_in import SignIn
from members.tokens import Tokens
from messaging.development_outbox import DevelopmentOutbox
from server.engines import Engines
from server.wiring import Laurels


@pytest.fixture
def laurels(
    platform: Platform,
    programmes: Programmes,
    addresses: dict[str, str],
    database_url: str,
    worker: int,
) -> Laurels:
    """What `server.wiring.assemble` builds, on connections that the tests share."""
    tokens = Tokens(platform.database)
    sessions = Sessions(platform.database, tokens)
    return Laurels(
        engines=Engines(database_url, f"{addresses['redis']}?db={worker}"),
        platform=platform,
        programmes=programmes,
        tokens=tokens,
        sessions=sessions,
        sign_in=SignIn(platform.database, sessions, DevelopmentOutbox(), secret=b"swordfish" * 4),
        authentication=Authentication(tokens, None),
    )


Clone = Callable[[str], Awaitable[Engines]]


@pytest.fixture(scope="session")
async def clone(addresses: dict[str, str], worker: int) -> AsyncIterator[Clone]:
    """Makes migrated databases of their own for processes of their own, on the run's engines."""
    template = addresses["database"]
    made: list[str] = []
    admin = await asyncpg.connect(template.replace("/laurels_template?", "/laurels?"))

    async def fresh(name: str) -> Engines:
        made.append(f"laurels_{os.getpid()}_{worker}_{name}")
        await admin.execute(f"CREATE DATABASE {made[-1]} TEMPLATE laurels_template")
        address = template.replace("/laurels_template?", f"/{made[-1]}?")
        return Engines(address, f"{addresses['redis']}?db={worker}")

    yield fresh
    for name in made:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()
