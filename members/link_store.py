"""Every query of linking a customer number. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.members import JOINED, PROFILE_COMPLETED, Role
from infra.database import Sql
from members.store import roles_of


@dataclass(frozen=True, slots=True)
class Linkable:
    """What decides whether a member may get a number.

    `is_unlinked`: no number of the shop's yet, only the account that they signed up with.
    """

    id: UUID
    roles: frozenset[Role]
    merged_into: UUID | None
    is_unlinked: bool


async def lock(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, Linkable]:
    """These members, held until the transaction ends, always in the same order."""
    rows = await sql.fetch(
        "SELECT m.id, m.roles, m.merged_into, m.customer_ref IS NULL OR EXISTS ("
        "   SELECT FROM account a WHERE a.value = m.customer_ref AND a.member_id = m.id)"
        "   AS unlinked"
        " FROM member m WHERE m.id = ANY($1) ORDER BY m.id FOR UPDATE OF m",
        ids,
    )
    return {
        row["id"]: Linkable(row["id"], roles_of(row["roles"]), row["merged_into"], row["unlinked"])
        for row in rows
    }


async def set_customer_ref(sql: Sql, member_id: UUID, ref: str) -> None:
    """Raises asyncpg.UniqueViolationError when the number got a member meanwhile: try again."""
    await sql.execute("UPDATE member SET customer_ref = $2 WHERE id = $1", member_id, ref)


async def has_done_more(sql: Sql, member_id: UUID) -> bool:
    """Whether the log knows anything of a member beyond joining and saying who they are."""
    return bool(
        await sql.fetchval(
            "SELECT EXISTS (SELECT FROM activity WHERE member_id = $1 AND type <> ALL($2))",
            member_id,
            [JOINED, PROFILE_COMPLETED],
        )
    )


async def move_accounts(sql: Sql, from_member: UUID, to_member: UUID) -> None:
    """Lets the accounts of one member reach another."""
    await sql.execute(
        "UPDATE account SET member_id = $2 WHERE member_id = $1", from_member, to_member
    )


# The number goes too, or it would still reach the one that is left behind. A picture hangs in one
# profile: it moves where there is none.
_MERGE: Final = """
WITH left_behind AS (
  UPDATE member SET customer_ref = NULL, merged_into = $2, avatar_image_id = CASE WHEN EXISTS (
      SELECT FROM member h WHERE h.id = $2 AND h.avatar_image_id IS NOT NULL)
    THEN avatar_image_id END
  WHERE id = $1
  RETURNING id, handle, display_name, bio, locale, birthday, old.avatar_image_id
)
UPDATE member m
SET display_name = CASE WHEN m.display_name = m.handle AND l.display_name <> l.handle
                        THEN l.display_name ELSE m.display_name END,
    bio = coalesce(m.bio, l.bio),
    locale = coalesce(m.locale, l.locale),
    birthday = coalesce(m.birthday, l.birthday),
    avatar_image_id = coalesce(m.avatar_image_id, l.avatar_image_id)
FROM left_behind l WHERE m.id = $2
"""


async def merge_profile(sql: Sql, from_member: UUID, to_member: UUID) -> None:
    """Leaves one member behind; the other takes over what it lacked."""
    await sql.execute(_MERGE, from_member, to_member)
