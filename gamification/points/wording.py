"""What an entry says to its member, in a sentence: which one, and what fills it in."""

from __future__ import annotations

from typing import Protocol

from domain.ledger import EntryKind
from domain.referrals import REWARDED
from gamification.points.store import EntryRow


class Say(Protocol):
    """A sentence of the catalogues in the reader's language."""

    def __call__(self, key: str, /, **params: object) -> str: ...


def sentence(say: Say, row: EntryRow, rule: str | None) -> str:
    """The description of an entry; `rule` is the name of the rule that earned it."""
    return say(
        f"points.entry.{_which(row)}",
        rule=rule or "",
        reason=row.reason or "",
        order=row.order_ref or "",
    )


def _which(row: EntryRow) -> str:
    kind = row.kind.lower()
    if row.kind is EntryKind.EARN and row.pending:
        return "earn_pending" if row.confirms_at else "earn_held"
    if row.kind is EntryKind.EARN and row.reason:
        return "earn_referral" if row.reason == REWARDED else "earn_of"
    if row.kind is EntryKind.CLAWBACK and not row.order_ref:
        return "reinstated" if row.amount > 0 else "clawback_post"
    if row.kind in (EntryKind.REDEEM, EntryKind.REFUND):
        if row.reason:
            return f"{kind}_of"
        if row.order_ref:
            return f"{kind}_order"
    return kind
