"""An invitation as its reader sees it: of whom, with which code, and in which words."""

from __future__ import annotations

from typing import Final, Protocol
from uuid import UUID

from domain.values import value
from infra.database import Sql

PATH: Final = "/i/"
"""Where invitations are, below the deployment's address; the code follows."""


class Say(Protocol):
    """A sentence of the catalogues in the reader's language."""

    def __call__(self, key: str, /, **params: object) -> str: ...


@value
class Invitation:
    """Who invites, by which code, and to what."""

    member_id: UUID
    name: str
    code: str
    programme: str

    def link(self, address: str) -> str:
        """Where the invitation is; `address` is the deployment's, without a slash at the end."""
        return f"{address}{PATH}{self.code}"

    def title(self, say: Say) -> str:
        return say("invite.title", name=self.name, programme=self.programme)


async def of_code(sql: Sql, code: str, programme: str) -> Invitation | None:
    """The invitation of the shopper whose code this is; None for nobody's."""
    row = await sql.fetchrow(
        "SELECT m.id, m.display_name, m.handle FROM member c"
        " JOIN member m ON m.id = coalesce(c.merged_into, c.id)"
        " WHERE c.handle = $1 AND 'SHOPPER' = ANY(m.roles)",
        code.lower(),
    )
    if row is None:
        return None
    return Invitation(row["id"], row["display_name"], row["handle"], programme)
