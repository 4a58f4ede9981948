"""A provider's public keys: inline, or fetched, kept, and fetched again when an id is unknown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from domain.errors import Unavailable

_log = structlog.stdlib.get_logger(__name__)

# The kind of key that an algorithm takes: a token cannot make us read a key as something else.
KEY_TYPES: Final[Mapping[str, type[RSAKey | ECKey | OKPKey]]] = {
    "RS256": RSAKey,
    "ES256": ECKey,
    "EdDSA": OKPKey,
    "Ed25519": OKPKey,
}
_ASYMMETRIC: Final = frozenset({"RSA", "EC", "OKP"})
_LOOK_AGAIN: Final = 60.0  # seconds between two fetches, however many unknown ids turn up
_FRESH: Final = 3600.0  # seconds after which keys that the provider withdrew are forgotten
_TIMEOUT: Final = 5.0
_LARGEST: Final = 256 * 1024


class Jwks:
    """The keys as one process knows them."""

    def __init__(
        self, http: httpx.AsyncClient, *, url: str | None, inline: Mapping[str, Any] | None
    ) -> None:
        if (url is None) == (inline is None):
            raise ValueError("an identity provider needs either a JWKS URL or an inline JWKS")
        self._http = http
        self._url = url
        self._keys: Sequence[Key] = _keys(inline) if inline is not None else ()
        self._fetched = float("-inf")  # the last success
        self._tried = float("-inf")
        self._fetching = asyncio.Lock()

    async def key(self, kid: str | None, algorithm: str) -> Key | None:
        """The one key that may have signed so; None when there is none, or more than one.

        Raises: Unavailable when the provider has never been reached.
        """
        if self._url and time.monotonic() - self._fetched > _FRESH:
            await self._fetch(self._url)
        found = self._find(kid, algorithm)
        if found is None and self._url:
            await self._fetch(self._url)
            found = self._find(kid, algorithm)
        return found

    def _find(self, kid: str | None, algorithm: str) -> Key | None:
        fitting = [
            key
            for key in self._keys
            if isinstance(key, KEY_TYPES[algorithm])
            and (kid is None or key.kid == kid)
            and key.get("alg") in {None, algorithm}
        ]
        return fitting[0] if len(fitting) == 1 else None

    async def _fetch(self, url: str) -> None:
        async with self._fetching:
            if time.monotonic() - self._tried >= _LOOK_AGAIN:
                self._tried = time.monotonic()
                await self._replace(url)
        if self._fetched == float("-inf"):
            raise Unavailable("identity_provider")

    async def _replace(self, url: str) -> None:
        """Keys that we have stay good while the provider is away."""
        try:
            self._keys = await self._download(url)
        except (httpx.HTTPError, ValueError) as error:
            _log.warning("jwks.unreachable", url=url, error=str(error))
        else:
            self._fetched = time.monotonic()

    async def _download(self, url: str) -> Sequence[Key]:
        answer = await self._http.get(url, timeout=_TIMEOUT)
        answer.raise_for_status()
        if len(answer.content) > _LARGEST:
            raise ValueError("the JWKS is too large")
        return _keys(answer.json())


def _keys(jwks: object) -> Sequence[Key]:
    """The asymmetric signing keys of a JWKS; what else is in it is nobody's business.

    Raises: ValueError when it is no JWKS.
    """
    listed = cast("dict[str, Any]", jwks).get("keys") if isinstance(jwks, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no JWKS")  # noqa: TRY004 - outside data, not a mistake of the caller
    return [key for one in cast("list[object]", listed) if (key := _key(one)) is not None]


def _key(jwk: object) -> Key | None:
    if not isinstance(jwk, dict):
        return None
    fields = cast("dict[str, Any]", jwk)
    if fields.get("kty") not in _ASYMMETRIC or fields.get("use", "sig") != "sig":
        return None
    try:
        return JWKRegistry.import_key(fields)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
