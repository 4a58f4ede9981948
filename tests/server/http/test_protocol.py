"""What goes over the wire at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import Mock, call

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from server.http.protocol import HttpProtocol, Joined


@pytest.fixture
def transport() -> Mock:
    return Mock(is_closing=Mock(return_value=False))


def joined(transport: Mock) -> Joined:
    return Joined(transport, asyncio.get_running_loop())


async def test_a_head_goes_with_what_follows_it(transport: Mock) -> None:
    answer = joined(transport)
    for piece in (b"head", b"body", b"more"):
        answer.write(piece)
    await asyncio.sleep(0)
    assert transport.method_calls == [call.writelines((b"head", b"body")), call.write(b"more")]


async def test_a_head_waits_for_no_longer_than_a_turn(transport: Mock) -> None:
    answer = joined(transport)
    answer.write(b"head")
    await asyncio.sleep(0)
    transport.write.assert_called_once_with(b"head")
    answer.write(b"body")
    assert transport.write.call_args == call(b"body")


async def test_what_was_written_goes_before_the_end(transport: Mock) -> None:
    answer = joined(transport)
    answer.write(b"head")
    answer.close()
    assert [name for name, *_ in transport.method_calls] == ["is_closing", "write", "close"]


async def test_nothing_is_written_to_who_left(transport: Mock) -> None:
    answer = joined(transport)
    answer.write(b"head")
    transport.is_closing.return_value = True
    await asyncio.sleep(0)
    transport.write.assert_not_called()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Says the path; after a while where that is /late."""
    await receive()
    await send({"type": "http.response.start", "status": 200})
    if scope["path"] == "/late":
        await asyncio.sleep(0.01)
    body = scope["path"].encode()
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def connection() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    options: dict[str, Any] = {"http": HttpProtocol, "log_config": None, "lifespan": "off"}
    server = uvicorn.Server(uvicorn.Config(application, port=0, **options))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells in no other way
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()
    server.should_exit = True
    await serving


@pytest.mark.parametrize("path", [b"/now", b"/late"])
async def test_answers_are_whole_over_a_kept_connection(
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], path: bytes
) -> None:
    reader, writer = connection
    for _ in range(2):
        writer.write(b"GET %b HTTP/1.1\r\nHost: shop\r\n\r\n" % path)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert await reader.readuntil(b"\r\n0\r\n\r\n") == b"%x\r\n%b\r\n0\r\n\r\n" % (
            len(path),
            path,
        )


async def test_requests_sent_at_once_are_answered_in_their_order(
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    reader, writer = connection
    asked = [b"/late", b"/now", b"/last"]
    writer.write(b"".join(b"GET %b HTTP/1.1\r\nHost: shop\r\n\r\n" % path for path in asked))
    bodies = [await reader.readuntil(b"0\r\n\r\n") for _ in asked]
    assert [path for path, body in zip(asked, bodies, strict=True) if path in body] == asked
