"""Tokens of the shop's own identity provider, accepted as they are.

Whoever carries one is the member with that customer number, enrolled on first sight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx
from joserfc import jwt

from domain.errors import Invalid, Unauthenticated
from domain.members import Viewer, check_customer_ref
from infra.clock import Clock
from infra.database import Database, Transaction
from members import store
from members.enrolment import enrol, record_joining
from members.jose import Unverified, open_token, peek
from members.jwks import KEY_TYPES, Jwks
from members.signing_keys import real_time

_SKEW: Final = 60  # seconds by which two machines' clocks may differ


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """How the shop's provider signs: its keys by URL or inline, its name, and for whom.

    `customer_claim` is the claim that holds the customer number.
    """

    issuer: str
    audience: str
    jwks_url: str | None = None
    jwks: Mapping[str, Any] | None = None
    customer_claim: str = "sub"


class ShopTokens:
    """Checks the provider's tokens and finds their members."""

    def __init__(
        self,
        provider: IdentityProvider,
        database: Database,
        clock: Clock,
        http: httpx.AsyncClient,
        *,
        now: Callable[[], datetime] = real_time,
    ) -> None:
        self._provider = provider
        self._database = database
        self._clock = clock
        self._jwks = Jwks(http, url=provider.jwks_url, inline=provider.jwks)
        self._now = now

    def issued(self, token: Unverified) -> bool:
        """Whether a token says that it is the provider's, and so is for us to check."""
        return token.claims.get("iss") == self._provider.issuer

    async def viewer(self, token: str) -> Viewer:
        """The member with the token's customer number, with the roles that Laurels gave.

        Raises: Unauthenticated, Unavailable.
        """
        claims = await self._claims(token)
        ref = claims.get(self._provider.customer_claim)
        try:
            check_customer_ref(ref if isinstance(ref, str) else "")
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        except (Invalid, OverflowError, ValueError) as error:
            raise Unauthenticated("auth.token_invalid") from error
        member = await store.by_ref(self._database, str(ref)) or await self._enrol(str(ref))
        return Viewer(member.id, member.roles, None, expires_at)

    async def _claims(self, token: str) -> Mapping[str, Any]:
        unverified = peek(token)
        algorithm = str(unverified.header.get("alg"))
        key = await self._jwks.key(unverified.kid, algorithm) if algorithm in KEY_TYPES else None
        if key is None:
            raise Unauthenticated("auth.token_invalid")
        return open_token(token, key, algorithms=[algorithm], claims=self._expected())

    async def _enrol(self, ref: str) -> store.Profile:
        now = await self._clock.now()

        async def work(tx: Transaction) -> None:
            await record_joining(tx, await enrol(tx, [ref], now), now)

        await self._database.in_transaction(work)
        member = await store.by_ref(self._database, ref)
        if member is None:
            raise LookupError(ref)
        return member

    def _expected(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._now().timestamp()),
            leeway=_SKEW,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": self._provider.audience},
            exp={"essential": True},
        )
