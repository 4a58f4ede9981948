"""Keeps a deployment's processes running: starts them in order, restarts what dies, stops all.

A child that dies is started again at once, one that keeps dying after a short rest; the fifth
death within a minute ends everything with a non-zero status. SIGINT, SIGTERM and SIGHUP stop the
children in reverse order, gracefully; a second signal kills what is left. Whatever happens to the
supervisor itself, its children end with it, and none is left a zombie.
"""

import asyncio
import contextlib
import signal
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from server.engines import Deployment
from server.engines.processes import Process, spawn

_DEATHS = 5
_WINDOW_SECONDS = 60.0
_RESTS = (0.0, 0.1, 0.4, 1.0)  # before the first, second, … restart of one child in a window
_LOOK_AGAIN_SECONDS = 0.02
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class OnEvent(Protocol):
    """Told of `started`, `ready`, `died`, `start_failed`, `resting`, `stopping`, `stopped`,
    `gave_up`, `signal`; the name is the child's, or `supervisor`.
    """

    def __call__(self, name: str, event: str, **data: object) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """How one process is started and stopped. `start` must leave no process when it fails.

    Whoever `ends_last` is stopped when all others have ended that may still need it.
    """

    name: str
    start: Callable[[], Awaitable[Process]]
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    ready: Callable[[], Awaitable[bool]] | None = None
    ends_last: bool = False

    @classmethod
    def command(
        cls,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 10.0,
        ready: Callable[[], Awaitable[bool]] | None = None,
    ) -> "Child":
        """A programme with its arguments; `env` None inherits. Output goes where ours goes."""

        async def start() -> Process:
            return spawn(argv, env=env, pass_fds=pass_fds, death_signal=stop_signal)

        return cls(name=name, start=start, stop_signal=stop_signal, grace=grace, ready=ready)


def engine_children(deployment: Deployment) -> tuple[Child, Child]:
    """PostgreSQL and Valkey of an owned data folder; a restart keeps data and addresses."""
    postgres, valkey = (
        Child(
            name=engine.name,
            start=engine.start,
            stop_signal=engine.stop_signal,
            grace=engine.stop_seconds,
            ends_last=True,
        )
        for engine in (deployment.postgres, deployment.valkey)
    )
    return postgres, valkey


@dataclass(slots=True)
class _Seat:
    """One child with the process that fills it now and its latest deaths."""

    child: Child
    process: Process | None = None
    keeper: asyncio.Task[None] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque[float](maxlen=_DEATHS))


class Team:
    """The children of one supervisor, in the order in which they were added."""

    def __init__(self, on_event: OnEvent) -> None:
        self.on_event = on_event
        self._seats: list[_Seat] = []
        self._deaths: deque[float] = deque(maxlen=_DEATHS)
        self._clock = asyncio.get_running_loop().time
        self.ending = asyncio.Event()
        self.status = 0

    async def add(self, child: Child) -> None:
        """Starts a child and returns when it is ready; from then on it is kept running.

        Raises: what its first start raises.
        """
        seat = _Seat(child)
        self._seats.append(seat)
        await self._start(seat)
        seat.keeper = asyncio.create_task(self._keep(seat), name=f"keep {child.name}")
        while child.ready is not None and not await child.ready():  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        self.on_event(child.name, "ready")

    def end(self, status: int) -> None:
        """Asks for the end of everything; asked twice, kills what is left."""
        if self.ending.is_set():
            for seat in self._seats:
                if seat.process is not None:
                    seat.process.kill()
            return
        self.status = status
        self.ending.set()

    async def stop(self) -> None:
        """Stops all, the last started first, and those that end last after them."""
        self.ending.set()
        keepers = [seat.keeper for seat in self._seats if seat.keeper is not None]
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        order = [*reversed(self._seats)]
        order.sort(key=lambda seat: seat.child.ends_last)
        for seat in order:
            if seat.process is not None and seat.process.returncode is None:
                self.on_event(seat.child.name, "stopping", pid=seat.process.pid)
                status = await seat.process.stop((seat.child.stop_signal, seat.child.grace))
                self.on_event(seat.child.name, "stopped", status=status)

    async def _start(self, seat: _Seat) -> None:
        seat.process = await seat.child.start()
        self.on_event(seat.child.name, "started", pid=seat.process.pid)

    async def _keep(self, seat: _Seat) -> None:
        while seat.process is not None:
            status = await seat.process.wait()
            if self.ending.is_set():
                return
            self.on_event(seat.child.name, "died", status=status)
            seat.process = None
            while seat.process is None and self._may_go_on(seat):
                await self._rest(seat)
                try:
                    await self._start(seat)
                except Exception as error:  # noqa: BLE001 - an edge: told, counted, tried again
                    self.on_event(seat.child.name, "start_failed", error=repr(error))

    def _may_go_on(self, seat: _Seat) -> bool:
        now = self._clock()
        seat.deaths.append(now)
        self._deaths.append(now)
        if len(self._deaths) < _DEATHS or now - self._deaths[0] >= _WINDOW_SECONDS:
            return True
        self.on_event("supervisor", "gave_up", deaths=_DEATHS, seconds=_WINDOW_SECONDS)
        self.end(status=1)
        return False

    async def _rest(self, seat: _Seat) -> None:
        recent = sum(self._clock() - death < _WINDOW_SECONDS for death in seat.deaths)
        if rest := _RESTS[recent - 1]:
            self.on_event(seat.child.name, "resting", seconds=rest)
            await asyncio.sleep(rest)


async def supervise(plan: Callable[[Team], Awaitable[None]], *, on_event: OnEvent) -> int:
    """Runs `plan`, which adds children and may work between two of them (migrate, load a shop),
    then keeps them running until a signal (status 0) or five deaths in a minute (status 1).

    Raises: what `plan` raises, after everything it started has stopped.
    """
    team = Team(on_event)
    async with _signals_to(team):
        try:
            await _until_ending(plan, team)
        finally:
            await team.stop()
    return team.status


async def _until_ending(plan: Callable[[Team], Awaitable[None]], team: Team) -> None:
    ending = asyncio.create_task(team.ending.wait())
    planned = asyncio.ensure_future(plan(team))
    try:
        await asyncio.wait({ending, planned}, return_when=asyncio.FIRST_COMPLETED)
        if planned.done():
            await planned  # raises what it raised
            await ending
    finally:
        ending.cancel()
        planned.cancel()
        await asyncio.gather(ending, planned, return_exceptions=True)


@contextlib.asynccontextmanager
async def _signals_to(team: Team) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()

    def received(sig: signal.Signals) -> None:
        team.on_event("supervisor", "signal", signal=sig.name)
        team.end(status=0)

    for sig in _STOP_SIGNALS:
        loop.add_signal_handler(sig, received, sig)
    try:
        yield
    finally:
        for sig in _STOP_SIGNALS:
            loop.remove_signal_handler(sig)


__all__ = ["Child", "OnEvent", "Team", "engine_children", "supervise"]
