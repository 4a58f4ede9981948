"""Pays a bundle of rewards by the activity that it is for.

The log applies an activity once, so each bundle is paid once, whatever recorded the activity.
"""

from __future__ import annotations

from decimal import Decimal

from domain import calendar, ledger
from domain.bundles import Bundle
from domain.coupons import CouponSource, Grant, Origin
from domain.happening import Happening, Unpaid
from domain.ledger import Cause, Entry, Step
from domain.readings.badges import give_badge


def pay(
    happening: Happening, bundle: Bundle, *, reason: str, key: str, kept: bool = False
) -> Entry | None:
    """Gives the member of the activity what is in the bundle; the entry of its points.

    `kept` says that these may be taken back by what comes next.

    `reason` is what the member reads, `key` tells bundles of one activity apart. A coupon whose
    supply has run out is left out. Points for which the account has no room are noted as unpaid.
    """
    entry = None
    if 0 < bundle.points <= ledger.room(happening.state.books):
        entry = _earn(happening, bundle.points, reason, kept=kept)
    elif bundle.points:
        activity = happening.activity
        unpaid = Unpaid(activity.id, activity.member_id, key, bundle.points)
        happening.effects.unpaid.append(unpaid)
    if bundle.coupon is not None:
        _give_coupon(happening, bundle.coupon, key)
    if bundle.badge is not None:
        origin_id = str(happening.activity.id)
        give_badge(happening, bundle.badge, origin="bundle", origin_id=origin_id)
    return entry


def _earn(happening: Happening, points: int, reason: str, *, kept: bool) -> Entry:
    return ledger.earn(
        happening.state.books,
        points,
        now=happening.now,
        expires_at=calendar.NEVER,
        confirms_at=None,
        cause=Cause(
            happening.activity.id,
            reason=reason,
            steps=(Step("bundle", None, Decimal(points)),),
        ),
        kept=kept,
    )


def _give_coupon(happening: Happening, coupon: str, key: str) -> None:
    """Its days begin with the record of the activity: who was away loses none of them."""
    template = happening.programme.coupons.get(coupon)
    if template is None or not happening.spent.coupons.take(template):
        return
    activity, zone = happening.activity, happening.programme.settings.zone
    expires_at = template.terms.expires_at(activity.received_at, zone)
    origin = Origin(CouponSource.BUNDLE, activity.id, key)
    happening.effects.coupons.append(Grant(activity.member_id, template, origin, expires_at))
