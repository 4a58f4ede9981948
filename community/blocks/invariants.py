"""What always holds of blocks."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "Who blocks and who is blocked are members",
        "SELECT b.blocker_id, b.blocked_id FROM member_block b"
        " LEFT JOIN member one ON one.id = b.blocker_id LEFT JOIN member other"
        " ON other.id = b.blocked_id WHERE one.id IS NULL OR other.id IS NULL",
    ),
)
