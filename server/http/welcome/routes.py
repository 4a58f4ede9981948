"""Serves the welcome page, and what it offers as data, with few statements and no other request."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from domain.boards import Board
from domain.errors import Unavailable
from domain.programme import Programme
from gamification.leaderboards import reading
from gamification.leaderboards import service as boards
from infra.i18n import Locale, negotiate
from members import store as members
from server.http.hooks import hook_secrets
from server.http.loopback import is_from_this_machine
from server.http.web_app import app_state, web_routes
from server.http.welcome.examples import Facts, documents, examples
from server.http.welcome.offer import Say, offer_of
from server.http.welcome.page import Page, Row, Shown, TopTen
from server.http.welcome.tokens import Ticket, Tickets
from server.settings import Settings
from server.wiring import Laurels

_TOP: Final = 10
_HOST: Final = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")


def welcome_routes(settings: Settings, laurels: Laurels) -> list[BaseRoute]:
    """The page at `/welcome`, and at `/` while there is no app to show there.

    In development also `/try`, from which the app and the query page take their offer.
    """
    welcome = _Welcome(settings, laurels)
    offer = [] if settings.trusted_documents_only else [Route("/try", welcome.offer)]
    store = settings.object_store_url
    return [Route("/welcome", welcome.show), *offer, *web_routes(welcome.show, object_store=store)]


class _Welcome:
    def __init__(self, settings: Settings, laurels: Laurels) -> None:
        self._laurels = laurels
        self._tickets = Tickets(laurels)
        self._page = Page()
        secrets = hook_secrets(settings, sandbox=laurels.platform.clock.sandbox)
        self._hook_secret = secrets[0] if secrets else ""

    async def show(self, request: Request) -> Response:
        locale = _locale(request)
        headers = {
            "cache-control": "no-store",
            "content-language": locale.value,
            "content-security-policy": self._page.policy,
            "vary": "accept-language",
        }

        say = self._speaker(locale)
        try:
            shown = await self._shown(request)
        except Unavailable:
            return Response(say("error.unavailable"), 503, headers, media_type="text/plain")
        return HTMLResponse(self._page.render(shown, locale, say), headers=headers)

    async def offer(self, request: Request) -> Response:
        """Documents to try, and in a sandbox the tokens to try them with, in JSON."""
        locale = _locale(request)
        headers = {"cache-control": "no-store", "vary": "accept-language"}
        platform, say = self._laurels.platform, self._speaker(locale)
        try:
            programme = await self._laurels.programmes.current(platform.database)
            tickets = await self._shown_tickets(request)
            names = await self._names(tickets)
        except Unavailable:
            return Response(say("error.unavailable"), 503, headers, media_type="text/plain")
        board = programme.boards[0].key if programme.boards else None
        return JSONResponse(offer_of(tickets, names, documents(board), say), headers=headers)

    def _speaker(self, locale: Locale) -> Say:
        def say(key: str, **params: object) -> str:
            return self._laurels.platform.catalogue.say(key, locale, **params)

        return say

    async def _shown(self, request: Request) -> Shown:
        """Raises: Unavailable while PostgreSQL is away."""
        platform = self._laurels.platform
        programme = await self._laurels.programmes.current(platform.database)
        now = await platform.clock.now()
        board = programme.boards[0] if programme.boards else None
        shown = Shown(
            shop=programme.settings.name,
            now=now.astimezone(programme.settings.zone),
            app=await asyncio.to_thread(app_state),
            sandbox=platform.clock.sandbox,
            top=None if board is None else await self._top(board, programme, now),
        )
        return await self._with_secrets(shown, board, request) if shown.sandbox else shown

    async def _with_secrets(self, shown: Shown, board: Board | None, request: Request) -> Shown:
        """For sandboxes alone: tokens, the hook's key, and what can be done with them.

        What is the staff's goes to this machine only.
        """
        near = is_from_this_machine(request)
        tickets = await self._shown_tickets(request)
        customer = tickets[0] if tickets else None
        facts = Facts(
            address=_address(request),
            customer=customer.customer or "C-1" if customer else "C-1",
            now=shown.now,
            token=customer.text if customer else None,
            hook_secret=self._hook_secret if near else None,
            board=None if board is None else board.key,
        )
        return replace(shown, tickets=tickets, examples=examples(facts), staff_left_out=not near)

    async def _shown_tickets(self, request: Request) -> Sequence[Ticket]:
        if not self._laurels.platform.clock.sandbox:
            return ()
        near = is_from_this_machine(request)
        return [one for one in await self._tickets.all() if near or one.role is None]

    async def _names(self, tickets: Sequence[Ticket]) -> dict[str, str]:
        """What customers call themselves, by their numbers."""
        database = self._laurels.platform.database
        refs = [one.customer for one in tickets if one.customer is not None]
        found = await members.find_by_refs(database, refs)
        profiles = await members.profiles(database, list(found.values()))
        return {ref: profiles[id_].display_name for ref, id_ in found.items()}

    async def _top(self, board: Board, programme: Programme, now: datetime) -> TopTen:
        platform = self._laurels.platform
        season = await boards.season_shown(platform, board, now, programme.settings.zone)
        entries = await reading.top(platform, board.id, season.starts_at, first=_TOP, offset=0)
        ids = [entry.member_id for entry in entries]
        names = await members.profiles(platform.database, ids) if ids else {}
        rows = [Row(one.rank, names[one.member_id].display_name, one.score) for one in entries]
        return TopTen(board.name, board.unit, rows)


def _locale(request: Request) -> Locale:
    asked = request.query_params.get("lang")
    return negotiate(asked or request.headers.get("accept-language"))


def _address(request: Request) -> str:
    """Where the reader reached us, for commands that they copy: nothing but a host and port."""
    host = request.url.netloc
    return f"{request.url.scheme}://{host if _HOST.fullmatch(host) else '127.0.0.1:8000'}"
