"""What is asked for in one turn is loaded together, once, for whoever asks."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, cast

import pytest
from strawberry.exceptions import WrongNumberOfResultsReturned

from api.execution.context import Context
from api.execution.loading import Loaders
from infra.i18n import Locale

Calls = list[list[int]]


class Numbers:
    """Doubles numbers; odd hundreds are missing, and thousands break the whole call."""

    def __init__(self) -> None:
        self.calls: Calls = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def __call__(self, _context: object, keys: list[int]) -> Sequence[Any]:
        self.calls.append(keys)
        await self.may_go_on.wait()
        if max(keys) >= 1_000:
            raise RuntimeError("broken")
        return [KeyError(key) if key >= 100 else key * 2 for key in keys]


Short = Callable[[object, list[int]], Awaitable[Sequence[int]]]


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


class Asking:
    """Asks as a context does, without one."""

    def __init__(self) -> None:
        self.loaders = Loaders()

    async def load(self, batch: Numbers, key: int) -> int:
        return (await self.load_many(batch, [key]))[0]

    async def load_many(self, batch: Short | Numbers, keys: Iterable[int]) -> list[int]:
        return await self.loaders.load(cast("Any", None), batch, keys)


@pytest.fixture
def loaders() -> Asking:
    return Asking()


async def test_what_is_asked_for_in_one_turn_is_one_call(loaders: Asking, numbers: Numbers) -> None:
    found = await asyncio.gather(
        loaders.load(numbers, 1), loaders.load_many(numbers, [2, 1, 3, 2]), loaders.load(numbers, 3)
    )
    assert found == [2, [4, 2, 6, 4], 6]
    assert numbers.calls == [[1, 2, 3]]


async def test_a_key_is_loaded_once_an_operation(loaders: Asking, numbers: Numbers) -> None:
    await loaders.load_many(numbers, [1, 2])
    assert await loaders.load_many(numbers, [2, 3]) == [4, 6]
    assert await loaders.load_many(numbers, []) == []
    assert numbers.calls == [[1, 2], [3]]


async def test_what_is_known_already_is_not_loaded(loaders: Asking, numbers: Numbers) -> None:
    await loaders.load(numbers, 1)
    loaders.loaders.know(cast("Any", numbers), {1: 50, 2: 60})
    assert await loaders.load_many(numbers, [1, 2, 3]) == [2, 60, 6]
    assert numbers.calls == [[1], [3]]


async def test_an_operation_leaves_nothing_to_the_garbage_collector(numbers: Numbers) -> None:
    gc.collect()
    gc.disable()
    try:
        context = Context(None, Locale.EN, "request", cast("Any", None))
        assert await asyncio.gather(context.load(numbers, 1), context.load(numbers, 2)) == [2, 4]
        there = weakref.ref(context._loaders or numbers)
        del context
        assert there() is None
    finally:
        gc.enable()


async def test_what_is_under_way_is_waited_for(loaders: Asking, numbers: Numbers) -> None:
    numbers.may_go_on.clear()
    first = asyncio.create_task(loaders.load(numbers, 1))
    while not numbers.calls:  # noqa: ASYNC110
        await asyncio.sleep(0)
    second = asyncio.create_task(loaders.load_many(numbers, [1, 2]))
    await asyncio.sleep(0)
    numbers.may_go_on.set()
    assert (await first, await second) == (2, [2, 4])
    assert numbers.calls == [[1], [2]]


async def test_one_that_fails_fails_alone_and_each_time(loaders: Asking, numbers: Numbers) -> None:
    lost, found = await asyncio.gather(
        loaders.load(numbers, 101), loaders.load(numbers, 1), return_exceptions=True
    )
    assert (type(lost), found) == (KeyError, 2)
    for _ in range(2):
        with pytest.raises(KeyError) as raised:
            await loaders.load_many(numbers, [1, 101])
        assert len(raised.traceback) < 8, "the same exception does not grow"
    assert numbers.calls == [[101, 1]]


async def test_a_call_that_fails_fails_for_all_its_keys(loaders: Asking, numbers: Numbers) -> None:
    failed = await asyncio.gather(
        loaders.load(numbers, 1), loaders.load(numbers, 1_000), return_exceptions=True
    )
    assert [str(one) for one in failed] == ["broken", "broken"]
    assert await loaders.load(numbers, 2) == 4


async def test_too_few_values_are_refused(loaders: Asking) -> None:
    async def short(_context: object, keys: list[int]) -> list[int]:
        return keys[1:]

    with pytest.raises(WrongNumberOfResultsReturned):
        await loaders.load_many(short, [1, 2])


async def test_who_gives_up_takes_nothing_from_the_others(
    loaders: Asking, numbers: Numbers
) -> None:
    numbers.may_go_on.clear()
    hasty = asyncio.create_task(loaders.load(numbers, 1))
    patient = asyncio.create_task(loaders.load(numbers, 1))
    while not numbers.calls:  # noqa: ASYNC110
        await asyncio.sleep(0)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    gc.collect()
    numbers.may_go_on.set()
    assert await patient == 2
