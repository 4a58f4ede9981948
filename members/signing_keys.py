"""The Ed25519 keys that sign and verify access tokens, shared by all processes.

The database holds them, each process caches them. A new key verifies everywhere from its first
token on, because an unknown key id makes a process look again.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
from joserfc.jwk import OKPKey

from infra.database import Database, Transaction
from members import key_store

ACCESS_LIFETIME: Final = timedelta(minutes=15)
_FRESH: Final = 60.0  # seconds after which a process asks which keys are good now
_LOOK_AGAIN: Final = 1.0  # seconds between two looks for an unknown key id


def real_time() -> datetime:
    """The machine's own clock: tokens do not follow the programme's."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SigningKey:
    kid: str
    key: OKPKey


class SigningKeys:
    """The keys as one process knows them."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = real_time) -> None:
        self._database = database
        self._now = now
        self._known: dict[str, OKPKey] = {}
        self._signing: str | None = None
        self._loaded = float("-inf")
        self._loading = asyncio.Lock()

    async def signing(self) -> SigningKey:
        """The key that signs; the first process to need one makes it."""
        if self._signing is None or self._age() > _FRESH:
            await self._load(_FRESH)
        while self._signing is None:
            kid, jwk = _generate()
            await key_store.add_signing_key(self._database, kid, jwk, self._now())
            await self._load(0)
        return SigningKey(self._signing, self._known[self._signing])

    async def verifying(self, kid: str) -> OKPKey | None:
        """The key of this id; None when no token that names it can be good.

        A process that signs nothing forgets a retired key too: it looks again after a minute.
        """
        if kid not in self._known:
            await self._load(_LOOK_AGAIN)
        elif self._age() > _FRESH:
            await self._load(_FRESH)
        return self._known.get(kid)

    async def keep(self, kid: str, until: datetime) -> None:
        """Lets a key verify for as long as a token that outlives the usual ones."""
        await key_store.need_until(self._database, kid, until)

    async def rotate(self) -> str:
        """Makes a new key sign from now on and returns its id. The old one goes on verifying.

        Processes that did not notice sign with the old one for up to a minute.
        """
        kid, jwk = _generate()
        now = self._now()

        async def work(tx: Transaction) -> None:
            grace = ACCESS_LIFETIME + timedelta(seconds=_FRESH)
            await key_store.retire_signing_key(tx, now, needed_until=now + grace)
            await key_store.add_signing_key(tx, kid, jwk, now)

        await self._database.in_transaction(work)
        await self._load(0)
        return kid

    async def _load(self, older_than: float) -> None:
        """Reads the keys again, unless somebody did so less than `older_than` seconds ago."""
        async with self._loading:
            if self._age() < older_than:
                return
            stored = await key_store.usable_keys(self._database, self._now())
            self._known = {
                one.kid: self._known.get(one.kid)
                or OKPKey.import_key(orjson.loads(one.private_jwk))
                for one in stored
            }
            self._signing = next((one.kid for one in stored if one.signs), None)
            self._loaded = time.monotonic()

    def _age(self) -> float:
        return time.monotonic() - self._loaded


def _generate() -> tuple[str, str]:
    kid = secrets.token_urlsafe(12)
    key = OKPKey.generate_key("Ed25519", {"kid": kid}, private=True)
    return kid, orjson.dumps(key.as_dict(private=True)).decode()
