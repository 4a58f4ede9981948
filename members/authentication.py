"""Who carries a bearer token: Laurels' own, or one of the shop's identity provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.members import Viewer
from members.jose import peek
from members.tokens import Tokens

if TYPE_CHECKING:
    from members.oidc import ShopTokens


class Authentication:
    """Checks any token that this deployment accepts."""

    def __init__(self, tokens: Tokens, shop: ShopTokens | None = None) -> None:
        self._tokens = tokens
        self._shop = shop

    async def viewer(self, token: str) -> Viewer:
        """The member behind a token, with their present roles.

        Raises: Unauthenticated, Unavailable.
        """
        if self._shop is not None and self._shop.issued(peek(token)):
            return await self._shop.viewer(token)
        return await self._tokens.viewer(token)
