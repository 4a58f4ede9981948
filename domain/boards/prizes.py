"""Prizes of a board's season: what its first places get when it closes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from domain.bundles import Bundle, check_bundle
from domain.errors import Invalid
from domain.values import value

MOST_RANKED: Final = 10_000
"""Ranks that can have prizes."""

_MOST_PRIZES: Final = 50


@value
class Prize:
    """What each of the ranks from `from_rank` to `to_rank` gets."""

    from_rank: int
    to_rank: int
    reward: Bundle

    def as_json(self) -> dict[str, Any]:
        return {"fromRank": self.from_rank, "toRank": self.to_rank, "reward": self.reward.as_json()}

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Prize:
        reward = Bundle.from_json(written["reward"])
        return cls(written["fromRank"], written["toRank"], reward)


def prize_of(prizes: Sequence[Prize], rank: int) -> Prize | None:
    """What this rank gets; None when nothing."""
    return next((one for one in prizes if one.from_rank <= rank <= one.to_rank), None)


def check_prizes(prizes: Sequence[Prize]) -> None:
    """Refuses prizes that could not be paid: each range on its own, ascending, and something.

    Raises: Invalid, with the field it is about.
    """
    if len(prizes) > _MOST_PRIZES:
        raise Invalid("board.too_many_prizes", field=("prizes",), limit=_MOST_PRIZES)
    after = 0
    for n, prize in enumerate(prizes):
        path = ("prizes", str(n))
        if prize.from_rank <= after:
            raise Invalid("board.prizes_overlap", field=(*path, "fromRank"))
        if not prize.from_rank <= prize.to_rank <= MOST_RANKED:
            raise Invalid("board.prize_ranks", field=(*path, "toRank"), limit=MOST_RANKED)
        check_bundle(prize.reward, field=path)
        if not prize.reward:
            raise Invalid("board.prize_empty", field=path)
        after = prize.to_rank
