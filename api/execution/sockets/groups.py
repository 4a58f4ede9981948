"""Like subscribers of public subscriptions, served together.

A group is everybody who follows the same subscription with the same document, operation,
variables and language. It has one event source, and executes and encodes each event once; where
the selection depends on the viewer, once for each viewer. Whoever joins a group that tells states
gets the present one at once, from a source that is asked for its first event alone; all who join
meanwhile share the next such answer.

Nobody can get what was made for somebody else: the source and the shared execution run without a
viewer (`SharedContext`), and anything made by them is thrown away as soon as one is asked for.
Then the group goes on viewer by viewer, or, if it was the source that asked, falls apart.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import defaultdict
from collections.abc import Callable, Container, Coroutine, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, Final, Protocol, TypeAlias

import structlog

from api.execution.context import SharedContext
from api.execution.engine import Operation, Outcome, Stream, refusal
from api.execution.errors import Reader
from api.execution.operations import Body, Caller, Operations
from api.execution.scope import Sharing
from api.execution.sockets.frames import Result
from api.execution.sockets.outlet import Outlet
from domain.members import Viewer
from infra.i18n import Locale
from infra.ids import new_id

_log = structlog.stdlib.get_logger(__name__)
_WRITES_A_TURN: Final = 64  # then the event loop looks after everybody else
_VIEWERS_A_TURN: Final = 16  # executed side by side

Key: TypeAlias = tuple[int, int, bytes, Locale]
"""Document and operation by identity, variables, language."""

Circle: TypeAlias = "Container[Follower]"


class Follower(Protocol):
    """One operation of one socket, whose outlet is told the results of events."""

    id: str
    caller: Caller
    sharing: Sharing | None
    outlet: Outlet

    def finish(self, body: Body | None) -> None:
        """The end: orderly, or with the errors of `body`."""
        ...

    def go_alone(self) -> None:
        """The subscription is not for sharing after all: runs it on its own."""
        ...


class Groups:
    """All groups of a process."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self._groups: dict[Key, _Group] = {}
        self._private: set[str] = set()  # fields that say they are public, and are not
        self._tasks: set[asyncio.Task[None]] = set()

    def join(self, operation: Operation, follower: Follower) -> Callable[[], None] | None:
        """Lets a subscriber in; calling the result lets them out again.

        None where the subscription is each subscriber's own.
        """
        sharing = follower.sharing
        if sharing is None or sharing.inputs is None or sharing.field in self._private:
            return None
        locale = follower.caller.reader.locale
        key = (id(operation.tree), id(operation.node), sharing.inputs, locale)
        group = self._groups.get(key)
        if group is None:
            reader = self._operations.reader(locale, new_id().hex)
            group = self._groups[key] = _Group(self._operations, operation, sharing, reader)
            self._run(key, group)
        group.add(follower)
        return partial(group.remove, follower)

    async def close(self) -> None:
        """Ends all groups without a word."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self, key: Key, group: _Group) -> None:
        metric = self._operations.metrics.sockets.groups

        async def run() -> None:
            with metric.track_inprogress():
                try:
                    await group.run()
                except NotPublicError:
                    self._private.add(group.field)
                except Exception:  # noqa: BLE001 - the edge: whoever is left goes on alone
                    _log.exception("group.failed", field=group.field)
                finally:
                    forget()
            for follower in group.dissolve():
                follower.go_alone()

        def forget() -> None:
            if self._groups.get(key) is group:
                del self._groups[key]

        def end() -> None:
            forget()
            task.cancel()

        task = _detached(run())
        group.deserted = end
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class NotPublicError(Exception):
    """A source that is declared public asked for the viewer."""


class _Group:
    """One source, and who follows it. `deserted` is called when nobody does any more."""

    deserted: Callable[[], object]

    def __init__(
        self, operations: Operations, operation: Operation, sharing: Sharing, reader: Reader
    ) -> None:
        self.field = sharing.field
        self._operations = operations
        self._operation = operation  # kept: the identity of its document is in the key
        self._reader = reader
        self._state = sharing.state
        self._by_viewer = sharing.by_viewer
        self._followers: dict[Follower, None] = {}
        self._unserved: set[Follower] = set()  # of a state, who have had none yet
        self._begun = False
        self._welcoming: asyncio.Task[None] | None = None

    def add(self, follower: Follower) -> None:
        self._followers[follower] = None
        if self._state:
            self._unserved.add(follower)
            if self._begun and self._welcoming is None:
                self._welcoming = _detached(self._welcome())

    def remove(self, follower: Follower) -> None:
        if follower in self._followers:
            del self._followers[follower]
            self._unserved.discard(follower)
            if not self._followers:
                self.deserted()

    def dissolve(self) -> list[Follower]:
        """Whoever is left, who are not followers any more."""
        left = list(self._followers)
        self._followers.clear()
        self._unserved.clear()
        return left

    async def run(self) -> None:
        """Until the source ends or fails, which all are told.

        Raises: NotPublicError.
        """
        context = self._context()
        try:
            stream = await self._operations.open(self._operation, context)
            if isinstance(stream, Outcome):
                self._check(context)
                self._finish(self._tell(stream))
                return
            async with aclosing(stream):
                await self._hand_on(stream, context)
            self._finish(None)
        except NotPublicError:
            raise
        except Exception as error:  # noqa: BLE001 - told and logged like any error of a source
            self._check(context)
            self._finish(self._tell(refusal(error)))
        finally:
            if self._welcoming is not None:
                self._welcoming.cancel()

    async def _hand_on(self, stream: Stream, context: SharedContext) -> None:
        async for event in stream:
            self._check(context)
            self._begun = True
            await self._spread(stream, event, tuple(self._followers), self._followers)

    async def _welcome(self) -> None:
        """Gives the present state to those who came late, as many at a time as there are."""
        try:
            while newcomers := tuple(self._unserved):
                await self._show_present(newcomers)
        finally:
            self._welcoming = None

    async def _show_present(self, newcomers: Sequence[Follower]) -> None:
        context = self._context()
        try:
            stream = await self._operations.open(self._operation, context)
            if isinstance(stream, Outcome):
                self._dismiss(self._tell(stream), newcomers, context)
                return
            async with aclosing(stream):
                async for event in stream:
                    self._check(context)
                    await self._spread(stream, event, newcomers, self._unserved)
                    return
            self._dismiss(None, newcomers, context)
        except Exception as error:  # noqa: BLE001 - told and logged like any error of a source
            self._dismiss(self._tell(refusal(error)), newcomers, context)

    def _dismiss(
        self, body: Body | None, newcomers: Iterable[Follower], context: SharedContext
    ) -> None:
        """Ends the newcomers' subscriptions alone: others have theirs still."""
        for follower in newcomers:
            if follower in self._unserved:
                self.remove(follower)
                if context.viewer_asked:
                    follower.go_alone()
                else:
                    follower.finish(body)

    async def _spread(
        self, stream: Stream, event: object, followers: Sequence[Follower], among: Circle
    ) -> None:
        """Executes an event, once or for each viewer; gives their result to those `among`."""
        if not self._by_viewer:
            context = self._context()
            outcome = await stream.answer(event, context)
            if not context.viewer_asked:
                await self._deliver(outcome, followers, among)
                return
            _log.warning("subscription.reads_viewer", field=self.field)
            self._by_viewer = True
        viewers: defaultdict[Viewer | None, list[Follower]] = defaultdict(list)
        for follower in followers:
            viewers[follower.caller.viewer].append(follower)

        async def show(viewer: Viewer | None) -> None:
            context = self._operations.context(viewer, self._reader)
            outcome = await stream.answer(event, context)
            await self._deliver(outcome, viewers[viewer], among)

        everybody = list(viewers)
        for start in range(0, len(everybody), _VIEWERS_A_TURN):
            await asyncio.gather(*map(show, everybody[start : start + _VIEWERS_A_TURN]))

    async def _deliver(
        self, outcome: Outcome, followers: Sequence[Follower], among: Circle
    ) -> None:
        result, told, state = self._encode(outcome), 0, self._state
        for start in range(0, len(followers), _WRITES_A_TURN):
            if start:
                await asyncio.sleep(0)
            turn = followers[start : start + _WRITES_A_TURN]
            present = [one for one in turn if one in among]  # else left, or had something newer
            self._unserved.difference_update(present)
            for follower in present:
                follower.outlet.tell(follower.id, result, state=state)
            told += len(present)
        self._operations.metrics.sockets.events_sent.inc(told)

    def _encode(self, outcome: Outcome) -> Result:
        try:
            return Result(self._tell(outcome))
        except TypeError as error:
            return Result(self._tell(Outcome(None, [error])))

    def _finish(self, body: Body | None) -> None:
        for follower in self.dissolve():
            follower.finish(body)

    def _tell(self, outcome: Outcome) -> Body:
        return self._operations.tell(outcome, self._reader, "subscription")

    def _context(self) -> SharedContext:
        return self._operations.shared_context(self._reader)

    def _check(self, context: SharedContext) -> None:
        if context.viewer_asked:
            _log.warning("subscription.not_public", field=self.field)
            raise NotPublicError(self.field)


def _detached(running: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task that inherits nothing of whoever happened to start it: neither log nor transaction."""
    return asyncio.create_task(running, context=contextvars.Context())
