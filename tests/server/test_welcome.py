"""The welcome page: true in three languages, silent outside a sandbox, and its examples work."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest
from graphql import parse, validate
from strawberry import Schema
from websockets.asyncio.client import connect

from domain.errors import Unavailable
from infra.clock import Clock
from infra.database import Database
from server.api_process import application
from server.http.welcome.examples import LIVE
from server.settings import Settings
from server.wiring import Laurels

_PRE = re.compile(r"<pre[^>]*>(.*?)</pre>", re.DOTALL)
_TOOLS = ("bash", "curl", "openssl")


@asynccontextmanager
async def browsing(
    settings: Settings,
    laurels: Laurels,
    schema: Schema,
    *,
    client: str = "127.0.0.1",
    host: str = "localhost",
) -> AsyncIterator[httpx.AsyncClient]:
    app = application(settings, laurels, schema)
    transport = httpx.ASGITransport(app, client=(client, 50000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as browser:
        yield browser


@pytest.fixture
async def browser(
    settings: Settings, laurels: Laurels, schema: Schema
) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(settings, laurels, schema) as client:
        yield client


def copied(page: httpx.Response) -> list[str]:
    """Everything on the page that has a copy button."""
    return [html.unescape(text) for text in _PRE.findall(page.text)]


async def run(command: str) -> dict[str, Any]:
    """What a command of the page answers."""
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", command, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    answer: dict[str, Any] = orjson.loads(out)
    return answer


@pytest.mark.parametrize(
    ("header", "word"),
    [("zh-CN", "沙盒显示"), ("zh-HK,en;q=0.5", "沙盒顯示"), ("en-GB", "sandboxes")],
)
async def test_the_page_speaks_the_browsers_language(
    browser: httpx.AsyncClient, header: str, word: str
) -> None:
    page = await browser.get("/welcome", headers={"accept-language": header})
    assert word in page.text


async def test_a_chosen_language_beats_the_browsers(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/welcome?lang=en", headers={"accept-language": "zh-CN"})
    assert '<html lang="en">' in page.text
    assert page.headers["content-language"] == "en"


async def test_the_page_asks_nothing_of_other_hosts(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/welcome")
    assert page.headers["content-security-policy"].startswith("default-src 'none';")
    assert "//" not in re.sub(r"http://localhost/\S+", "", page.text).replace("data:,", "")


async def test_a_sandbox_shows_tokens_that_are_good(
    browser: httpx.AsyncClient, demo: Laurels
) -> None:
    tokens = [text for text in copied(await browser.get("/welcome")) if text.startswith("eyJ")]
    roles = [sorted((await demo.tokens.viewer(token)).roles) for token in tokens]
    assert roles == [["SHOPPER"], ["SHOPPER"], ["SHOPPER"], ["MODERATOR"], ["ADMIN"], ["SERVICE"]]


async def test_tokens_are_made_once(browser: httpx.AsyncClient, demo: Laurels) -> None:
    for _ in range(3):
        await browser.get("/welcome")
    assert await demo.platform.database.fetchval("SELECT count(*) FROM session") == 6


async def test_an_empty_sandbox_enrols_nobody(browser: httpx.AsyncClient, laurels: Laurels) -> None:
    await browser.get("/welcome")
    enrolled = "SELECT count(*) FROM member WHERE customer_ref IS NOT NULL"
    assert await laurels.platform.database.fetchval(enrolled) == 0


@pytest.mark.parametrize(
    ("client", "host"),
    [
        ("192.0.2.7", "localhost"),  # reached from another machine
        ("127.0.0.1", "evil.example"),  # a page of another site, whose name points here
        ("::ffff:192.0.2.7", "[::1]"),
    ],
)
async def test_from_elsewhere_a_sandbox_shows_nothing_of_the_staff(
    settings: Settings, demo: Laurels, schema: Schema, client: str, host: str
) -> None:
    async with browsing(settings, demo, schema, client=client, host=host) as browser:
        page = await browser.get("/welcome?lang=en")
    tokens = [text for text in copied(page) if text.startswith("eyJ")]
    assert [sorted((await demo.tokens.viewer(one)).roles) for one in tokens] == [["SHOPPER"]] * 3
    assert "laurels token --role admin" in page.text
    assert "hexkey" not in page.text


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "x-real-ip"])
async def test_a_proxy_on_the_machine_is_not_taken_for_it(
    settings: Settings, demo: Laurels, schema: Schema, header: str
) -> None:
    async with browsing(settings, demo, schema) as browser:
        page = await browser.get("/welcome?lang=en", headers={header: "127.0.0.1"})
    assert len([text for text in copied(page) if text.startswith("eyJ")]) == 3


@pytest.mark.parametrize(("client", "host"), [("127.0.0.2", "127.0.0.1"), ("::1", "[::1]")])
async def test_on_the_machine_itself_staff_tokens_are_shown(
    settings: Settings, demo: Laurels, schema: Schema, client: str, host: str
) -> None:
    async with browsing(settings, demo, schema, client=client, host=host) as browser:
        page = await browser.get("/welcome?lang=en")
    assert len([text for text in copied(page) if text.startswith("eyJ")]) == 6
    assert "on the machine itself only" not in page.text


async def test_outside_a_sandbox_nothing_secret_is_shown(
    settings: Settings, demo: Laurels, schema: Schema
) -> None:
    clock = Clock(demo.platform.database, sandbox=False)
    real = replace(demo, platform=replace(demo.platform, clock=clock))
    async with browsing(settings, real, schema) as browser:
        page = await browser.get("/welcome?lang=en")
    assert "Getting started" in page.text
    assert copied(page) == []
    assert "eyJ" not in page.text


@pytest.mark.parametrize(("client", "callers"), [("127.0.0.1", 6), ("192.0.2.7", 3)])
async def test_the_query_page_is_offered_tokens_by_the_same_rule(
    settings: Settings, demo: Laurels, schema: Schema, client: str, callers: int
) -> None:
    async with browsing(settings, demo, schema, client=client) as browser:
        offer = (await browser.get("/try", headers={"accept-language": "zh-TW"})).json()
    assert len([await demo.tokens.viewer(one["token"]) for one in offer["callers"]]) == callers
    assert offer["callers"][0]["name"] == "顧客 07983"
    assert [validate(schema._schema, parse(one["query"])) for one in offer["examples"]] == [[]] * 6


async def test_outside_a_sandbox_the_query_page_is_offered_examples_alone(
    settings: Settings, demo: Laurels, schema: Schema
) -> None:
    clock = Clock(demo.platform.database, sandbox=False)
    real = replace(demo, platform=replace(demo.platform, clock=clock))
    async with browsing(settings, real, schema) as browser:
        offer = (await browser.get("/try")).json()
    assert (offer["callers"], len(offer["examples"])) == ([], 6)


async def test_where_documents_must_be_registered_no_query_page_is_served(
    settings: Settings, laurels: Laurels, schema: Schema
) -> None:
    closed = settings.model_copy(update={"trusted_documents_only": True})
    async with browsing(closed, laurels, schema) as browser:
        page = await browser.get("/graphql", headers={"accept": "text/html"})
        others = [await browser.get(path) for path in ("/try", "/graphiql/graphiql.js")]
    assert "html" not in page.headers["content-type"]
    assert [answer.status_code for answer in others] == [404, 404]


@pytest.mark.usefixtures("demo")
async def test_the_first_of_the_first_board_are_shown(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/welcome")
    assert "累计消费榜" in page.text
    assert re.findall(r"<td>(\d+) USD", page.text) == ["83", "55", "17"]


async def test_names_are_shown_as_text(browser: httpx.AsyncClient, demo: Laurels) -> None:
    await demo.platform.database.execute("UPDATE member SET display_name = '<img src=x>'")
    page = await browser.get("/welcome")
    assert "<img" not in page.text
    assert "&lt;img src=x&gt;" in page.text


async def test_a_host_that_is_none_reaches_no_command(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/welcome", headers={"host": "x;$(reboot)"})
    assert "reboot" not in page.text


@pytest.mark.usefixtures("demo")
async def test_the_page_takes_few_statements(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.get("/welcome")
    asked: list[Database] = []
    lend = Database._lend

    def counted(self: Database) -> Any:  # noqa: ANN401
        asked.append(self)
        return lend(self)

    monkeypatch.setattr(Database, "_lend", counted)
    await browser.get("/welcome")
    assert len(asked) <= 5


async def test_while_the_database_is_away_the_page_says_so(
    browser: httpx.AsyncClient, laurels: Laurels, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> object:
        raise Unavailable("postgres")

    monkeypatch.setattr(type(laurels.programmes), "current", away)
    page = await browser.get("/welcome?lang=en")
    assert page.status_code == 503
    assert page.text == "The service is temporarily unavailable. Please try again shortly."


@pytest.mark.skipif(not all(map(shutil.which, _TOOLS)), reason="the examples are for a terminal")
class TestExamples:
    async def test_points_are_explained(self, address: str) -> None:
        [points, *_] = await self.examples(address)
        answer = await run(points)
        assert answer["data"]["me"]["points"]["available"] == 83 + 100 + 20 + 15 + 50

    async def test_the_top_ten_is_told(self, address: str) -> None:
        [_, top, *_] = await self.examples(address)
        answer = await run(top)
        assert [entry["score"] for entry in answer["data"]["leaderboard"]["top"]] == [83, 55, 17]

    async def test_a_post_waits_for_its_review_and_is_one_however_often_it_is_sent(
        self, address: str
    ) -> None:
        [_, _, _, _, post, *_] = await self.examples(address)
        first, second = await run(post), await run(post)
        assert first["data"]["createPost"]["post"]["state"] == "IN_REVIEW"
        assert first["data"]["createPost"]["post"]["topics"] == ["听歌时刻"]
        assert second["data"]["createPost"] == first["data"]["createPost"]

    async def test_feed_and_search_answer_in_a_shop_where_nobody_wrote(self, address: str) -> None:
        [_, _, feed, search, *_] = await self.examples(address)
        assert (await run(feed))["data"]["feed"]["nodes"] == []
        assert (await run(search))["data"]["searchPosts"]["nodes"] == []

    async def test_an_order_posted_moves_points_live(self, address: str) -> None:
        [_, _, _, _, _, live, order, token, *_] = await self.examples(address)
        assert live == LIVE
        async with following(address, token, live) as updates:
            answer = await run(order)
            assert [result["outcome"] for result in answer["results"]] == ["APPLIED"]
            async with asyncio.timeout(10):
                update = await anext(updates)
        assert update["data"]["pointsChanged"]["amount"] > 0

    async def examples(self, address: str) -> list[str]:
        async with httpx.AsyncClient() as client:
            return copied(await client.get(f"{address}/welcome"))


@asynccontextmanager
async def following(
    address: str, token: str, document: str
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The answers to a subscription, which is under way."""
    url = f"{address.replace('http', 'ws', 1)}/graphql"
    async with connect(url, subprotocols=["graphql-transport-ws"]) as wire:  # type: ignore[list-item]

        async def say(**message: object) -> None:
            await wire.send(orjson.dumps(message).decode())

        async def payloads() -> AsyncIterator[dict[str, Any]]:
            async for frame in wire:
                message = orjson.loads(frame)
                if message["type"] == "next":
                    yield message["payload"]

        await say(type="connection_init", payload={"authorization": f"Bearer {token}"})
        assert orjson.loads(await wire.recv())["type"] == "connection_ack"
        await say(type="subscribe", id="1", payload={"query": document})
        await asyncio.sleep(0.3)  # until the process listens; nothing tells when
        yield payloads()
