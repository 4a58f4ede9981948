"""Signed tokens, opened with suspicion: whatever is wrong with one, it is `Unauthenticated`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from joserfc import jwt
from joserfc._rfc7515.model import JWSAlgModel
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from domain.errors import Unauthenticated

_LONGEST: Final = 8192
_PARTS: Final = 3
_WRONG: Final = (JoseError, ValueError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token says of itself, to find the key that may prove it."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def kid(self) -> str | None:
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None


def peek(token: str) -> Unverified:
    """Reads a token without believing it.

    Raises: Unauthenticated.
    """
    parts = token.split(".")
    if len(parts) != _PARTS or len(token) > _LONGEST:
        raise Unauthenticated("auth.token_invalid")
    return Unverified(_object(parts[0]), _object(parts[1]))


def open_token(
    token: str, key: Key, *, algorithms: Collection[str], claims: jwt.JWTClaimsRegistry
) -> Mapping[str, Any]:
    """The claims of a token that this key signed with one of these algorithms.

    Raises: Unauthenticated.
    """
    try:
        opened = jwt.decode(token, key, registry=_Registry(algorithms)).claims
        claims.validate(opened)
    except _WRONG as error:
        raise Unauthenticated("auth.token_invalid") from error
    return opened


class _Registry(JWSRegistry):
    """Only the given algorithms, and no warning that `EdDSA` is an old name of `Ed25519`."""

    def __init__(self, algorithms: Collection[str]) -> None:
        # Providers put headers of their own into tokens; `crit` is still obeyed.
        super().__init__(algorithms=algorithms, strict_check_header=False)
        self._only = frozenset(algorithms)

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in self._only:
            raise Unauthenticated("auth.token_invalid")
        return self.algorithms[name]


def _object(part: str) -> Mapping[str, Any]:
    try:
        value: object = json.loads(urlsafe_b64decode(part.encode("ascii")))
    except _WRONG as error:
        raise Unauthenticated("auth.token_invalid") from error
    if not isinstance(value, dict):
        raise Unauthenticated("auth.token_invalid")
    return cast("dict[str, Any]", value)
