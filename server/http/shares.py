"""`/p/<id>`: a post for whoever follows a link to it, with what previews need to know.

Public, in the reader's language: it shows what a visitor may see, and 404 otherwise. A link that a
member shared says so (`?s=<code>`), and its visits are counted for them, each visitor once. A
visitor is known again by a cookie, or by where they come from and with which program: of both only
digests are kept, which nobody can compute without the deployment's secret. Programs are told apart
in `_PROGRAMS` kinds: whoever calls a program by ever new names is no more visitors than that.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.execution.cost.charging import network
from community.posts import store as posts
from community.posts.store import PostRow
from community.shares import service
from domain.errors import Unavailable
from domain.posts.visibility import Reader
from domain.text import shortened
from infra.i18n import Locale, negotiate
from infra.ids import Kind, decode_key, encode_id
from infra.pictures import store as pictures
from infra.pictures.store import Image
from members import store as members
from server.http import pages
from server.http.pages import Page
from server.wiring import Laurels

_COOKIE: Final = "laurels_visitor"
_COOKIE_SECONDS: Final = int(service.KEPT.total_seconds())
_DESCRIPTION: Final = 120  # user-perceived characters
_PROGRAMS: Final = 16
_NO_VISITOR: Final = re.compile(
    r"^$|bot\b|crawl|spider|slurp|preview|facebookexternalhit|embedly|whatsapp|telegram|headless"
    r"|curl|wget|python|go-http|okhttp|java/|node|axios",
    re.IGNORECASE,
)
"""Programs that fetch a page to show a preview of it, to index it, or for a script."""


def share_routes(laurels: Laurels, address: str, secret: bytes) -> list[Route]:
    """`address` is where everybody reaches the deployment, without a slash at the end."""
    return [Route("/p/{id}", _Shares(laurels, address, secret).answer)]


class _Shares:
    def __init__(self, laurels: Laurels, address: str, secret: bytes) -> None:
        self._laurels = laurels
        self._platform = laurels.platform
        self._address = address
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"share visitors").digest()
        self._shown = Page("share.html")

    async def answer(self, request: Request) -> Response:
        """The page, or in the reader's language why there is none."""
        locale = negotiate(request.headers.get("accept-language"))
        try:
            post = await self._post(request.path_params["id"])
            if post is None:
                return self._refusal("share.unknown", locale, 404)
            page = await self._page(post, locale)
            await self._count(request, post.id, page)
        except Unavailable:
            return self._refusal("error.unavailable", locale, 503)
        return page

    def _refusal(self, reason: str, locale: Locale, status: int) -> Response:
        return pages.told(self._say(reason, locale), status)

    async def _post(self, named: str) -> PostRow | None:
        key = decode_key(named, Kind.POST)
        if key is None:
            return None
        now = await self._platform.clock.now()
        return (await posts.visible(self._platform.database, [key], Reader(), now)).get(key)

    async def _page(self, post: PostRow, locale: Locale) -> Response:
        sql = self._platform.database
        author = (await members.profiles(sql, [post.author_id]))[post.author_id].display_name
        programme = (await self._laurels.programmes.current(sql)).settings.name
        image = await self._image(post)
        id_ = encode_id(Kind.POST, post.id)
        counts = {"likes": post.like_count, "comments": post.comment_count}
        said = {
            "lang": locale.value,
            "locale": locale.value.replace("-", "_"),
            "programme": programme,
            "title": self._say("share.title", locale, name=author),
            "description": shortened(" ".join(post.text.split()), _DESCRIPTION),
            "address": f"{self._address}/p/{id_}",
            "author": author,
            "text": post.text,
            "counts": self._say("share.counts", locale, **counts),
            "app": f"/posts/{id_}",
            "open": self._say("share.open", locale),
        }
        html = {"pictured": pages.preview(image, self._address), "photo": pages.photo(image)}
        return self._shown.filled(said, html=html)

    async def _image(self, post: PostRow) -> Image | None:
        sql = self._platform.database
        ids = (await posts.image_ids(sql, [post.id])).get(post.id, [])[:1]
        return next(iter((await pictures.by_ids(sql, ids)).values()), None)

    async def _count(self, request: Request, post_id: UUID, page: Response) -> None:
        """Counts the visit, if it is one, and lets the visitor be known again."""
        code = request.query_params.get("s")
        agent = request.headers.get("user-agent", "")
        fetched = "prefetch" in request.headers.get("sec-purpose", "")
        if code is None or request.method != "GET" or fetched or _NO_VISITOR.search(agent):
            return
        come_from = network(request.client.host if request.client else None)
        given = request.cookies.get(_COOKIE, "")[:64] or secrets.token_urlsafe(16)
        program = self._digest(agent)[0] % _PROGRAMS
        signs = [self._digest(come_from, str(program)), self._digest(given)]
        await service.visit(self._platform, post_id, code, signs)
        page.set_cookie(
            _COOKIE,
            given,
            max_age=_COOKIE_SECONDS,
            path="/p/",
            httponly=True,
            samesite="lax",
            secure=self._address.startswith("https:"),
        )

    def _digest(self, *parts: str) -> bytes:
        said = "\0".join(parts).encode("utf-8", "replace")
        return hashlib.blake2b(said, key=self._key, digest_size=16).digest()

    def _say(self, key: str, locale: Locale, **params: object) -> str:
        return self._platform.catalogue.say(key, locale, **params)
