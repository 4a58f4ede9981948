"""A process's services over the test's own database and Redis, and the demo shop served."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
import uvicorn
from strawberry import Schema

from api.schema import build_schema
from community.media.uploads import Uploads
from community.moderation.intake.receiving import Intake
from community.referrals.digests import Digests
from community.referrals.following import Following
from community.referrals.registering import Registering
from gamification.programme.current import Programmes
from infra import milestones
from infra.pictures.decoders import Decoders
from infra.platform import Platform
from members.authentication import Authentication
from members.sessions import Sessions
from members.sign_in import SignIn
from members.tokens import Tokens
from messaging.development_outbox import DevelopmentOutbox
from server.api_process import application
from server.demo import load
from server.demo_plan import FOLDER, LOADED, demo_customers
from server.engines import Engines
from server.settings import Settings
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
    intake = Intake(b"swordfish" * 4)
    platform = replace(platform, referring=Following(), review=intake.receive)
    registering = Registering(platform, Digests(b"swordfish" * 4))
    return Laurels(
        engines=Engines(database_url, f"{addresses['redis']}?db={worker}"),
        platform=platform,
        programmes=programmes,
        tokens=tokens,
        sessions=sessions,
        sign_in=SignIn(
            platform.database,
            sessions,
            DevelopmentOutbox(),
            secret=b"swordfish" * 4,
            welcome=registering.welcome,
        ),
        authentication=Authentication(tokens, None),
        uploads=Uploads(
            platform,
            secret=b"swordfish" * 4,
            address="http://127.0.0.1:8000",
            decoders=Decoders(1),
        ),
        registering=registering,
        intake=intake,
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


@pytest.fixture(scope="session")
def schema() -> Schema:
    return build_schema()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
async def demo(laurels: Laurels, tmp_path: Path) -> Laurels:
    """The demo shop with a handful of orders."""
    folder = tmp_path / "demo"
    folder.mkdir()
    for name in ("shop.toml", "programme.yaml"):
        shutil.copy(FOLDER / name, folder)
    rows = "".join(f"{ref},1997-01-01,3,{ref[-2:]}.50\n" for ref in demo_customers())
    (folder / "music_store_orders.csv").write_text(f"customer_id,date,items,amount_usd\n{rows}")
    now = await laurels.platform.clock.now()
    await load(laurels, folder, begun=now)
    await milestones.reach(laurels.platform.database, LOADED, now)
    return laurels


@pytest.fixture
async def address(settings: Settings, demo: Laurels, schema: Schema) -> AsyncIterator[str]:
    """The demo shop, served on a port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            application(settings, demo, schema), log_config=None, ws="websockets-sansio"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving
