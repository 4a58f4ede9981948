"""`/hooks/orders`: the shop's own systems report orders by signed messages.

Messages follow Standard Webhooks: `webhook-id`, `webhook-timestamp` (at most five minutes off)
and `webhook-signature` with a `whsec_…` secret. Sending one again changes nothing, because an
activity's name is taken once. Source: https://www.standardwebhooks.com
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from api.execution.encoding import read_json, write_json
from api.execution.errors import Code
from api.execution.http.request_ids import request_id_of
from domain.errors import Invalid, Refused, Unavailable
from gamification.engine.intake import Result, ingest
from infra.i18n import Locale, negotiate
from infra.ids import Kind, encode_id
from server.http.hook_reports import reports_of
from server.settings import Settings, kept_secret
from server.wiring import Laurels

PATH: Final = "/hooks/orders"
BODY_LIMIT: Final = 4 * 1024 * 1024
_RETRY_AFTER: Final = "5"  # seconds


class _Told(Exception):
    """Ends a message with a status and a sentence."""

    def __init__(self, status: int, code: Code, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.status = status
        self.code = code
        self.refused = refused


def hook_secrets(settings: Settings, *, sandbox: bool) -> list[str]:
    """The secrets that messages may be signed with, the first being the newest.

    A sandbox without a configured one makes its own and keeps it; others then have none.
    """
    if settings.orders_hook_secret is not None:
        return settings.orders_hook_secret.get_secret_value().split()
    if not sandbox:
        return []
    kept = kept_secret(settings.home / "orders-hook-secret")
    return [f"whsec_{base64.b64encode(kept).decode()}"]


def hook_routes(settings: Settings, laurels: Laurels) -> list[Route]:
    """The routes of all hooks."""
    secrets = hook_secrets(settings, sandbox=laurels.platform.clock.sandbox)
    hook = _OrdersHook(laurels, [Webhook(secret) for secret in secrets])
    return [Route(PATH, hook.take, methods=["POST"])]


class _OrdersHook:
    def __init__(self, laurels: Laurels, signers: Sequence[Webhook]) -> None:
        self._laurels = laurels
        self._signers = signers

    async def take(self, request: Request) -> Response:
        """Answers 200 with one result an activity, refused ones too: sending again helps none."""
        locale = negotiate(request.headers.get("accept-language"))
        try:
            return self._answer(await self._results(request), locale)
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

    async def _results(self, request: Request) -> list[Result]:
        """Raises: _Told, Refused, Unavailable, ClientDisconnect."""
        if not self._signers:
            raise _Told(503, Code.UNAVAILABLE, Invalid("hook.no_secret"))
        body = await _body(request)
        self._check(body, dict(request.headers))
        try:
            message: object = read_json(body)
        except ValueError:
            raise Invalid("hook.json") from None
        reports = reports_of(message, message_id=request.headers["webhook-id"])
        return await ingest(self._laurels.platform, self._laurels.programmes, reports)

    def _check(self, body: bytes, headers: dict[str, str]) -> None:
        """Raises: _Told unless one of the secrets signed it."""
        for signer in self._signers:
            try:
                signer.verify(body, headers, json_parse=False)
            except (WebhookVerificationError, ValueError):  # ValueError: a header it cannot read
                continue
            return
        raise _Told(401, Code.UNAUTHENTICATED, Invalid("hook.signature"))

    def _answer(self, results: Sequence[Result], locale: Locale) -> Response:
        return _json(200, {"results": [self._result(result, locale) for result in results]})

    def _result(self, result: Result, locale: Locale) -> Mapping[str, Any]:
        activity = result.activity
        return {
            "source": result.report.source,
            "externalId": result.report.external_id,
            "outcome": result.outcome.value,
            "activityId": None if activity is None else encode_id(Kind.ACTIVITY, activity.id),
            "error": None if result.refused is None else self._refused(result.refused, locale),
        }

    def _refused(self, refused: Refused, locale: Locale) -> dict[str, Any]:
        """With the field as seen from the whole message."""
        message = self._laurels.platform.catalogue.say(refused.reason, locale, **refused.params)
        field = None if refused.field is None else list(refused.field)
        return {"code": refused.code.value, "message": message, "field": field}

    def _error(self, request: Request, told: _Told, locale: Locale) -> Response:
        error = {**self._refused(told.refused, locale), "code": told.code.value}
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
