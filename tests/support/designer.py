"""A designer at work with programme files, on the test's own database."""

from __future__ import annotations

from server.programme.applying import Order, Outcome, carry_out
from server.programme.reading import document_of, read
from server.programme.shop import read_shop
from server.programme.writing import write
from server.wiring import Laurels
from tests.support.shop import SHANGHAI


class Designer:
    """Applies texts to the shop and tells what the shop has."""

    def __init__(self, laurels: Laurels) -> None:
        self.laurels = laurels

    async def __call__(
        self, text: str, *, prune: bool = False, keep: bool = True, if_version: int | None = None
    ) -> Outcome:
        order = Order(read(text.encode()), prune, keep, if_version)
        expressions = self.laurels.programmes.expressions
        return await carry_out(self.laurels.platform, expressions, order)

    async def has(self) -> str:
        async with self.laurels.platform.database.transaction() as tx:
            return write(document_of(await read_shop(tx)), SHANGHAI)

    async def differs(self, text: str) -> list[str]:
        """The names of what differs."""
        return [change.name for change in (await self(text, keep=False)).changes]
