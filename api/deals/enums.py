"""Enums of deals as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.deals.deal import DealState
from domain.deals.offers import DealKind

described(
    DealKind,
    description="How friends reach a price.",
    values={
        DealKind.GROUP_BUY: "They buy together.",
        DealKind.BARGAIN: "They cut the price of one of them.",
    },
)
described(
    DealState,
    description="How a deal stands now.",
    values={
        DealState.OPEN: "It waits for more until its deadline.",
        DealState.SUCCEEDED: "All who were needed came in time: the price holds.",
        DealState.FAILED: "Too few came before the deadline, or everybody left.",
    },
)

__all__ = ["DealKind", "DealState"]
