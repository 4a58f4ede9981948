"""GraphiQL over the demo shop, in a real browser. `make graphiql` builds what is looked at here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gamification.points import service as points
from server.http.query_page import BUILT
from server.wiring import Laurels
from tests.support import chromium
from tests.support.chromium import Tab

_CHANGED = "new Event('change', {bubbles: true})"
_LANGUAGE = "document.querySelector('.laurels-bar select:last-of-type')"
_QUERY = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"
_RESULT = "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"
_TABS = "document.querySelectorAll('.graphiql-tab').length"
_RUN = "document.querySelector('.graphiql-execute-button').click()"

pytestmark = pytest.mark.skipif(
    chromium.PATH is None or not (BUILT / "page.html").exists(),
    reason="needs Chromium, and GraphiQL built by `make graphiql`",
)


@pytest.fixture
async def graphiql(address: str, tmp_path: Path) -> AsyncIterator[Tab]:
    """GraphiQL with the three examples in tabs, as the first demo customer."""
    async with chromium.chromium(tmp_path / "profile") as tab:
        await tab.open(f"{address}/graphql")
        await tab.until(f"{_TABS} === 3")
        yield tab
        assert tab.complaints == []
        assert {urlsplit(one).netloc for one in tab.requests} == {urlsplit(address).netloc}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_query_is_answered_as_the_chosen_customer(graphiql: Tab, scheme: str) -> None:
    feature = {"name": "prefers-color-scheme", "value": scheme}
    await graphiql.do("Emulation.setEmulatedMedia", features=[feature])
    await graphiql.ask(_RUN)
    assert await graphiql.until(f"{_RESULT}.includes('\"available\": 268')")


async def test_a_subscription_follows_points_live(graphiql: Tab, demo: Laurels) -> None:
    await graphiql.ask("document.querySelectorAll('.graphiql-tab-button')[2].click()")
    await graphiql.until(f"{_QUERY}.operationName === 'Live'")
    await graphiql.ask(_RUN)
    await _give_until_seen(graphiql, demo)


async def test_messages_come_in_the_language_chosen(graphiql: Tab) -> None:
    await graphiql.ask(f"{_LANGUAGE}.value = 'zh-TW'; {_LANGUAGE}.dispatchEvent({_CHANGED})")
    await graphiql.until("document.documentElement.lang === 'zh-TW'")
    await graphiql.ask(_RUN)
    assert await graphiql.until(f"{_RESULT}.includes('無條件捨去')")


async def test_tabs_are_as_they_were_when_the_page_comes_again(graphiql: Tab, address: str) -> None:
    await graphiql.open(f"{address}/graphql")
    await graphiql.until(f"{_TABS} > 0 && {_QUERY}.getValue().includes('me {{')")
    assert await graphiql.ask(_TABS) == 3
    await graphiql.ask(_RUN)
    assert await graphiql.until(f"{_RESULT}.includes('\"available\": 268')")


async def test_dialogs_and_menus_open_under_the_strict_policy(graphiql: Tab) -> None:
    await graphiql.ask("document.querySelector('[aria-label=\"Open settings dialog\"]').click()")
    assert await graphiql.until("!!document.querySelector('.graphiql-dialog')")


async def _give_until_seen(graphiql: Tab, demo: Laurels) -> None:
    """Gives a point again and again, for nothing tells when the subscription is under way."""
    database = demo.platform.database
    member_id = await database.fetchval("SELECT id FROM member WHERE customer_ref = '07983'")
    for number in range(100):
        await points.adjust(
            demo.platform,
            demo.programmes,
            actor_id=member_id,
            member_id=member_id,
            amount=1,
            reason="生日快乐",
            key=str(number),
        )
        if "生日快乐" in await graphiql.ask(_RESULT):
            return
        await asyncio.sleep(0.2)
    raise AssertionError("nothing came")
