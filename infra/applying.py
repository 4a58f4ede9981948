"""Activities whose effects belong into the transaction that records them.

Most of what is recorded is applied moments later by the consumer of its partition. Where a state
and what it earns must change together, whoever records the activity applies it at once. The engine
stands above or beside most of those who record, so it comes to them as this port: the composition
root fills it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from infra import activity_log

if TYPE_CHECKING:
    from domain.activity import Activity
    from infra.database import Transaction
    from infra.platform import Platform

Apply: TypeAlias = "Callable[[Platform, Transaction, Sequence[Activity]], Awaitable[None]]"
"""Records activities and applies them in the same transaction, after what waits for their members.

It locks the members, in the order of their ids: a caller that locks anything else does so before.
"""


async def leave_to_consumers(
    _platform: Platform, tx: Transaction, activities: Sequence[Activity]
) -> None:
    """Where there is no engine: the activities are recorded, and wait."""
    await activity_log.record(tx, activities, applied=False)
