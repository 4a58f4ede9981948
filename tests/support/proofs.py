"""Verifies signed documents by what is published, with a library of others alone."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def number(part: str) -> int:
    return int.from_bytes(decoded(part))


def verified(token: str, keys: list[dict[str, Any]]) -> dict[str, Any]:
    """By the published key that the header names. Raises: InvalidSignature, StopIteration."""
    head, body, signature = token.split(".")
    header = json.loads(decoded(head))
    jwk = next(one for one in keys if one["kid"] == header["kid"])
    public = RSAPublicNumbers(number(jwk["e"]), number(jwk["n"])).public_key()
    public.verify(decoded(signature), f"{head}.{body}".encode(), PKCS1v15(), SHA256())
    found: dict[str, Any] = json.loads(decoded(body))
    return found
