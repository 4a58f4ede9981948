"""Logs the perks of a paid membership as they are used, so that the member can judge the fee."""

from __future__ import annotations

from decimal import Decimal

from domain.errors import Invalid
from domain.happening import Happening
from domain.ledger import Entry
from domain.memberships import perks
from domain.memberships.perks import Perk, Standing


def log_benefit(happening: Happening) -> None:
    """Logs a benefit of the membership held then, as its use is reported.

    Whoever holds none may use benefits too, of a tier say: then there is nothing to log.

    Raises: Invalid, naming the attribute.
    """
    activity = happening.activity
    if activity.type != perks.BENEFIT_USED or not happening.programme.sells_memberships:
        return
    use, standing = perks.read_use(activity.attributes), happening.membership
    if standing is None or use.benefit not in standing.benefits:
        return
    if use.currency not in {None, standing.currency}:
        raise Invalid("membership.currency_differs", field=("attributes", "currency"))
    _log_perk(happening, standing, use.benefit, use.amount, order_ref=use.order_ref)


def log_points(happening: Happening, membership: Standing, entry: Entry) -> None:
    """Logs what the membership added to an award, at the worth of a point now."""
    settings, cause = happening.programme.settings, entry.cause
    extra = perks.extra_points(cause.steps)
    if extra and settings.currency == membership.currency:
        _log_perk(
            happening,
            membership,
            perks.POINTS,
            extra * settings.point_worth,
            entry_number=entry.number,
            order_ref=cause.order_ref,
        )


def _log_perk(
    happening: Happening,
    standing: Standing,
    key: str,
    worth: Decimal,
    *,
    order_ref: str | None,
    entry_number: int = 0,
) -> None:
    activity = happening.activity
    happening.effects.perks.append(
        Perk(
            member_id=activity.member_id,
            membership_id=standing.membership_id,
            activity_id=activity.id,
            entry_number=entry_number,
            key=key,
            worth=worth,
            currency=standing.currency,
            occurred_at=min(activity.occurred_at, activity.received_at),
            order_ref=order_ref,
        )
    )
