"""`/media/<digest>.webp`: pictures, by their content. What is served there never changes."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.errors import Unavailable
from infra.objects import Objects
from infra.pictures.store import MEDIA

_NAME: Final = re.compile(r"[0-9a-f]{64}\.webp")
_FOREVER: Final = "public, max-age=31536000, immutable"
_RETRY_AFTER: Final = "5"  # seconds


def media_routes(objects: Objects) -> list[Route]:
    async def media(request: Request) -> Response:
        name: str = request.path_params["name"]
        if not _NAME.fullmatch(name):
            return Response(status_code=404)
        etag = f'"{name[:32]}"'
        headers = {"cache-control": _FOREVER, "etag": etag}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        try:
            found = await objects.get(name)
        except Unavailable:
            return Response(status_code=503, headers={"retry-after": _RETRY_AFTER})
        if found is None:
            return Response(status_code=404)
        return Response(found, media_type="image/webp", headers=headers)

    return [Route(f"{MEDIA}{{name}}", media)]
