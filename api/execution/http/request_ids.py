"""One id for everything about a request: its log lines, its answer's header and its errors."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any, Final

from api.execution.http.headers import headers_of, text_of
from infra.ids import new_name

HEADER: Final = "x-request-id"
_KEPT_IN: Final = "laurels.request_id"
_SANE: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def request_id_of(scope: MutableMapping[str, Any]) -> str:
    """The id that came with the request if it is a sane one, else a new one; then always that."""
    known = scope.get(_KEPT_IN)
    if isinstance(known, str):
        return known
    sent = text_of(headers_of(scope), HEADER.encode()) or ""
    request_id = sent if _SANE.fullmatch(sent) else new_name()
    scope[_KEPT_IN] = request_id
    return request_id
