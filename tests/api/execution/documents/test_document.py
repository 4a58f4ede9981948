"""Documents: read once, remembered, and long ones read beside everybody else's work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
import strawberry

from api.execution.documents.document import Documents

LONG = "{" + " hello" * 400 + "}"
SHORT = "{ hello }"


@pytest.fixture
def documents(schema: strawberry.Schema) -> Documents:
    return Documents(schema._schema)


@pytest.fixture
def threads(documents: Documents) -> Iterator[list[tuple[str, bool]]]:
    """What is read, and whether in the event loop's own thread."""
    read: list[tuple[str, bool]] = []
    examine = documents.examine

    def told(text: str) -> Any:  # noqa: ANN401
        read.append((text, threading.current_thread() is threading.main_thread()))
        return examine(text)

    with patch.object(documents, "examine", told):
        yield read


async def test_a_long_text_keeps_nobody_waiting(
    documents: Documents, threads: list[tuple[str, bool]]
) -> None:
    await documents.take(LONG)
    await documents.take(SHORT)
    assert threads == [(LONG, False), (SHORT, True)]


async def test_it_is_read_once_for_all_who_ask_at_once(
    documents: Documents, threads: list[tuple[str, bool]]
) -> None:
    first, *others = await asyncio.gather(*(documents.take(LONG) for _ in range(5)))
    assert all(other is first for other in others)
    assert await documents.take(LONG) is first is documents.read(LONG)
    assert threads == [(LONG, False)]


async def test_it_is_read_for_the_others_where_the_first_is_gone(
    documents: Documents, threads: list[tuple[str, bool]]
) -> None:
    first, second = (asyncio.create_task(documents.take(LONG)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).errors
    assert first.cancelled()
    assert len(threads) == 1


async def test_what_breaks_the_reading_is_told_to_all_and_not_remembered(
    documents: Documents,
) -> None:
    with patch.object(documents, "examine", side_effect=RuntimeError("swordfish")):
        asked = [documents.take(LONG) for _ in range(2)]
        broken = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in broken] == [RuntimeError] * 2
    assert (await documents.take(LONG)).errors
