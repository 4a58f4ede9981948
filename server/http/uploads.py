"""`PUT /uploads/<ticket>?signature=…`: files of members, where the object store takes none itself.

The address is the permission: it was given to the member with the ticket, for one file of one size
and type. The file goes through piece by piece and is never whole in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.execution.errors import Code
from api.execution.http.request_ids import request_id_of
from community.media.uploads import PATH, SIGNATURE, Uploads
from domain.errors import NotFound, RefusalCode, Refused, Unavailable
from infra.i18n import Catalogue, negotiate
from infra.ids import Kind, decode_key

_RETRY_AFTER: Final = "5"  # seconds
_LONGEST: Final = 300.0  # seconds for a whole file
_LONGEST_PAUSE: Final = 30.0  # seconds between two pieces
_STATUSES: Final = {
    RefusalCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    RefusalCode.EXPIRED: HTTPStatus.GONE,
    RefusalCode.CONFLICT: HTTPStatus.CONFLICT,
}


def upload_routes(uploads: Uploads, catalogue: Catalogue) -> list[Route]:
    """204 when the file is there; 4xx with why it is not, 503 to try again."""

    async def take(request: Request) -> Response:
        try:
            async with asyncio.timeout(_LONGEST):
                await _receive(uploads, request)
        except Refused as refused:
            return _refusal(request, refused, catalogue)
        except Unavailable:
            return Response(status_code=503, headers={"retry-after": _RETRY_AFTER})
        except TimeoutError:
            return Response(status_code=HTTPStatus.REQUEST_TIMEOUT)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return [Route(f"{PATH}{{ticket}}", take, methods=["PUT"])]


async def _receive(uploads: Uploads, request: Request) -> None:
    ticket_id = decode_key(request.path_params["ticket"], Kind.IMAGE_UPLOAD)
    if ticket_id is None:
        raise NotFound("upload.unknown")
    announced = request.headers.get("content-length", "")
    await uploads.receive(
        ticket_id,
        request.query_params.get(SIGNATURE, ""),
        content_type=request.headers.get("content-type", ""),
        byte_size=int(announced[:20]) if announced.isdecimal() else None,
        pieces=_pieces(request),
    )


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Raises: ClientDisconnect, TimeoutError when nothing comes for a while."""
    stream = request.stream()
    while True:
        async with asyncio.timeout(_LONGEST_PAUSE):
            piece = await anext(stream, None)
        if piece is None:
            return
        yield piece


def _refusal(request: Request, refused: Refused, catalogue: Catalogue) -> Response:
    locale = negotiate(request.headers.get("accept-language"))
    error = {
        "code": Code.BAD_USER_INPUT.value,
        "reason": refused.code.value,
        "message": catalogue.say(refused.reason, locale, **refused.params),
    }
    body = {"error": error, "requestId": request_id_of(request.scope)}
    status = _STATUSES.get(refused.code, HTTPStatus.BAD_REQUEST)
    return JSONResponse(body, status, headers={"cache-control": "no-store"})
