"""`/i/<code>`: an invitation for whoever opens its link, with what previews need to know.

    /i/<code>              the page, in the reader's language
    /i/<code>/poster.png   the poster, in the reader's language or `?lang=`

The browser keeps the code of the first invitation that is opened in it, in a cookie that sign-in
reads: the first touch counts, and the page says so. A picture in somebody else's page is no touch;
nor is a program that shows a preview. Who installs the app instead finds the code on the page, and
gives it there.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.execution.http.headers import INVITE
from community.referrals import store as referrals
from community.referrals.invitations import invitation
from community.referrals.invitations.invitation import PATH, Invitation
from community.referrals.invitations.posters import Poster
from community.referrals.invitations.words import HEIGHT, WIDTH
from domain.errors import Unavailable
from domain.members import is_referral_code
from infra.i18n import Locale
from server.http import pages
from server.http.pages import Page
from server.wiring import Laurels

_KEPT: Final = timedelta(days=30)
_AT_HAND: Final = 64
"""Posters that a process has at hand; some 100 KB each."""


def invite_routes(laurels: Laurels, address: str) -> list[Route]:
    """`address` is where everybody reaches the deployment, without a slash at the end."""
    invites = _Invites(laurels, address)
    return [
        Route(f"{PATH}{{code}}/poster.png", invites.poster),
        Route(f"{PATH}{{code}}", invites.page),
    ]


class _Invites:
    def __init__(self, laurels: Laurels, address: str) -> None:
        self._laurels = laurels
        self._platform = laurels.platform
        self._address = address
        self._drawing = asyncio.Lock()
        self._at_hand: OrderedDict[str, bytes] = OrderedDict()
        self._page = Page("invite.html")

    async def page(self, request: Request) -> Response:
        """The page, or in the reader's language why there is none."""
        locale = pages.language(request)
        try:
            found = await self._invitation(request.path_params["code"])
            if found is None:
                return self._refusal("invite.unknown", locale, 404)
            kept = await self._kept(request)
        except Unavailable:
            return self._refusal("error.unavailable", locale, 503)
        page = self._shown(found, locale, another=kept not in (None, found.code))
        if kept is None and _is_opened(request):
            self._keep(page, found.code)
        return page

    async def poster(self, request: Request) -> Response:
        """The poster as a PNG."""
        locale = pages.language(request)
        try:
            found = await self._invitation(request.path_params["code"])
        except Unavailable:
            return self._refusal("error.unavailable", locale, 503)
        if found is None:
            return self._refusal("invite.unknown", locale, 404)
        headers = {"cache-control": "public, max-age=300", "vary": "accept-language"}
        return Response(await self._png(found, locale), media_type="image/png", headers=headers)

    async def _invitation(self, code: str) -> Invitation | None:
        if not is_referral_code(code):
            return None
        sql = self._platform.database
        programme = (await self._laurels.programmes.current(sql)).settings.name
        return await invitation.of_code(sql, code, programme)

    async def _kept(self, request: Request) -> str | None:
        """The code that the browser has, if it is anybody's."""
        kept = request.cookies.get(INVITE)
        if kept is None or not is_referral_code(kept):
            return None
        known = await referrals.referrer_of(self._platform.database, kept)
        return None if known is None else kept

    def _keep(self, page: Response, code: str) -> None:
        page.set_cookie(
            INVITE,
            code,
            max_age=int(_KEPT.total_seconds()),
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._address.startswith("https:"),
        )

    def _shown(self, found: Invitation, locale: Locale, *, another: bool) -> Response:
        say = self._sayer(locale)
        poster = self._poster(found, locale)
        link = found.link(self._address)
        said = {
            "lang": locale.value,
            "locale": locale.value.replace("-", "_"),
            "programme": found.programme,
            "title": found.title(say),
            "description": say("invite.description"),
            "address": link,
            "poster": f"{link}/poster.png?lang={locale.value}",
            "width": str(WIDTH),
            "height": str(HEIGHT),
            "alt": poster.alt,
            "label": say("invite.code"),
            "code": found.code,
            "app": f"/sign-in?invite={found.code}",
            "open": say("invite.open"),
            "later": say("invite.later"),
            "first": say("invite.another") if another else say("invite.first", days=_KEPT.days),
        }
        return self._page.filled(said)

    def _poster(self, found: Invitation, locale: Locale) -> Poster:
        return Poster.of(found, self._address, locale, self._sayer(locale))

    async def _png(self, found: Invitation, locale: Locale) -> bytes:
        """Drawn one at a time, and kept at hand while it is wanted."""
        # Late: to draw takes libraries that a process may never need.
        from community.referrals.invitations.drawing import as_png, draw

        wanted = self._poster(found, locale)
        async with self._drawing:
            png = self._at_hand.pop(wanted.origin, None)
            if png is None:
                png = await asyncio.to_thread(lambda: as_png(draw(wanted.words)))
            self._at_hand[wanted.origin] = png
            if len(self._at_hand) > _AT_HAND:
                self._at_hand.popitem(last=False)
        return png

    def _refusal(self, reason: str, locale: Locale, status: int) -> Response:
        return pages.told(self._sayer(locale)(reason), status)

    def _sayer(self, locale: Locale) -> _Say:
        return _Say(self._laurels, locale)


class _Say:
    """Sentences of the catalogues in one language."""

    def __init__(self, laurels: Laurels, locale: Locale) -> None:
        self._catalogue = laurels.platform.catalogue
        self._locale = locale

    def __call__(self, key: str, /, **params: object) -> str:
        return self._catalogue.say(key, self._locale, **params)


def _is_opened(request: Request) -> bool:
    """Whether a person opens it as a page of its own, not yet fetched in advance."""
    asked = request.headers.get("sec-fetch-dest", "document")
    return asked == "document" and "prefetch" not in request.headers.get("sec-purpose", "")
