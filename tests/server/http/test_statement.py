"""`/statement.csv`: whose statement who may have, and in which language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette

from domain.errors import NotFound
from infra.ids import Kind, encode_id
from server.commands import statement, tokens
from server.http.statement import PATH, statement_routes
from server.wiring import Laurels
from tests.support.shop import Shop


@dataclass
class Site:
    laurels: Laurels
    client: httpx.AsyncClient

    async def get(
        self, token: str | None = None, query: str = "", **headers: str
    ) -> httpx.Response:
        sent = {"authorization": f"Bearer {token}"} if token else {}
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(PATH + query, headers=sent | said)

    async def token(self, *customers: str, role: str | None = None) -> str:
        return (await tokens(self.laurels, customers, role, days=1))[0]


@pytest.fixture
async def site(laurels: Laurels) -> AsyncIterator[Site]:
    """A deployment where C-1 has a correction of 25 points."""
    app = Starlette(routes=statement_routes(laurels))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://laurels") as client:
        site = Site(laurels, client)
        await site.token("C-1", "C-2")
        await Shop(laurels.platform, laurels.programmes).adjust(25)
        yield site


async def id_of(site: Site, ref: str) -> str:
    shop = Shop(site.laurels.platform, site.laurels.programmes)
    return encode_id(Kind.MEMBER, await shop.member(ref))


async def test_a_member_downloads_their_own_statement(site: Site) -> None:
    answer = await site.get(await site.token("C-1"), accept_language="en")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="points-')
    assert answer.content.startswith("\ufeffNumber,Time,".encode())
    assert "Adjusted by staff: by hand,25" in answer.text
    assert "Made by" not in answer.text


async def test_staff_download_anybodys_and_see_who_did_what(site: Site) -> None:
    admin = await site.token(role="admin")
    answer = await site.get(admin, f"?member={await id_of(site, 'C-1')}", accept_language="en")
    assert answer.status_code == 200
    assert "Made by" in answer.text
    assert ",25," in answer.text


async def test_another_members_statement_looks_as_if_nobody_were_there(site: Site) -> None:
    token = await site.token("C-2")
    other = await site.get(token, f"?member={await id_of(site, 'C-1')}")
    nobody = await site.get(token, "?member=nobody")
    assert (other.status_code, nobody.status_code) == (404, 404)
    assert other.json()["error"] == nobody.json()["error"]


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_without_a_good_token_there_is_no_statement(site: Site, token: str | None) -> None:
    answer = await site.get(token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(("tag", "head"), [("zh-CN", "序号"), ("zh-HK", "序號"), ("en", "Number")])
async def test_the_statement_is_in_the_readers_language(site: Site, tag: str, head: str) -> None:
    answer = await site.get(await site.token("C-1"), accept_language=tag)
    assert answer.text.lstrip("\ufeff").startswith(head)


async def test_the_command_prints_the_same_as_staff_see(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    printed = "".join([piece async for piece in statement(site.laurels, "C-1")])
    assert printed.startswith("序号,时间,")
    assert "客服调整：by hand,25" in printed
    with pytest.raises(NotFound):
        _ = [piece async for piece in statement(site.laurels, "C-9")]
