"""What members read of others: who it was, how many, and what was written."""

from typing import Any

import pytest

from infra.i18n import Locale
from infra.ids import Kind, encode_id
from tests.messaging.notifications.conftest import read_log

Clients = Any
LIST = """{ me { notifications { nodes { kind title body link
  subject { __typename id } } } } }"""


async def told(clients: Clients, who: str, locale: Locale = Locale.EN) -> list[Any]:
    await read_log(clients.shop)
    return (await clients.ask(LIST, who, locale=locale))["me"]["notifications"]["nodes"]


async def name(clients: Clients, who: str, called: str) -> None:
    await clients.shop.platform.database.execute(
        "UPDATE member SET display_name = $2 WHERE id = $1", await clients.shop.member(who), called
    )


@pytest.mark.parametrize(
    ("locale", "titles"),
    [
        (Locale.EN, ["小林 liked your post", "小林 and 1 other liked your post",
                     "小林 and 11 others liked your post"]),
        (Locale.ZH_CN, ["小林赞了您的帖子", "小林和另外 1 人赞了您的帖子",
                        "小林和另外 11 人赞了您的帖子"]),
    ],
)  # fmt: skip
async def test_who_liked_last_is_named_and_the_others_are_counted(
    clients: Clients, locale: Locale, titles: list[str]
) -> None:
    shop = clients.shop
    crowd = [f"F-{n}" for n in range(10)]
    await shop.join(*crowd)
    post = await shop.post("ana")
    for likers, title in zip((["bo"], ["cy"], crowd), titles, strict=True):
        for one in likers:
            await shop.like(one, post)
        await name(clients, likers[-1], "小林")
        assert [one["title"] for one in await told(clients, "ana", locale)] == [title]
    [one] = await told(clients, "ana", locale)
    id_ = encode_id(Kind.POST, post)
    assert (one["link"], one["subject"]) == (f"/posts/{id_}", {"__typename": "Post", "id": id_})


async def test_a_comment_is_quoted_as_long_as_it_can_be_seen(clients: Clients) -> None:
    shop = clients.shop
    post = await shop.post("ana")
    comment = await shop.comment("bo", post, "好" * 80)
    await name(clients, "bo", "小林")
    [one] = await told(clients, "ana")
    assert one["title"] == "小林 commented on your post"
    assert one["body"] == "好" * 59 + "…"
    assert one["subject"]["__typename"] == "Comment"
    await shop.uncomment("bo", comment)
    [one] = await told(clients, "ana")
    assert (one["body"], one["subject"]) == ("The comment can no longer be seen.", None)


async def test_who_is_answered_and_who_is_followed_is_told(clients: Clients) -> None:
    shop = clients.shop
    await name(clients, "cy", "小林")
    post = await shop.post("ana")
    comment = await shop.comment("bo", post)
    await shop.comment("cy", post, reply_to=comment)
    await shop.follow("cy", "bo")
    followed, answered = await told(clients, "bo")
    assert (answered["title"], followed["title"]) == ("小林 replied to you", "小林 followed you")
    cy = encode_id(Kind.MEMBER, await shop.member("cy"))
    assert followed["subject"] == {"__typename": "Member", "id": cy}
    assert {one["kind"] for one in (followed, answered)} == {"COMMUNITY"}
