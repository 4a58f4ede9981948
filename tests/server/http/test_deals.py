"""The page of a deal for whoever follows a link to it, and the proof that anybody can check."""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from infra.ids import Kind, encode_id, new_id
from server.http.deals import deal_routes
from server.wiring import Laurels
from tests.support.market import BARGAIN, Market

ADDRESS = "https://shop.example"
PAGE = Path(__file__).parents[3] / "docs" / "deals.md"


@pytest.fixture
async def market(laurels: Laurels) -> Market:
    made = Market(laurels.platform, laurels.programmes)
    await made.open("ana", "bo", "cy")
    return made


@pytest.fixture
async def browser(laurels: Laurels) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=deal_routes(laurels, ADDRESS)))
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS)


async def check(proof: dict[str, Any]) -> tuple[int, str]:
    """What the ten lines in the documentation say of a proof."""
    [script] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    out, error = await process.communicate(orjson.dumps(proof))
    return process.returncode or 0, (out + error).decode().strip().splitlines()[-1]


async def proof(market: Market, browser: httpx.AsyncClient, *friends: str) -> dict[str, Any]:
    """Of a bargain with two friends of whom these come, a day later."""
    await market.offer(BARGAIN, size=2)
    bargain = await market.start("ana", BARGAIN)
    for who in friends:
        await market.help(who, bargain)
    await market.let_pass(hours=24)
    found = await browser.get(f"/deals/{encode_id(Kind.BARGAIN, bargain)}/proof")
    assert found.status_code == 200
    return dict(found.json())


@pytest.mark.parametrize("friends", [("bo", "cy"), ("bo",), ()])
async def test_anybody_can_check_a_bargain_that_is_over(
    market: Market, browser: httpx.AsyncClient, friends: tuple[str, ...]
) -> None:
    assert await check(await proof(market, browser, *friends)) == (0, "as promised")


@pytest.mark.parametrize("changed", ["amount", "size", "seed", "cuts"])
async def test_whatever_is_changed_afterwards_is_found_out(
    market: Market, browser: httpx.AsyncClient, changed: str
) -> None:
    found = await proof(market, browser, "bo", "cy")
    other: dict[str, Any] = {
        "amount": found["amount"] + 1,
        "size": 3,
        "seed": "00" * 32,
        "cuts": [found["cuts"][0] + 1, found["cuts"][1] - 1],
    }
    code, said = await check(found | {changed: other[changed]})
    assert code == 1
    assert said.startswith("AssertionError: other")


async def test_while_it_is_open_only_the_commitment_is_told(
    market: Market, browser: httpx.AsyncClient
) -> None:
    await market.offer(BARGAIN)
    bargain = encode_id(Kind.BARGAIN, await market.start("ana", BARGAIN))
    found = (await browser.get(f"/deals/{bargain}/proof")).json()
    assert (found["state"], found["seed"], found["cuts"]) == ("OPEN", None, [])
    assert (found["amount"], found["unit"], len(found["commitment"])) == (800, "0.01", 64)


@pytest.mark.parametrize(
    ("language", "title", "progress"),
    [
        ("en", "ana invites you to buy 龙井 · Green tea together", "7.50 CNY · 1 of 3 are in"),
        ("zh-CN", "ana 邀你拼团：龙井 · Green tea", "7.50 CNY · 已有 1 人，共需 3 人"),
        ("zh-TW", "ana 邀你拼團：龙井 · Green tea", "7.50 CNY · 已有 1 人，共需 3 人"),
    ],
)
async def test_the_page_of_a_group_says_who_invites_in_the_readers_language(
    market: Market, browser: httpx.AsyncClient, language: str, title: str, progress: str
) -> None:
    await market.platform.database.execute(
        "UPDATE member SET display_name = 'ana' WHERE id = $1", await market.member("ana")
    )
    await market.offer()
    group = encode_id(Kind.GROUP_BUY, await market.start("ana"))
    page = await browser.get(f"/d/{group}", headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<meta property="og:title" content="{title}">' in page.text
    assert f'<meta property="og:description" content="{progress}">' in page.text
    assert f'href="/deals/{group}">' in page.text
    assert "script-src" not in page.headers["content-security-policy"]


async def test_the_page_of_a_bargain_shows_money_and_says_when_it_is_over(
    market: Market, browser: httpx.AsyncClient
) -> None:
    await market.offer(BARGAIN, size=2)
    bargain = await market.start("ana", BARGAIN)
    path = f"/d/{encode_id(Kind.BARGAIN, bargain)}"
    english = {"accept-language": "en"}
    shown = (await browser.get(path, headers=english)).text
    assert "Now 10.00 CNY, down to 2.00 CNY · 0 of 2 friends have helped" in shown
    await market.let_pass(hours=24)
    assert "was not reached in time" in (await browser.get(path, headers=english)).text


async def test_names_are_shown_and_never_run(market: Market, browser: httpx.AsyncClient) -> None:
    await market.platform.database.execute(
        "UPDATE member SET display_name = '<script>1</script>' WHERE id = $1",
        await market.member("ana"),
    )
    await market.offer()
    group = encode_id(Kind.GROUP_BUY, await market.start("ana"))
    assert "<script>" not in (await browser.get(f"/d/{group}")).text


async def test_what_is_no_deal_is_not_found(market: Market, browser: httpx.AsyncClient) -> None:
    await market.offer()
    group = await market.start("ana")
    for path in (
        "/d/nothing",
        f"/d/{encode_id(Kind.GROUP_BUY, new_id())}",
        f"/d/{encode_id(Kind.BARGAIN, group)}",
        f"/deals/{encode_id(Kind.GROUP_BUY, group)}/proof",
        f"/deals/{encode_id(Kind.BARGAIN, group)}/proof",
    ):
        found = await browser.get(path, headers={"accept-language": "en"})
        assert (found.status_code, found.text) == (404, "There is no such deal.")
