"""`/d/<id>` and `/deals/<id>/proof`: a deal for whoever follows a link to it, and its proof.

Public. The page is in the reader's language and says what previews need to know: who invites, what
it costs, how many are in it. Money is shown as money, and counts as they are. The proof of a
bargain is JSON from which anybody can work out its cuts, once it is over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from community.deals import store, telling
from community.products import store as products
from domain.deals import bargain
from domain.deals.deal import Deal, DealState, Part
from domain.deals.offers import DealKind
from domain.errors import NotFound, Unavailable
from domain.money import payable, smallest
from infra.i18n import Locale
from infra.ids import Kind, decode_key
from infra.pictures import store as pictures
from infra.pictures.store import Image
from members import store as members
from server.http import pages
from server.http.pages import Page
from server.wiring import Laurels

Answer = Callable[[Request], Awaitable[Response]]


def deal_routes(laurels: Laurels, address: str) -> list[Route]:
    """`address` is where everybody reaches the deployment, without a slash at the end."""
    deals = _Deals(laurels, address)
    return [
        Route("/d/{id}", deals.told(deals.page)),
        Route("/deals/{id}/proof", deals.told(deals.proof)),
    ]


class _Deals:
    def __init__(self, laurels: Laurels, address: str) -> None:
        self._laurels = laurels
        self._platform = laurels.platform
        self._address = address
        self._shown = Page("share.html")

    def told(self, answer: Answer) -> Answer:
        """The answer, or in the reader's language why there is none."""

        async def tell(request: Request) -> Response:
            try:
                return await answer(request)
            except NotFound as error:
                status, reason = 404, error.reason
            except Unavailable:
                status, reason = 503, "error.unavailable"
            return pages.told(self._say(reason, pages.language(request)), status)

        return tell

    async def proof(self, request: Request) -> Response:
        deal = await self._deal(request, Kind.BARGAIN)
        parts = (await store.parts(self._platform.database, [deal.id])).get(deal.id, [])
        now = await self._platform.clock.now()
        headers = {"cache-control": "no-store", "access-control-allow-origin": "*"}
        return JSONResponse(_proof(deal, parts, now), headers=headers)

    async def page(self, request: Request) -> Response:
        deal = await self._deal(request, Kind.GROUP_BUY, Kind.BARGAIN)
        said = await self._said(deal, request.path_params["id"], pages.language(request))
        image = await self._image(deal)
        html = {"pictured": pages.preview(image, self._address), "photo": pages.photo(image)}
        return self._shown.filled(said, html=html)

    async def _image(self, deal: Deal) -> Image | None:
        sql = self._platform.database
        product = (await products.by_ids(sql, [deal.product_id]))[deal.product_id]
        shown = await pictures.by_ids(sql, [product.image_id] if product.image_id else [])
        return next(iter(shown.values()), None)

    async def _said(self, deal: Deal, id_: str, locale: Locale) -> dict[str, str]:
        """What the page says."""
        sql = self._platform.database
        product = (await products.by_ids(sql, [deal.product_id]))[deal.product_id]
        owner = (await members.profiles(sql, [deal.owner_id]))[deal.owner_id].display_name
        programme = (await self._laurels.programmes.current(sql)).settings.name
        noun = "group" if deal.kind is DealKind.GROUP_BUY else "bargain"
        return {
            "lang": locale.value,
            "locale": locale.value.replace("-", "_"),
            "programme": programme,
            "title": self._say(f"deal.{noun}_title", locale, name=owner, product=product.name),
            "description": await self._progress(deal, noun, locale),
            "address": f"{self._address}/d/{id_}",
            "author": owner,
            "text": product.name,
            "counts": await self._progress(deal, noun, locale),
            "app": f"/deals/{id_}",
            "open": self._say("share.open", locale),
        }

    async def _progress(self, deal: Deal, noun: str, locale: Locale) -> str:
        """How it stands, in money and heads."""
        state = deal.state_at(await self._platform.clock.now())
        if state is not DealState.OPEN:
            return self._say(
                "deal.complete" if state is DealState.SUCCEEDED else "deal.failed", locale
            )
        parts = (await store.parts(self._platform.database, [deal.id])).get(deal.id, [])
        return self._say(
            f"deal.{noun}_progress",
            locale,
            price=_present_price(deal, parts),
            floor=deal.price,
            currency=deal.currency,
            filled=deal.filled,
            size=deal.size,
        )

    async def _deal(self, request: Request, *kinds: Kind) -> Deal:
        """Raises: NotFound for what is no id of such a deal."""
        named = request.path_params["id"]
        key = next(filter(None, (decode_key(named, kind) for kind in kinds)), None)
        deal = (
            None if key is None else (await store.by_ids(self._platform.database, [key])).get(key)
        )
        if deal is None or telling.id_of(deal) != named:
            raise NotFound("deal.unknown")
        return deal

    def _say(self, key: str, locale: Locale, **params: object) -> str:
        return self._platform.catalogue.say(key, locale, **params)


def _proof(deal: Deal, parts: list[Part], now: datetime) -> dict[str, Any]:
    """What the cuts follow from; the seed only when the bargain is over."""
    seed, state = deal.seed or b"", deal.state_at(now)
    unit = smallest(deal.currency)
    return {
        "deal": str(deal.id),
        "state": state.value,
        "commitment": bargain.commitment(deal.terms, seed),
        "seed": None if state is DealState.OPEN else seed.hex(),
        "startPrice": str(deal.start_price),
        "floorPrice": str(deal.price),
        "currency": deal.currency,
        "unit": str(unit),
        "amount": deal.terms.amount,
        "size": deal.size,
        "cuts": [int((part.cut or 0) / unit) for part in parts],
        "startedAt": deal.started_at.isoformat(),
        "endsAt": deal.ends_at.isoformat(),
    }


def _present_price(deal: Deal, parts: list[Part]) -> Decimal:
    cut = sum((part.cut or Decimal(0) for part in parts), Decimal(0))
    return (
        deal.price if deal.start_price is None else payable(deal.start_price - cut, deal.currency)
    )
