"""A headless Chromium, driven over its own protocol: open a page, evaluate, see what it did.

Source: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import orjson
from websockets.asyncio.client import ClientConnection, connect

PATH: Final = shutil.which("chromium") or shutil.which("google-chrome")
_FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--window-size=1400,900",
    "--remote-debugging-port=0",
    "about:blank",
)
_HANG: Final = 30  # seconds
_BIGGEST: Final = 2**26


class Tab:
    """One page: `requests` it made, `complaints` it logged, and what its script says."""

    def __init__(self, wire: ClientConnection) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._wire = wire
        self._loaded = asyncio.Event()
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def open(self, address: str) -> None:
        self._loaded.clear()
        await self.do("Page.navigate", url=address)
        async with asyncio.timeout(_HANG):
            await self._loaded.wait()

    async def ask(self, script: str) -> Any:  # noqa: ANN401 - whatever the page has
        """The value of an expression, awaited."""
        answer = await self.do(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    async def until(self, script: str) -> Any:  # noqa: ANN401
        """The first value of an expression that counts as true."""
        async with asyncio.timeout(_HANG):
            while not (value := await self.ask(script)):  # noqa: ASYNC110 - pages tell nobody
                await asyncio.sleep(0.05)
        return value

    async def picture(self) -> bytes:
        """The page as it looks now, as PNG."""
        shot = await self.do("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])

    async def do(self, method: str, **params: object) -> Any:  # noqa: ANN401
        """A command of the protocol."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        await self._wire.send(orjson.dumps(message).decode())
        async with asyncio.timeout(_HANG):
            return await self._waiting[number]

    async def listen(self) -> None:
        """Takes what the browser says, until it is gone."""
        async for frame in self._wire:
            message = orjson.loads(frame)
            if "id" in message:
                waiting = self._waiting.pop(message["id"])
                if "error" in message:
                    waiting.set_exception(AssertionError(message["error"]))
                else:
                    waiting.set_result(message["result"])
            else:
                self._note(message["method"], message["params"])

    def _note(self, event: str, params: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event == "Page.loadEventFired":
            self._loaded.set()
        elif event == "Network.webSocketCreated":
            self.requests.append(params["url"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(str(params["entry"]))
        elif event == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning"}:
            self.complaints.append(str(params["args"]))


@asynccontextmanager
async def chromium(profile: Path) -> AsyncIterator[Tab]:
    """A tab of a browser of its own; `profile` is an empty folder."""
    assert PATH is not None, "no Chromium here"
    process = await asyncio.create_subprocess_exec(
        PATH,
        f"--user-data-dir={profile}",
        *_FLAGS,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        address = await _address(process)
        async with connect(address, max_size=_BIGGEST) as wire:
            tab = Tab(wire)
            listening = asyncio.create_task(tab.listen())
            for domain in ("Page", "Runtime", "Log", "Network"):
                await tab.do(f"{domain}.enable")
            yield tab
            listening.cancel()
    finally:
        process.kill()
        await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    """Where the one page is driven: the browser says where the browser is."""
    assert process.stderr is not None
    async with asyncio.timeout(_HANG):
        async for line in process.stderr:
            if b"DevTools listening on " in line:
                browser = line.decode().split()[-1]
                return await _first_page(browser)
    raise AssertionError("Chromium said nothing")


async def _first_page(browser: str) -> str:
    async with connect(browser) as wire, asyncio.timeout(_HANG):
        await wire.send('{"id": 1, "method": "Target.getTargets"}')
        targets = orjson.loads(await wire.recv())["result"]["targetInfos"]
    page = next(one["targetId"] for one in targets if one["type"] == "page")
    return f"{browser.split('/devtools/', maxsplit=1)[0]}/devtools/page/{page}"
