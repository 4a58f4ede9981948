"""Tells every process at once that sessions, or all that a member has open, are over.

What goes through here may be lost while Redis is away. So whoever keeps something open for a
session also asks now and then whether the session still is (`Sessions.over`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from infra.pubsub import PubSub

# One topic for all: sign-outs are rare, and a topic for each connected member would not be.
TOPIC: Final = "sessions"


@dataclass(frozen=True, slots=True)
class Ending:
    """What is over: one session, or everything of a member."""

    session_id: UUID | None = None
    member_id: UUID | None = None


async def announce(pubsub: PubSub, ending: Ending) -> None:
    """Tells every process, after the commit."""
    message = {
        "session": ending.session_id and ending.session_id.hex,
        "member": ending.member_id and ending.member_id.hex,
    }
    await pubsub.publish(TOPIC, message)


async def endings(pubsub: PubSub) -> AsyncGenerator[Ending]:
    """Each ending that is announced from now on.

    Raises: Unavailable when Redis is away.
    """
    async with pubsub.listen(TOPIC) as queue:
        while True:
            message = await queue.get()
            yield Ending(_id(message["session"]), _id(message["member"]))


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
