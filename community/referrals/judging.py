"""What comes of the signals of a referral: it goes on, waits for staff, or is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from community.moderation.queue.putting import put
from community.referrals import sights
from domain.moderation import priority
from domain.moderation.subjects import Origin, Subject, SubjectKind
from domain.referrals.signals import Pace, Signal, Verdict, signals, verdict
from infra.database import Transaction
from infra.platform import Platform


async def look_again(
    tx: Transaction, referral_id: UUID, referrer_id: UUID, referee_id: UUID, now: datetime
) -> tuple[Verdict, list[Signal]]:
    """What speaks against a referral by all that was seen since, kept, and what it comes to."""
    found = await sights.matches(tx, referee_id, referrer_id)
    await sights.keep_signals(tx, referral_id, signals(found, Pace(0, 0)), now)
    kept = await sights.signals_of(tx, [referral_id])
    all_ = [signal for signal, _ in kept[referral_id]]
    return verdict(all_), all_


async def ask_staff(
    tx: Transaction, platform: Platform, referee_id: UUID, found: Sequence[Signal], now: datetime
) -> None:
    """Puts the referee into the moderators' queue, with what speaks against the referral."""
    raised = [
        priority.Signal(f"referral:{one.key.lower()}", one.weight / 10, {"seen": one.seen})
        for one in found
    ]
    subject = Subject(SubjectKind.MEMBER, referee_id, referee_id)
    await put(tx, platform, subject, Origin.AUTOMATIC, raised, now=now)
