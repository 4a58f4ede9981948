"""Which document a request means: by its text, by the hash of a registered one, or by both.

| request | anybody's documents | registered ones only |
| --- | --- | --- |
| text | taken | taken if registered |
| hash | registered, else persisted | registered |
| both, and they agree | taken, and persisted once it is found valid | taken if registered |
| both, and they differ | refused | refused |
"""

from __future__ import annotations

from api.execution.documents.persisted import PersistedQueries
from api.execution.documents.registry import Registry
from api.execution.errors import Code, Rejected
from api.execution.request import Request
from domain.errors import Unavailable
from domain.values import value
from infra.registered_documents import digest_of, is_digest


@value
class Found:
    """A text. `keep_as` is the hash under which it is to be persisted when it is valid."""

    text: str
    trusted: bool = False
    keep_as: str | None = None


class Lookup:
    """Without a registry nothing is registered; without `persisted` nothing is persisted."""

    def __init__(
        self,
        registry: Registry | None = None,
        persisted: PersistedQueries | None = None,
        *,
        trusted_only: bool = False,
    ) -> None:
        self._registry = registry
        self._persisted = persisted
        self._trusted_only = trusted_only

    async def find(self, request: Request) -> Found:
        """The document of a request.

        Raises: Rejected, Unavailable.
        """
        if request.query is None:
            return await self._by_hash(request)
        if request.digest is None and not self._trusted_only:
            return Found(request.query)
        digest = _digest_of(request.query)
        if request.digest not in {None, digest}:
            raise Rejected(Code.BAD_USER_INPUT, "request.hash_differs")
        if self._trusted_only:
            if digest is None or await self._registered(digest) is None:
                raise Rejected(Code.FORBIDDEN, "request.not_registered")
            return Found(request.query, trusted=True)
        return Found(request.query, keep_as=request.digest if request.automatic else None)

    async def keep(self, found: Found) -> None:
        """Persists a document that turned out to be valid, if its client wishes."""
        if found.keep_as is not None and self._persisted is not None:
            await self._persisted.keep(found.keep_as, found.text)

    async def _by_hash(self, request: Request) -> Found:
        digest = request.digest or ""
        if is_digest(digest):
            found = await self._named(digest)
            if found is not None:
                return found
        # To an automatic client this word says "send the text", which here would be no use.
        asks_for_text = request.automatic and not self._trusted_only
        reason = "request.send_text" if asks_for_text else "request.unknown_document"
        raise Rejected(Code.PERSISTED_QUERY_NOT_FOUND, reason)

    async def _named(self, digest: str) -> Found | None:
        away: Unavailable | None = None
        try:
            text = await self._registered(digest)
            if text is not None:
                return Found(text, trusted=True)
        except Unavailable as error:
            away = error
        text = await self._persisted_as(digest)
        if text is None and away is not None:
            raise away
        return Found(text) if text is not None else None

    async def _registered(self, digest: str) -> str | None:
        return None if self._registry is None else await self._registry.find(digest)

    async def _persisted_as(self, digest: str) -> str | None:
        if self._persisted is None or self._trusted_only:
            return None
        return await self._persisted.find(digest)


def _digest_of(text: str) -> str | None:
    try:
        return digest_of(text)
    except UnicodeEncodeError:
        return None  # a lone surrogate: no text that anybody could have registered
