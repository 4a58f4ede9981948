"""What every service of a process shares: made once by the composition root, passed down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.activity import Activity
from domain.moderation.subjects import SubjectKind
from infra import activity_log
from infra.clock import Clock
from infra.database import Database, Transaction
from infra.i18n import Catalogue
from infra.objects import Objects
from infra.pubsub import PubSub
from infra.redis import Redis
from infra.referring import NoReferrals, Referring
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


class Why(StrEnum):
    """Why a post has to be looked at, whatever it says, before others see it."""

    NEW_AUTHOR = "new_author"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Written:
    """A post or comment that its author is about to show, or shows, in these words.

    `beside` are texts that it has beside its own, such as topics. `why` is None for what nobody
    has to look at but for what it says. Its row is locked, or not yet seen by anybody.
    """

    kind: SubjectKind
    id: UUID
    author_id: UUID
    text: str
    at: datetime
    revision: int = 1
    beside: tuple[str, ...] = ()
    image_ids: tuple[UUID, ...] = ()
    why: Why | None = None


Review: TypeAlias = "Callable[[Platform, Transaction, Written], Awaitable[bool]]"
"""Reads what a member has written, and sees to it that somebody looks where something is found.

The answer is whether it has to wait for that. All in the caller's transaction, before anything is
shown and before members are locked. Moderation decides about posts and comments and so stands
above them; it comes to them as this port.
"""


async def let_it_wait(_platform: Platform, _tx: Transaction, written: Written) -> bool:
    """Where nobody reads: what has to wait waits."""
    return written.why is not None


@dataclass(frozen=True, slots=True)
class Platform:
    """`objects` lie in memory unless the composition root says where.

    `apply_at_once` is the engine's, `review` moderation's and `referring` the referrals', where the
    composition root knows one.
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
    referring: Referring = field(default_factory=NoReferrals)
