"""Which posts of trusted authors are looked at: drawn by a key, so that nobody can foretell it.

The same post is always drawn or always not, for the same key; the larger the share, the more are
drawn, and all of those as well that a smaller share draws.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final
from uuid import UUID

_BYTES: Final = 8
_ALL: Final = 2.0 ** (8 * _BYTES)


def is_drawn(key: bytes, subject_id: UUID, share: float) -> bool:
    """Whether a post is among such a share of all."""
    drawn = hmac.digest(key, subject_id.bytes, sha256)[:_BYTES]
    return int.from_bytes(drawn) < share * _ALL
