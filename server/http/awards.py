"""`/badges/…`: awards for others. Public, by opaque ids: a page, a picture, a signed credential.

    /badges/awards/<id>            the credential; for browsers a page that shows the badge
    /badges/awards/<id>.png        the picture for previews
    /badges/achievements/<id>      the badge
    /badges/status/<n>             the signed list of what was taken back
    /badges/issuer  /badges/keys   who issues, and the keys that prove it

Everything says no more of a member than the public profile does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.badges import open_badges
from domain.badges.open_badges import Issuer
from domain.calendar import day_of
from domain.errors import Ended, NotFound, Unavailable
from gamification.badges import credentials
from gamification.badges.credentials import Shown
from gamification.badges.medal import SIDE
from infra import credential_keys
from infra.i18n import Locale
from infra.ids import Kind, decode_key, encode_id
from server.http import pages
from server.http.pages import Page
from server.wiring import Laurels

_JWT: Final = "application/vc+jwt"
_SHORT: Final = "public, max-age=300"

Answer = Callable[[Request], Awaitable[Response]]


def award_routes(laurels: Laurels, address: str) -> list[Route]:
    """`address` is where everybody reaches the deployment, without a slash at the end."""
    awards = _Awards(laurels, address)
    return [
        Route("/badges/awards/{id}.png", awards.told(awards.picture)),
        Route("/badges/awards/{id}", awards.told(awards.award)),
        Route("/badges/achievements/{id}", awards.told(awards.achievement)),
        Route("/badges/status/{number:int}", awards.told(awards.status)),
        Route("/badges/issuer", awards.told(awards.issuer)),
        Route("/badges/keys", awards.told(awards.keys)),
    ]


class _Awards:
    def __init__(self, laurels: Laurels, address: str) -> None:
        self._laurels = laurels
        self._platform = laurels.platform
        self._address = address
        self._card = Page("award.html")

    def told(self, answer: Answer) -> Answer:
        """The answer, or in the reader's language why there is none."""

        async def tell(request: Request) -> Response:
            try:
                return await answer(request)
            except NotFound as error:
                status, reason = 404, error.reason
            except Ended as error:
                status, reason = 410, error.reason
            except Unavailable:
                status, reason = 503, "error.unavailable"
            return pages.told(self._say(reason, pages.language(request)), status)

        return tell

    async def award(self, request: Request) -> Response:
        shown = await self._shown(request)
        if _wants_page(request):
            return await self._page(request, shown)
        issuer = await self._issuer()
        signed = await credentials.credential(self._platform, issuer, shown)
        headers = {"cache-control": "no-store", "vary": "accept"}
        return Response(signed, media_type=_JWT, headers=headers)

    async def picture(self, request: Request) -> Response:
        # Late: to draw takes libraries that a process may never need.
        from gamification.badges.share_picture import Words, share_picture

        shown, locale = await self._shown(request), pages.language(request)
        medal = await self._platform.objects.get(shown.image.for_width(SIDE))
        if medal is None:
            raise NotFound("award.unknown")
        words = Words(
            holder=shown.award.display_name,
            earned=self._say("award.earned", locale),
            badge=shown.badge.name,
            programme=(await self._issuer()).name,
        )
        drawn = await asyncio.to_thread(share_picture, medal, words, color=shown.image.color)
        return Response(drawn, media_type="image/png", headers={"cache-control": _SHORT})

    async def achievement(self, request: Request) -> Response:
        issuer = await self._issuer()
        found = await credentials.achievement(self._platform, issuer, _key(request, Kind.BADGE))
        return JSONResponse({"@context": list(open_badges.CONTEXTS)} | found)

    async def status(self, request: Request) -> Response:
        number: int = request.path_params["number"]
        signed = await credentials.status_list(self._platform, await self._issuer(), number)
        return Response(signed, media_type=_JWT, headers={"cache-control": _SHORT})

    async def issuer(self, _request: Request) -> Response:
        return JSONResponse(open_badges.profile(await self._issuer()))

    async def keys(self, _request: Request) -> Response:
        found = await credential_keys.published(self._platform.database)
        return JSONResponse({"keys": found}, headers={"cache-control": _SHORT})

    async def _shown(self, request: Request) -> Shown:
        zone = (await self._laurels.programmes.current(self._platform.database)).settings.zone
        return await credentials.shown(self._platform, zone, _key(request, Kind.BADGE_AWARD))

    async def _issuer(self) -> Issuer:
        programme = await self._laurels.programmes.current(self._platform.database)
        return Issuer(self._address, programme.settings.name)

    async def _page(self, request: Request, shown: Shown) -> Response:
        locale, award, badge = pages.language(request), shown.award, shown.badge
        programme = await self._laurels.programmes.current(self._platform.database)
        day = day_of(award.awarded_at, programme.settings.zone).isoformat()
        facts = [self._say("award.since", locale, day=day)]
        if len(badge.thresholds) > 1:
            levels = {"level": shown.level, "levels": len(badge.thresholds)}
            facts.insert(0, self._say("award.level", locale, **levels))
        address = f"{self._address}/badges/awards/{encode_id(Kind.BADGE_AWARD, award.id)}"
        said = {
            "title": self._say("award.title", locale, name=award.display_name, badge=badge.name),
            "lang": locale.value,
            "programme": programme.settings.name,
            "description": badge.description,
            "address": address,
            "picture": f"{address}.png?lang={locale.value}",
            "image": shown.image.path(SIDE),
            "holder": award.display_name,
            "earned": self._say("award.earned", locale),
            "badge": badge.name,
            "facts": " · ".join(facts),
            "credential": self._say("award.credential", locale),
        }
        return self._card.filled(said, vary="accept, ")

    def _say(self, key: str, locale: Locale, **params: object) -> str:
        return self._platform.catalogue.say(key, locale, **params)


def _key(request: Request, kind: Kind) -> UUID:
    """Raises: NotFound for an id of another kind, or none."""
    key = decode_key(request.path_params["id"], kind)
    if key is None:
        raise NotFound("award.unknown")
    return key


def _wants_page(request: Request) -> bool:
    """Browsers say that they want HTML; verifiers do not."""
    asked = request.headers.get("accept", "")
    return "text/html" in asked and request.query_params.get("format") != "jwt"
