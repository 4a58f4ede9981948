"""Sessions: a signed-in device, its access token, and the refresh tokens that continue it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain.errors import Invalid
from infra.database import Database, Transaction
from infra.ids import new_id
from infra.pubsub import PubSub
from members import endings, session_store
from members.endings import Ending
from members.session_store import Present
from members.signing_keys import real_time
from members.tokens import Tokens

REFRESH_LIFETIME: Final = timedelta(days=30)
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Session:
    """What a device gets. `expires_at` is the end of the access token, in real time."""

    access_token: str
    expires_at: datetime
    refresh_token: str
    member_id: UUID


@dataclass(frozen=True, slots=True)
class Opened:
    """A session inside its transaction, before it has an access token."""

    session_id: UUID
    refresh_token: str
    member: Present


class Sessions:
    """Opens, continues and ends the sessions of one deployment.

    With a `pubsub`, every process hears of ends at once; without one, when it next asks.
    """

    def __init__(
        self,
        database: Database,
        tokens: Tokens,
        pubsub: PubSub | None = None,
        *,
        now: Callable[[], datetime] = real_time,
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._pubsub = pubsub
        self._now = now

    async def open(self, tx: Transaction, member_id: UUID) -> Opened:
        """Opens a session in the caller's transaction."""
        now = self._now()
        session_id = new_id()
        await session_store.open_sessions(tx, [(session_id, member_id)], now, expires_at=now)
        return await self._continue(tx, session_id, now)

    async def grant(self, opened: Opened) -> Session:
        """The tokens of a session, once its transaction has committed."""
        member = opened.member
        access = await self._tokens.issue(
            member.member_id, member.roles, session_id=opened.session_id
        )
        return Session(access.text, access.expires_at, opened.refresh_token, member.member_id)

    async def refresh(self, refresh_token: str) -> Session:
        """Continues a session with new tokens; the given one is used up.

        A used token that turns up again ends the session: two have it, and one stole it.

        Raises: Invalid.
        """
        digest = _digest(refresh_token)
        now = self._now()
        stolen = None
        async with self._database.transaction() as tx:
            session_id = await session_store.use_refresh_token(tx, digest, now)
            if session_id is None:
                stolen = await session_store.revoke_stolen(tx, digest, now)
                opened = None
            else:
                opened = await self._continue(tx, session_id, now)
        if stolen is not None:
            await self._announce(stolen)
        if opened is None:
            raise Invalid("session.over", field=("refreshToken",))
        return await self.grant(opened)

    async def sign_out(self, session_id: UUID) -> None:
        """Ends a session and with it all its tokens; ending it again changes nothing."""
        await session_store.revoke(self._database, session_id, self._now())
        await self._announce(session_id)

    async def over(self, sessions: Collection[tuple[UUID, UUID]]) -> set[UUID]:
        """Of `(session, member)` pairs, the sessions that ended or are another member's by now."""
        present = await session_store.still_open(self._database, sessions)
        return {session_id for session_id, _ in sessions} - present

    async def forget_ended(self) -> None:
        """Deletes sessions that no token can continue."""
        await session_store.forget_ended(self._database, self._now())

    async def _announce(self, session_id: UUID) -> None:
        if self._pubsub is not None:
            await endings.announce(self._pubsub, Ending(session_id=session_id))

    async def _continue(self, tx: Transaction, session_id: UUID, now: datetime) -> Opened:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        member = await session_store.add_refresh_token(
            tx, session_id, _digest(token), expires_at=now + REFRESH_LIFETIME
        )
        return Opened(session_id, token, member)


def _digest(token: str) -> str:
    """Enough for 256 random bits: there is nothing to guess, so nothing to slow down."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
