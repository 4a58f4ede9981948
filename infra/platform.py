"""What every service of a process shares: made once by the composition root, passed down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain.activity import Activity
from infra import activity_log
from infra.clock import Clock
from infra.database import Database, Transaction
from infra.i18n import Catalogue
from infra.objects import Objects
from infra.pubsub import PubSub
from infra.redis import Redis
from infra.together import Together

Apply: TypeAlias = "Callable[[Platform, Transaction, Sequence[Activity]], Awaitable[None]]"
"""Records activities and applies them in the same transaction, after what waits for their members.

Most of what is recorded is applied moments later by the consumer of its partition. Where a state
and what it earns must change together, whoever records the activity applies it at once. The engine
stands above or beside most of those who record, so it comes to them as this port.

It locks the members, in the order of their ids: a caller that locks anything else does so before.
"""


async def leave_to_consumers(
    _platform: Platform, tx: Transaction, activities: Sequence[Activity]
) -> None:
    """Where there is no engine: the activities are recorded, and wait."""
    await activity_log.record(tx, activities, applied=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post whose author has just sent it, or sent it again, to wait for its review."""

    post_id: UUID
    author_id: UUID
    since: datetime


Review: TypeAlias = "Callable[[Platform, Transaction, Waiting], Awaitable[None]]"
"""Sees to it that somebody looks at a post that waits, in the transaction that holds the post.

Moderation decides about posts and so stands above them; it comes to them as this port.
"""


async def let_it_wait(_platform: Platform, _tx: Transaction, _waiting: Waiting) -> None:
    """Where nobody reviews: the post waits."""


@dataclass(frozen=True, slots=True)
class Platform:
    """`objects` lie in memory unless the composition root says where.

    `apply_at_once` is the engine's, and `review` moderation's, where the composition root knows
    one.
    """

    database: Database
    redis: Redis
    clock: Clock
    pubsub: PubSub
    catalogue: Catalogue
    together: Together = field(default_factory=Together)
    objects: Objects = field(default_factory=Objects)
    apply_at_once: Apply = leave_to_consumers
    review: Review = let_it_wait
