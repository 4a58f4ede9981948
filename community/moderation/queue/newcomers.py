"""Queues the posts of those who are new, when they are sent, and again when they were mended."""

from __future__ import annotations

from typing import Final

from community.moderation.queue.putting import put
from domain.moderation.priority import Signal
from domain.moderation.subjects import Origin, Subject, SubjectKind
from infra.database import Transaction
from infra.platform import Platform, Waiting

KEY: Final = "new_author"
_WEIGHT: Final = 1.0


async def queue(platform: Platform, tx: Transaction, waiting: Waiting) -> None:
    """Queues a post that waits for its review. See `infra.platform.Review`."""
    subject = Subject(SubjectKind.POST, waiting.post_id, waiting.author_id)
    signals = [Signal(KEY, _WEIGHT, {})]
    await put(tx, platform, subject, Origin.NEW_AUTHOR, signals, now=waiting.since)
