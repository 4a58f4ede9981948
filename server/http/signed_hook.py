"""What all hooks share: messages that the shop's own systems sign, and how they are answered.

Messages follow Standard Webhooks: `webhook-id`, `webhook-timestamp` (at most five minutes off)
and `webhook-signature` with a `whsec_…` secret. Source: https://www.standardwebhooks.com
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.execution.encoding import read_json, write_json
from api.execution.errors import Code
from api.execution.http.request_ids import request_id_of
from domain.errors import Invalid, Refused, Unavailable
from infra.i18n import Locale, negotiate
from server.wiring import Laurels

BODY_LIMIT: Final = 4 * 1024 * 1024
_RETRY_AFTER: Final = "5"  # seconds


class _Told(Exception):
    """Ends a message with a status and a sentence."""

    def __init__(self, status: int, code: Code, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.status = status
        self.code = code
        self.refused = refused


class SignedHook(ABC):
    """A hook over a process's services; each says by `answer` what its messages do."""

    def __init__(self, laurels: Laurels, signers: Sequence[Webhook]) -> None:
        self.laurels = laurels
        self._signers = signers

    @abstractmethod
    async def answer(
        self, message: object, *, message_id: str, locale: Locale
    ) -> Mapping[str, Any]:
        """Does what a message of ours says, which may come twice; the answer's body.

        What was refused for good is part of an answer: sending it again would help none.

        Raises: Refused for what is no message, Unavailable for what may be sent again.
        """

    async def take(self, request: Request) -> Response:
        """200 with the answer, or why there is none: 4xx for good, 503 to be sent again."""
        locale = negotiate(request.headers.get("accept-language"))
        try:
            message, message_id = await self._read(request)
            return _json(200, await self.answer(message, message_id=message_id, locale=locale))
        except _Told as told:
            return self._error(request, told, locale)
        except Refused as refused:
            return self._error(request, _Told(400, Code.BAD_USER_INPUT, refused), locale)
        except Unavailable as away:
            why = Refused("error.unavailable", engine=away.engine)
            answer = self._error(request, _Told(503, Code.UNAVAILABLE, why), locale)
            answer.headers["retry-after"] = _RETRY_AFTER
            return answer
        except ClientDisconnect:
            return Response(status_code=400)

    def told(self, refused: Refused, locale: Locale) -> dict[str, Any]:
        """A refusal with the field as seen from the whole message."""
        message = self.laurels.platform.catalogue.say(refused.reason, locale, **refused.params)
        field = None if refused.field is None else list(refused.field)
        return {"code": refused.code.value, "message": message, "field": field}

    async def _read(self, request: Request) -> tuple[object, str]:
        """The message and its id.

        Raises: _Told, Invalid, ClientDisconnect.
        """
        if not self._signers:
            raise _Told(503, Code.UNAVAILABLE, Invalid("hook.no_secret"))
        body = await _body(request)
        self._check(body, dict(request.headers))
        try:
            message: object = read_json(body)
        except ValueError:
            raise Invalid("hook.json") from None
        return message, request.headers["webhook-id"]

    def _check(self, body: bytes, headers: dict[str, str]) -> None:
        """Raises: _Told unless one of the secrets signed it."""
        for signer in self._signers:
            try:
                signer.verify(body, headers, json_parse=False)
            except (WebhookVerificationError, ValueError):  # ValueError: a header it cannot read
                continue
            return
        raise _Told(401, Code.UNAUTHENTICATED, Invalid("hook.signature"))

    def _error(self, request: Request, told: _Told, locale: Locale) -> Response:
        error = {**self.told(told.refused, locale), "code": told.code.value}
        return _json(told.status, {"error": error, "requestId": request_id_of(request.scope)})


async def _body(request: Request) -> bytes:
    """Raises: _Told as soon as it is too large."""
    announced = request.headers.get("content-length", "")
    body = bytearray()
    if announced.isdecimal() and int(announced[:20]) > BODY_LIMIT:
        raise _too_large()
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            raise _too_large()
    return bytes(body)


def _too_large() -> _Told:
    why = Invalid("request.too_large", limit=BODY_LIMIT // 1024)
    return _Told(413, Code.BAD_USER_INPUT, why)


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(
        write_json(body),
        status,
        headers={"cache-control": "no-store"},
        media_type="application/json",
    )
