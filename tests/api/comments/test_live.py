"""New comments, over a subscription."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

from api.execution.context import Context
from api.execution.engine import Operation
from api.execution.request import Request
from community.comments import live
from domain.members import Viewer
from infra.i18n import Locale
from infra.ids import Kind, encode_id

Clients = Any
QUERY = """subscription ($id: ID!) { commentAdded(postId: $id) {
  text author { displayName } post { commentCount } viewerLiked } }"""


async def heard(clients: Clients, who: str | None, post_id: str, count: int) -> list[Any]:
    operation = await clients.engine.prepare(Request(QUERY, None, {"id": post_id}))
    assert isinstance(operation, Operation), operation.errors
    viewer = None
    if who is not None:
        lasts = datetime.now(UTC) + timedelta(hours=1)
        viewer = Viewer(await clients.shop.member(who), frozenset(), None, lasts)

    def context() -> Context:
        return Context(viewer, Locale.EN, "request", clients.services)

    found = list[Any]()
    async with aclosing(clients.engine.subscribe(operation, context)) as events:
        async for outcome in events:
            assert not outcome.errors, outcome.errors
            found.append(outcome.data["commentAdded"])
            if len(found) == count:
                break
    return found


async def test_visitors_and_members_hear_of_new_comments(clients: Clients) -> None:
    shop = clients.shop
    post = await shop.post("ana")
    id_ = encode_id(Kind.POST, post)
    hearing = asyncio.create_task(shop.platform.pubsub.run())
    listening = [asyncio.create_task(heard(clients, who, id_, 1)) for who in (None, "cy")]
    async with asyncio.timeout(30):
        while len(shop.platform.pubsub._listeners.get(live.topic_of(post), ())) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await shop.comment("bo", post, "fine")
        of_visitor, of_cy = await asyncio.gather(*listening)
    hearing.cancel()
    assert of_visitor == of_cy
    assert [one["text"] for one in of_cy] == ["fine"]
    assert of_cy[0]["post"] == {"commentCount": 1}


async def test_what_is_no_post_and_what_is_not_seen_is_complete_at_once(clients: Clients) -> None:
    shop = clients.shop
    draft = encode_id(Kind.POST, await shop.post("ana", draft=True))
    hearing = asyncio.create_task(shop.platform.pubsub.run())
    async with asyncio.timeout(30):
        assert await heard(clients, "bo", "nonsense", 1) == []
        assert await heard(clients, "bo", draft, 1) == []
    hearing.cancel()
