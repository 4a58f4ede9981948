"""What every service of a process shares: made once by the composition root, passed down."""

from __future__ import annotations

from dataclasses import dataclass, field

from infra.applying import Apply, leave_to_consumers
from infra.clock import Clock
from infra.database import Database
from infra.i18n import Catalogue
from infra.objects import Objects
from infra.pubsub import PubSub
from infra.redis import Redis
from infra.together import Together


@dataclass(frozen=True, slots=True)
class Platform:
    """`objects` lie in memory unless the composition root says where.

    `apply_at_once` is the engine's, where the composition root knows one.
    """

    database: Database
    redis: Redis
    clock: Clock
    pubsub: PubSub
    catalogue: Catalogue
    together: Together = field(default_factory=Together)
    objects: Objects = field(default_factory=Objects)
    apply_at_once: Apply = leave_to_consumers
