"""`/statement.csv`: a member's own statement for a spreadsheet; staff name another's `?member=`.

`Authorization: Bearer …` as for `/graphql`. The answer is streamed, page by page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from api.execution.errors import Code
from api.execution.http.request_ids import request_id_of
from domain import calendar
from domain.errors import NotFound, Unauthenticated, Unavailable
from domain.members import Role, Viewer
from gamification.points import export
from infra.i18n import Locale, negotiate
from infra.ids import Kind, decode_key
from members import store as members
from server.wiring import Laurels

PATH: Final = "/statement.csv"
_STAFF: Final = frozenset({Role.ADMIN, Role.SERVICE})
_RETRY_AFTER: Final = "5"  # seconds


def statement_routes(laurels: Laurels) -> list[Route]:
    return [Route(PATH, _Statement(laurels).show)]


class _Statement:
    def __init__(self, laurels: Laurels) -> None:
        self._laurels = laurels

    async def show(self, request: Request) -> Response:
        """The spreadsheet, or why there is none, in the language that is asked for."""
        locale = negotiate(request.headers.get("accept-language"))
        try:
            viewer = await self._viewer(request)
            member_id = await self._member(viewer, request.query_params.get("member"))
            return await self._sheet(viewer, member_id, locale)
        except Unauthenticated as error:
            return self._error(request, locale, 401, Code.UNAUTHENTICATED, error.reason)
        except NotFound as error:
            return self._error(request, locale, 404, Code.BAD_USER_INPUT, error.reason)
        except Unavailable:
            answer = self._error(request, locale, 503, Code.UNAVAILABLE, "error.unavailable")
            answer.headers["retry-after"] = _RETRY_AFTER
            return answer

    async def _viewer(self, request: Request) -> Viewer:
        """Raises: Unauthenticated, Unavailable."""
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated
        return await self._laurels.authentication.viewer(token.strip())

    async def _member(self, viewer: Viewer, named: str | None) -> UUID:
        """Whose statement it is. Another's is for staff, and nobody else learns who exists.

        Raises: NotFound.
        """
        if named is None:
            return viewer.member_id
        member_id = decode_key(named, Kind.MEMBER)
        own = member_id == viewer.member_id
        if member_id is None or not (own or viewer.roles & _STAFF):
            raise NotFound("node.not_found")
        if not await members.profiles(self._laurels.platform.database, [member_id]):
            raise NotFound("node.not_found")
        return member_id

    async def _sheet(self, viewer: Viewer, member_id: UUID, locale: Locale) -> Response:
        """Raises: Unavailable, before anything is sent."""
        platform = self._laurels.platform
        now = await platform.clock.now()
        programme = await self._laurels.programmes.current(platform.database)
        zone = programme.settings.zone
        pieces = export.lines(
            platform.database,
            member_id,
            now=now,
            zone=zone,
            say=partial(_say, self._laurels, locale),
            for_staff=bool(viewer.roles & _STAFF),
        )
        name = f"points-{calendar.day_of(now, zone).isoformat()}.csv"
        return StreamingResponse(
            _with_bom(pieces),
            media_type="text/csv; charset=utf-8",
            headers={
                "cache-control": "no-store",
                "content-disposition": f'attachment; filename="{name}"',
                "content-language": locale.value,
                "vary": "accept-language, authorization",
            },
        )

    def _error(
        self, request: Request, locale: Locale, status: int, code: Code, reason: str
    ) -> Response:
        message = self._laurels.platform.catalogue.say(reason, locale)
        body = {
            "error": {"code": code.value, "message": message},
            "requestId": request_id_of(request.scope),
        }
        return JSONResponse(body, status, headers={"cache-control": "no-store"})


def _say(laurels: Laurels, locale: Locale, key: str, /, **params: object) -> str:
    return laurels.platform.catalogue.say(key, locale, **params)


async def _with_bom(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    yield export.BOM
    async for piece in pieces:
        yield piece
