"""Digests of traits: equal for equal traits, and of no use without the deployment's secret."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final

from domain.referrals.traits import Trait, TraitKind

_SHORTEST_SECRET: Final = 16
_BYTES: Final = 16


class Digests:
    """Keyed by a secret of the deployment. Another secret makes other digests."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError("the secret of the digests is too short")
        self._key = hmac.digest(secret, b"referral traits", "sha256")

    def of(self, traits: Iterable[Trait]) -> dict[bytes, TraitKind]:
        """The digests of 16 bytes, each with the kind of its trait."""
        return {self._digest(one): one.kind for one in traits}

    def _digest(self, trait: Trait) -> bytes:
        said = f"{trait.kind}\0{trait.text}".encode("utf-8", "replace")
        return hmac.digest(self._key, said, "sha256")[:_BYTES]
