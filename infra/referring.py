"""Referrals, to the engine that moves them in its own unit of work.

The referee's activities decide how a referral goes on; who is brought by whom is the community's,
which the engine does not know. The two meet here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from domain.referrals import Moved, Referral
from infra.database import Transaction


class Referring(Protocol):
    """Keeps referrals. Whoever asks holds the locks of the referees."""

    async def load(
        self, tx: Transaction, referee_ids: Iterable[UUID], /
    ) -> Mapping[UUID, Referral]:
        """The referrals by which these members came, locked in the order of their ids."""
        ...

    async def follow(self, tx: Transaction, moved: Sequence[Moved], /) -> None:
        """Writes down where they stand now, and records what the two sides are told and paid."""
        ...


class NoReferrals:
    """Where nobody keeps referrals: there are none."""

    async def load(self, _tx: Transaction, _referee_ids: Iterable[UUID]) -> Mapping[UUID, Referral]:
        return {}

    async def follow(self, _tx: Transaction, _moved: Sequence[Moved]) -> None:
        """Nothing moves."""
