"""Callers who wait together are served together: one unit of work for all of them.

    answer = await platform.together.ask("points", serve, question)

The first caller is served at once. Whoever comes meanwhile waits for that work to end, and is
then served with all the others who came: nobody waits for company, and under load a commit, a
lock and a statement are shared by many. Ask outside of transactions only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Any, Final, TypeAlias, TypeVar

from domain.errors import LaurelsError

Q = TypeVar("Q")
A = TypeVar("A")

Serve: TypeAlias = Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]]
"""Answers questions: an answer or an exception for each, in their order."""

MOST: Final = 256
_AT_ONCE: Final = 2  # one plans while the other's commit is on its way to the disk


class Together:
    """The queues of one process."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    async def ask(self, queue: str, serve: Serve[Q, A], question: Q) -> A:
        """The answer to a question; questions of one queue are answered by the same work.

        Raises: what `serve` gives or raises.
        """
        answer: A = await self._queues.setdefault(queue, _Queue()).ask(serve, question)
        return answer


class _Queue:
    def __init__(self) -> None:
        self._waiting: deque[tuple[Any, asyncio.Future[Any]]] = deque()
        self._serving: set[asyncio.Task[None]] = set()

    async def ask(self, serve: Serve[Any, Any], question: object) -> Any:  # noqa: ANN401
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if len(self._serving) < _AT_ONCE:
            # In a context of its own: it must not inherit the first caller's.
            task = asyncio.create_task(self._serve(serve), context=Context())
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        return await answer

    async def _serve(self, serve: Serve[Any, Any]) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            waiting = [one for one in batch if not one[1].done()]  # who gave up asks nothing
            answers = await _answers(serve, [question for question, _ in waiting])
            for (_, future), answer in zip(waiting, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)


async def _answers(serve: Serve[Any, Any], questions: Sequence[Any]) -> Sequence[Any]:
    """Of all together; each alone where something unexpected came of one of them."""
    if not questions:
        return []
    try:
        return await serve(questions)
    except LaurelsError as error:
        return [error] * len(questions)
    except Exception as error:  # noqa: BLE001 - whoever asked is told
        if len(questions) == 1:
            return [error]
    return [(await _answers(serve, [one]))[0] for one in questions]
