"""The hooks: `/hooks/orders`, by which orders come in, and `/hooks/memberships`, for payments.

Sending a message again changes nothing: an activity's name is taken once, and so is a message's
id as the idempotency key of a membership.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from standardwebhooks import Webhook
from starlette.routing import Route

from gamification.engine.intake import Result, ingest
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from server.http import membership_hook
from server.http.hook_reports import reports_of
from server.http.membership_hook import MembershipHook
from server.http.signed_hook import BODY_LIMIT, SignedHook
from server.settings import Settings, kept_secret
from server.wiring import Laurels

__all__ = ["BODY_LIMIT", "PATH", "hook_routes", "hook_secrets"]

PATH: Final = "/hooks/orders"


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
    signers = [Webhook(secret) for secret in secrets]
    hooks: dict[str, SignedHook] = {
        PATH: _OrdersHook(laurels, signers),
        membership_hook.PATH: MembershipHook(laurels, signers),
    }
    return [Route(path, hook.take, methods=["POST"]) for path, hook in hooks.items()]


class _OrdersHook(SignedHook):
    async def answer(
        self, message: object, *, message_id: str, locale: Locale
    ) -> Mapping[str, Any]:
        """One result an activity, refused ones too."""
        reports = reports_of(message, message_id=message_id)
        results = await ingest(self.laurels.platform, self.laurels.programmes, reports)
        return {"results": [self._result(result, locale) for result in results]}

    def _result(self, result: Result, locale: Locale) -> Mapping[str, Any]:
        activity = result.activity
        return {
            "source": result.report.source,
            "externalId": result.report.external_id,
            "outcome": result.outcome.value,
            "activityId": None if activity is None else encode_id(Kind.ACTIVITY, activity.id),
            "error": None if result.refused is None else self.told(result.refused, locale),
        }
