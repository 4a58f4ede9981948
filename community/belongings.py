"""Who has anything in the community: asked before a member is merged into another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infra.database import Sql

_OWNERS: Final = """
SELECT m.id FROM unnest($1::uuid[]) m (id) WHERE
  EXISTS (SELECT FROM post p WHERE p.author_id = m.id)
  OR EXISTS (SELECT FROM comment c WHERE c.author_id = m.id)
  OR EXISTS (SELECT FROM member_follow f WHERE m.id IN (f.follower_id, f.followed_id))
  OR EXISTS (SELECT FROM member_block b WHERE m.id IN (b.blocker_id, b.blocked_id))
  OR EXISTS (SELECT FROM member_like l WHERE l.member_id = m.id)
  OR EXISTS (SELECT FROM share s WHERE s.member_id = m.id)
  OR EXISTS (SELECT FROM referral r WHERE r.referrer_id = m.id)
  OR EXISTS (SELECT FROM member_image i WHERE i.member_id = m.id)
  OR EXISTS (SELECT FROM member_suspension s WHERE s.member_id = m.id)
  OR EXISTS (SELECT FROM decision d WHERE m.id IN (d.author_id, d.moderator_id))
  OR EXISTS (SELECT FROM report r WHERE m.id IN (r.author_id, r.reporter_id))
  OR EXISTS (SELECT FROM deal d WHERE d.owner_id = m.id)
  OR EXISTS (SELECT FROM deal_part p WHERE p.member_id = m.id)
"""


async def owners(sql: Sql, member_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the members who wrote, like, share, follow, block, or are on record otherwise."""
    return {row["id"] for row in await sql.fetch(_OWNERS, member_ids)}
