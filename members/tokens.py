"""Access tokens: JWTs signed with Ed25519, in real time, whatever the programme's clock says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OKPKey

from domain.errors import Unauthenticated
from domain.members import Role, Viewer
from infra.database import Database
from infra.together import Together
from members import session_store
from members.jose import open_token, peek
from members.session_store import Present
from members.signing_keys import ACCESS_LIFETIME, SigningKeys, real_time
from members.store import roles_of

_ALGORITHM: Final = "Ed25519"
_MOST_PROVEN: Final = 4_096  # tokens a process remembers, about 1 KiB each


@dataclass(frozen=True, slots=True)
class AccessToken:
    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Proven:
    """What a token said when its signature was proven, by which key."""

    kid: str
    key: OKPKey
    viewer: Viewer


class Tokens:
    """Gives out and checks the access tokens of one deployment, named by `issuer`."""

    def __init__(
        self,
        database: Database,
        *,
        issuer: str = "laurels",
        now: Callable[[], datetime] = real_time,
    ) -> None:
        self._database = database
        self._keys = SigningKeys(database, now=now)
        self._issuer = issuer
        self._now = now
        self._proven: dict[str, _Proven] = {}
        self._together = Together()

    async def issue(
        self,
        member_id: UUID,
        roles: Iterable[Role],
        *,
        session_id: UUID | None,
        lifetime: timedelta = ACCESS_LIFETIME,
    ) -> AccessToken:
        """A token of this member. Never call it inside a transaction: it may need the pool."""
        signing = await self._keys.signing()
        issued_at = self._now().replace(microsecond=0)
        expires_at = issued_at + lifetime
        if lifetime > ACCESS_LIFETIME:
            await self._keys.keep(signing.kid, expires_at)
        claims = {
            "iss": self._issuer,
            "sub": str(member_id),
            "roles": sorted(roles),
            "iat": int(issued_at.timestamp()),
            "exp": int(expires_at.timestamp()),
        } | ({"sid": str(session_id)} if session_id else {})
        header = {"alg": _ALGORITHM, "kid": signing.kid}
        text = jwt.encode(header, claims, signing.key, algorithms=[_ALGORITHM])
        return AccessToken(text, expires_at)

    async def verify(self, token: str) -> Viewer:
        """Whom a token names, by its signature and its times alone.

        A signature that was proven need not be proven again, as long as its key is good.

        Raises: Unauthenticated.
        """
        known = self._proven.get(token)
        if known is not None and known.viewer.expires_at > self._now():
            if await self._keys.verifying(known.kid) is known.key:
                return known.viewer
            self._proven.pop(token, None)
        proven = await self._prove(token)
        if len(self._proven) >= _MOST_PROVEN:
            del self._proven[next(iter(self._proven))]  # the one that was first proven
        self._proven[token] = proven
        return proven.viewer

    async def _prove(self, token: str) -> _Proven:
        kid = peek(token).kid
        key = await self._keys.verifying(kid) if kid else None
        if kid is None or key is None:
            raise Unauthenticated("auth.token_invalid")
        claims = open_token(token, key, algorithms=[_ALGORITHM], claims=self._expected())
        try:
            viewer = Viewer(
                member_id=UUID(claims["sub"]),
                roles=roles_of(claims["roles"]),
                session_id=UUID(claims["sid"]) if "sid" in claims else None,
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
            raise Unauthenticated("auth.token_invalid") from error
        return _Proven(kid, key, viewer)

    async def viewer(self, token: str) -> Viewer:
        """Whom a token stands for now: its session is open, the roles are the present ones.

        A session belongs to whoever its account belongs to, also when the account has moved to
        another member since the token was made.

        Raises: Unauthenticated.
        """
        named = await self.verify(token)
        # Every request asks this, so those that come together ask with one statement.
        asked = (named.session_id, named.member_id)
        present = await self._together.ask("present", self._present, asked)
        if present is None:
            raise Unauthenticated("auth.token_invalid")
        return Viewer(present.member_id, present.roles, named.session_id, named.expires_at)

    async def _present(self, named: Sequence[tuple[UUID | None, UUID]]) -> Sequence[Present | None]:
        return await session_store.present(self._database, named)

    async def rotate(self) -> str:
        """Makes a new key sign and returns its id; tokens of the old one live on to their end."""
        return await self._keys.rotate()

    def _expected(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._now().timestamp()),
            iss={"essential": True, "value": self._issuer},
            sub={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
        )
