"""Sharing as clients meet it."""

from typing import Any

import pytest

from infra.i18n import Locale
from infra.ids import Kind, encode_id

Clients = Any
SHARE = """mutation ($input: PostRefInput!) { sharePost(input: $input) {
  link post { shareCount } userErrors { code message field } } }"""


async def share(clients: Clients, who: str, post: Any, locale: Locale = Locale.EN) -> Any:  # noqa: ANN401
    wanted = {"postId": encode_id(Kind.POST, post)}
    return (await clients.ask(SHARE, who, locale=locale, input=wanted))["sharePost"]


async def test_a_member_has_one_link_to_a_post(clients: Clients) -> None:
    post = await clients.shop.post("ana")
    one, again = await share(clients, "bo", post), await share(clients, "bo", post)
    assert one == again
    assert one["post"] == {"shareCount": 1}
    code = await clients.shop.share("bo", post)
    assert one["link"].endswith(f"/p/{encode_id(Kind.POST, post)}?s={code}")
    assert (await share(clients, "cy", post))["post"] == {"shareCount": 2}


@pytest.mark.parametrize("locale", list(Locale))
async def test_what_is_not_published_is_not_shared(clients: Clients, locale: Locale) -> None:
    draft = await clients.shop.post("ana", draft=True)
    [error] = (await share(clients, "bo", draft))["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["postId"])
    [error] = (await share(clients, "ana", draft, locale))["userErrors"]
    say = clients.services.platform.catalogue.say
    assert (error["code"], error["message"]) == (
        "NOT_ALLOWED",
        say("share.not_published", locale),
    )
