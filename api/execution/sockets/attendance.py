"""Which sockets of members are open in this process, and whether they still may be.

A socket lives no longer than what it was opened with: it ends when its session is signed out or
stolen, and when its member is suspended, in whichever process that happened. Word of it comes at
once over pub/sub; a look at the sessions every few seconds finds what was lost on the way.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import aclosing, suppress
from typing import Final, NoReturn, Protocol, TypeAlias
from uuid import UUID

import structlog

from api.execution.sockets.places import Places
from api.execution.sockets.protocol import CloseCode
from domain.errors import Unavailable
from domain.members import Viewer
from infra.ids import new_id
from infra.pubsub import PubSub
from members.endings import Ending, endings

_log = structlog.stdlib.get_logger(__name__)
_LOOK_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = 0.5
_RENEWALS: Final = 3  # to a lease, so that one may be missed
_ENDED: Final = "Forbidden: the session ended"

Over: TypeAlias = Callable[[Collection[tuple[UUID, UUID]]], Awaitable[set[UUID]]]
"""Of `(session, member)` pairs, the sessions that are over, or another member's by now."""


class Socket(Protocol):
    """An open socket of a viewer."""

    viewer: Viewer | None

    def end(self, code: CloseCode, reason: str) -> None: ...


class TooManySockets(Exception):
    """A member has as many sockets as they may."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class Attendance:
    """The members' sockets of one process. `run` must be running for anything to end them."""

    def __init__(
        self, places: Places, pubsub: PubSub, over: Over, *, look_seconds: float = _LOOK_SECONDS
    ) -> None:
        self._places = places
        self._pubsub = pubsub
        self._over = over
        self._look_seconds = look_seconds
        self._present: defaultdict[UUID, dict[Socket, str]] = defaultdict(dict)

    async def enter(self, socket: Socket) -> None:
        """Takes a place for a member's socket, which must `leave` whatever comes of it.

        Raises: TooManySockets.
        """
        if socket.viewer is None:
            return
        member_id, socket_id = socket.viewer.member_id, new_id().hex
        own = self._present[member_id]
        if len(own) >= self._places.most:
            raise TooManySockets(self._places.most)
        own[socket] = socket_id  # before anything is awaited, so that two cannot take the last one
        if not await self._take(member_id, socket_id):
            raise TooManySockets(self._places.most)

    async def _take(self, member_id: UUID, socket_id: str) -> bool:
        try:
            return await self._places.take(member_id, socket_id)
        except Unavailable as away:
            _log.info("sockets.counted_alone", engine=away.engine)
            return True

    async def leave(self, socket: Socket) -> None:
        """Frees the place, if there was one."""
        if socket.viewer is None:
            return
        member_id = socket.viewer.member_id
        own = self._present.get(member_id, {})
        socket_id = own.pop(socket, None)
        if not own:
            self._present.pop(member_id, None)
        if socket_id is not None:
            with suppress(Unavailable):  # then the lease lapses
                await self._places.give_back(member_id, socket_id)

    async def run(self) -> None:
        """Hears of endings, looks for those unheard, and renews leases, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear())
            tasks.create_task(_every(self._look_seconds, self._look))
            tasks.create_task(_every(self._places.lease / _RENEWALS, self._renew))

    async def _hear(self) -> NoReturn:
        while True:
            with suppress(Unavailable):
                async with aclosing(endings(self._pubsub)) as announced:
                    async for ending in announced:
                        self._end(self._named(ending))
            await asyncio.sleep(_RETRY_SECONDS)

    def _named(self, ending: Ending) -> list[Socket]:
        if ending.member_id is not None:
            return list(self._present.get(ending.member_id, ()))
        over = {ending.session_id} - {None}  # tokens of an identity provider have no session
        return [one for one, viewer in self._viewers() if viewer.session_id in over]

    async def _look(self) -> None:
        pairs = {
            (viewer.session_id, viewer.member_id)
            for _, viewer in self._viewers()
            if viewer.session_id is not None
        }
        if pairs:
            over = await self._over(pairs)
            self._end(one for one, viewer in self._viewers() if viewer.session_id in over)

    async def _renew(self) -> None:
        for member_id, own in list(self._present.items()):
            if own:
                await self._places.renew(member_id, list(own.values()))

    def _viewers(self) -> list[tuple[Socket, Viewer]]:
        return [
            (socket, socket.viewer)
            for own in self._present.values()
            for socket in own
            if socket.viewer is not None
        ]

    def _end(self, sockets: Iterable[Socket]) -> None:
        for socket in sockets:
            socket.end(CloseCode.FORBIDDEN, _ENDED)


async def _every(seconds: float, act: Callable[[], Awaitable[None]]) -> NoReturn:
    while True:
        await asyncio.sleep(seconds)
        try:
            await act()
        except Unavailable as away:
            _log.info("sockets.unattended", engine=away.engine)
