"""A cloud's object store as far as we use one: S3's protocol over HTTP, objects in memory.

It believes every signature, and notes by which requests it was asked. Source: Amazon S3 API
Reference (PutObject, GetObject, HeadObject, DeleteObject, DeleteObjects).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


@dataclass
class ObjectServer:
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
                announced = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(announced[1]) if announced else 0)
                status, answer = self._answer(method, target, body)
                length = len(answer)
                sent = b"" if method == "HEAD" else answer
                writer.write(
                    f"HTTP/1.1 {status}\r\ncontent-length: {length}\r\nlast-modified: {_DATE}\r\n"
                    f'etag: "1"\r\ncontent-type: application/xml\r\n\r\n'.encode()
                    + sent
                )
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    def _answer(self, method: str, target: str, body: bytes) -> tuple[str, bytes]:
        parts = urlsplit(target)
        name = unquote(parts.path)
        self.asked.append(f"{method} {name}")
        if method == "PUT":
            self.objects[name] = body
            return "200 OK", b""
        if method == "POST":  # DeleteObjects
            keys = re.findall(rb"<Key>(.*?)</Key>", body)
            for key in keys:
                self.objects.pop(f"{name.rstrip('/')}/{key.decode()}", None)
            gone = b"".join(b"<Deleted><Key>" + key + b"</Key></Deleted>" for key in keys)
            return "200 OK", b"<DeleteResult>" + gone + b"</DeleteResult>"
        if method == "DELETE":
            self.objects.pop(name, None)
            return "204 No Content", b""
        if name not in self.objects:
            return "404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>"
        return "200 OK", self.objects[name]


@asynccontextmanager
async def object_server() -> AsyncIterator[ObjectServer]:
    """A store on a port of its own, until the end of the block."""
    made = ObjectServer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    async with server:
        made.port = server.sockets[0].getsockname()[1]
        yield made
