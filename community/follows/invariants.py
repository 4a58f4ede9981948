"""What always holds of follows."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

_COUNTED: Final = (
    "SELECT c.member_id FROM follow_count c"
    " FULL JOIN (SELECT {own} AS member_id, count(*) AS n FROM member_follow GROUP BY 1) f"
    " USING (member_id) WHERE coalesce(c.{counter}, 0) <> coalesce(f.n, 0)"
)

INVARIANTS: Final = (
    Invariant(
        "As many follow a member as are counted",
        _COUNTED.format(own="followed_id", counter="followers"),
    ),
    Invariant(
        "A member follows as many as are counted",
        _COUNTED.format(own="follower_id", counter="following"),
    ),
    Invariant(
        "Nobody follows across a block",
        "SELECT f.follower_id, f.followed_id FROM member_follow f JOIN member_block b"
        " ON (b.blocker_id, b.blocked_id) IN"
        " ((f.follower_id, f.followed_id), (f.followed_id, f.follower_id))",
    ),
)
