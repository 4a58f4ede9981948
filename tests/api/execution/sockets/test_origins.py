"""Which web pages may connect."""

from __future__ import annotations

from typing import Any, TypeAlias

import orjson
import pytest
from websockets.exceptions import InvalidStatus

from api.execution.sockets.origins import Origins

Connect: TypeAlias = Any  # the Door of conftest.py


@pytest.mark.parametrize(
    ("listed", "origin", "host", "admitted"),
    [
        ((), None, "shop.example", True),
        ((), "https://shop.example", "shop.example", True),
        ((), "https://shop.example", "shop.example:443", True),
        ((), "HTTPS://Shop.Example", "shop.example", True),
        ((), "http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ((), "http://[::1]:8000", "[::1]:8000", True),
        ((), "https://shop.example", "shop.example:8443", False),
        ((), "https://evil.example", "shop.example", False),
        ((), "https://shop.example.evil.example", "shop.example", False),
        ((), "https://shop.example:x", "shop.example", False),
        ((), "null", "shop.example", False),
        ((), "", "", False),
        ((), "https://shop.example", None, False),
        (("https://app.example",), "https://app.example", "api.example", True),
        (("https://app.example/",), "https://APP.example", "api.example", True),
        (("https://app.example",), "http://app.example", "api.example", False),
        (("https://app.example",), "https://api.example", "api.example", False),
        (("https://app.example",), None, "api.example", True),
        (("*",), "null", "api.example", True),
    ],
)
def test_origins(
    listed: tuple[str, ...],
    origin: str | None,
    host: str | None,
    admitted: bool,  # noqa: FBT001
) -> None:
    assert Origins(listed).admit(origin, host) is admitted


async def test_a_page_of_another_origin_is_turned_away_with_a_reason(connect: Connect) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(Origin="https://evil.example")
    response = refused.value.response
    assert response.status_code == 403
    (error,) = orjson.loads(response.body)["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_our_own_pages_connect(connect: Connect) -> None:
    wire = await connect(Origin="http://shop")
    await wire.init()
