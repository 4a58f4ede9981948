"""A paid membership: periods that are paid, a trial before them, a week when a payment is missed.

Nothing here waits for a job: when a membership is past due and when it ends is known beforehand,
so its state at any moment is read off. A job only writes down, and tells, what has come due.
Periods are days of the programme: a period of 30 days ends with the thirtieth day after the one
it began on, the next one ends so many days after the last, and the days of grace are counted in
the same way. Source: behaviour.md, "Membership".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import calendar
from domain.calendar import NEVER
from domain.errors import Ended, LimitReached
from domain.memberships.plans import LONGEST_PERIOD, Terms

STARTED: Final = "membership.started"
RENEWED: Final = "membership.renewed"
RENEWAL_ANNOUNCED: Final = "membership.renewal_announced"
PAYMENT_MISSED: Final = "membership.payment_missed"
CANCELLED: Final = "membership.cancelled"
ENDED: Final = "membership.ended"

GRACE_DAYS: Final = 7
"""Perks stay for so many days while a payment is missing. Source: behaviour.md."""

_TICK: Final = timedelta(microseconds=1)


class MembershipState(StrEnum):
    """Source: `MembershipState` of the contract."""

    TRIAL = "TRIAL"
    ACTIVE = "ACTIVE"
    PAST_DUE = "PAST_DUE"
    CANCELLED = "CANCELLED"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that became so at a moment, and that others are told by an activity.

    The rest is as it was then: by the time it is written, another period may have begun.
    """

    type: str
    at: datetime
    period: int
    trial: bool
    paid_until: datetime
    perks_until: datetime


@dataclass(slots=True)
class Membership:
    """One membership of one member, from its start to its end.

    `period` counts the periods from 1, `trial` says that the last one is the trial. `paid_until`
    is where that one ends, `perks_until` where the perks end if nothing more happens.
    `reminder_at` is when the renewal is announced, `NEVER` when it was or will not be. `missed`:
    the missed payment has been told of. `ended`: so has the end, and nothing changes any more.
    """

    id: UUID
    member_id: UUID
    plan_key: str
    started_at: datetime
    paid_until: datetime
    perks_until: datetime
    reminder_at: datetime
    period: int = 1
    trial: bool = False
    failed_at: datetime | None = None
    cancelled_at: datetime | None = None
    missed: bool = False
    ended: bool = False
    notices: list[Notice] = field(default_factory=list[Notice])

    def state_at(self, now: datetime) -> MembershipState:
        """Where it stands at `now`, whether a job has written it down or not."""
        if now >= self.perks_until:
            return MembershipState.ENDED
        if self.cancelled_at is not None:
            return MembershipState.CANCELLED
        if self.failed_at is not None or now >= self.paid_until:
            return MembershipState.PAST_DUE
        return MembershipState.TRIAL if self.trial else MembershipState.ACTIVE

    def renews_at(self, now: datetime) -> bool:
        """Whether another payment is expected."""
        return self.cancelled_at is None and now < self.perks_until

    @property
    def due_at(self) -> datetime:
        """When there is something to write down or to tell next."""
        if self.ended:
            return NEVER
        missing = NEVER if self._settled_with else self.paid_until
        return min(self.reminder_at, missing, self.perks_until)

    @property
    def _settled_with(self) -> bool:
        """Whether nobody is to be told that the period ended unpaid."""
        return self.missed or self.cancelled_at is not None


def start(
    id_: UUID,
    member_id: UUID,
    plan_key: str,
    terms: Terms,
    *,
    trial: bool,
    now: datetime,
    zone: ZoneInfo,
) -> Membership:
    """A membership that begins now: with its trial, or with the first paid period."""
    days = terms.trial_days if trial else terms.period_days
    paid_until = calendar.days_after(now, days, zone)
    membership = Membership(
        id=id_,
        member_id=member_id,
        plan_key=plan_key,
        started_at=now,
        paid_until=paid_until,
        perks_until=_after_last_day(paid_until, GRACE_DAYS, zone),
        reminder_at=_reminder(paid_until, days, terms, zone),
        trial=trial,
    )
    _note(membership, STARTED, now)
    return membership


def settle(membership: Membership, now: datetime) -> None:
    """Writes down, in the order in which it came due, what is so by `now`. Twice changes nothing.

    A reminder that comes too late is left out: the missed payment says more.
    """
    one = membership
    if one.ended:
        return
    if one.reminder_at <= now:
        if now < one.paid_until:
            _note(one, RENEWAL_ANNOUNCED, one.reminder_at)
        one.reminder_at = NEVER
    if one.cancelled_at is None and not one.missed and one.paid_until <= now:
        one.missed = True
        _note(one, PAYMENT_MISSED, one.paid_until)
    if one.perks_until <= now:
        one.ended = True
        _note(one, ENDED, one.perks_until)


def renew(membership: Membership, terms: Terms, *, now: datetime, zone: ZoneInfo) -> None:
    """Adds a paid period behind the last one; a settled membership.

    Whoever cancelled, and pays, goes on; what was missed is made good.

    Raises: Ended; LimitReached when it is paid for ten years ahead.
    """
    one = membership
    _check_runs(one)
    if one.paid_until > now + timedelta(days=LONGEST_PERIOD):
        raise LimitReached("membership.paid_ahead", field=("membershipId",))
    one.period += 1
    one.trial = False
    one.paid_until = _after_last_day(one.paid_until, terms.period_days, zone)
    one.perks_until = _after_last_day(one.paid_until, GRACE_DAYS, zone)
    one.reminder_at = _reminder(one.paid_until, terms.period_days, terms, zone)
    one.failed_at = one.cancelled_at = None
    one.missed = False
    _note(one, RENEWED, now)


def fail(membership: Membership, *, now: datetime, zone: ZoneInfo) -> None:
    """Says that the payment failed; a settled membership. Saying it again changes nothing.

    It is past due from now on, for the days of grace at most. That lengthens nothing: neither
    what was already past due, nor what was cancelled.

    Raises: Ended.
    """
    one = membership
    _check_runs(one)
    if one.failed_at is not None:
        return
    one.failed_at = now
    one.reminder_at = NEVER
    one.perks_until = min(one.perks_until, calendar.days_after(now, GRACE_DAYS, zone))
    if not one.missed and one.cancelled_at is None:
        _note(one, PAYMENT_MISSED, now)
    one.missed = True


def cancel(membership: Membership, *, now: datetime) -> None:
    """Ends it with the paid period; a settled membership. Doing it again changes nothing.

    What is not paid for any more ends at once.

    Raises: Ended.
    """
    one = membership
    _check_runs(one)
    if one.cancelled_at is not None:
        return
    one.cancelled_at = now
    one.reminder_at = NEVER
    one.perks_until = min(one.perks_until, max(one.paid_until, now))
    _note(one, CANCELLED, now)
    settle(one, now)


def _note(one: Membership, type_: str, at: datetime) -> None:
    one.notices.append(Notice(type_, at, one.period, one.trial, one.paid_until, one.perks_until))


def _check_runs(membership: Membership) -> None:
    if membership.ended:
        raise Ended("membership.ended", field=("membershipId",))


def _after_last_day(until: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end of the day that lies `days` after the last one before `until`."""
    return calendar.days_after(until - _TICK, days, zone)


def _reminder(paid_until: datetime, days: int, terms: Terms, zone: ZoneInfo) -> datetime:
    """The start of the day so many days before the end, in the period's second half at least."""
    before = min(terms.reminder_days, days // 2)
    if not before:
        return NEVER
    last = calendar.day_of(paid_until - _TICK, zone)
    return calendar.start_of(last - timedelta(days=before - 1), zone)
