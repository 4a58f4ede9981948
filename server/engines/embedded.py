"""The engines of one data folder, as context managers; one launcher owns a folder at a time.

- `own` takes the folder and prepares it, starting nothing: for a supervisor.
- `embedded` takes it and runs both engines.
- `attach` uses the engines that run there, or runs them for as long as it is open: for commands.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from server.engines.errors import HomeInUse
from server.engines.home import Engines, Home
from server.engines.identity import Premises, settle
from server.engines.initdb import initialise_postgres
from server.engines.locate import Binaries, locate
from server.engines.postgres import PostgresServer
from server.engines.valkey import ValkeyServer, answers

_ATTACH_SECONDS = 30.0  # the other launcher may just be starting, or an engine restarting
_LOOK_AGAIN_SECONDS = 0.1
_CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Deployment:
    """The two engines of an owned data folder."""

    postgres: PostgresServer
    valkey: ValkeyServer

    @property
    def engines(self) -> Engines:
        return Engines(database_url=self.postgres.url, redis_url=self.valkey.url)

    async def start(self) -> None:
        """Starts both side by side; when one fails, neither is left running.

        Raises: EngineFailed, HomeUnusable.
        """
        starts = (self.postgres.start(), self.valkey.start())
        outcomes = await asyncio.gather(*starts, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                await self.stop()
                raise outcome

    async def stop(self) -> None:
        await asyncio.gather(self.postgres.stop(), self.valkey.stop())


@contextlib.asynccontextmanager
async def own(home: Path, *, binaries: Binaries | None = None) -> AsyncIterator[Deployment]:
    """Takes the data folder, makes what is missing, and stops the engines at the end.

    Raises: HomeInUse, HomeUnusable, BinariesMissing, EngineFailed.
    """
    place = Home.at(home)
    place.create()
    with place.locked():
        premises = await _prepare(place, binaries or locate())
        deployment = Deployment(PostgresServer(premises), ValkeyServer(premises))
        place.remember(deployment.engines, premises.sockets)
        try:
            yield deployment
        finally:
            await deployment.stop()
            place.forget(premises.sockets)


@contextlib.asynccontextmanager
async def embedded(home: Path, *, binaries: Binaries | None = None) -> AsyncIterator[Engines]:
    """Runs both engines in the data folder while it is open.

    Raises: HomeInUse, HomeUnusable, BinariesMissing, EngineFailed.
    """
    async with own(home, binaries=binaries) as deployment:
        await deployment.start()
        yield deployment.engines


@contextlib.asynccontextmanager
async def attach(home: Path, *, binaries: Binaries | None = None) -> AsyncIterator[Engines]:
    """The engines of a running launcher, or, where none runs, engines of our own.

    Raises: HomeInUse where another launcher owns the folder and its engines do not answer;
    HomeUnusable, BinariesMissing, EngineFailed.
    """
    async with contextlib.AsyncExitStack() as stack:
        deadline = asyncio.get_running_loop().time() + _ATTACH_SECONDS
        while True:
            try:
                engines = await stack.enter_async_context(embedded(home, binaries=binaries))
                break
            except HomeInUse:
                running = Home.at(home).recall()
                if running is not None and await _answer(running):
                    engines = running
                    break
                if asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        yield engines


async def initialise(home: Path, *, binaries: Binaries | None = None) -> None:
    """Makes the data folders without starting anything; does nothing where they are.

    Raises: HomeInUse, HomeUnusable, BinariesMissing, EngineFailed.
    """
    async with own(home, binaries=binaries):
        pass


async def _prepare(place: Home, binaries: Binaries) -> Premises:
    premises = await settle(place, place.sockets(), binaries)
    await initialise_postgres(premises)
    return premises


async def _answer(engines: Engines) -> bool:
    try:
        connection = await asyncpg.connect(engines.database_url, timeout=_CONNECT_SECONDS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return await answers(Path(urlsplit(engines.redis_url).path))
