"""Check-ins as an app asks for them: today's, the month's, and a day put right by the shop."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import Forbidden, Invalid, Unauthenticated
from domain.members import Role
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from tests.gamification.streaks.conftest import StreakShop
from tests.support.clients import Clients

CHECK_IN = """mutation { checkIn {
  streak { key name current longest lastDay freezesLeft atRisk }
  entry { kind amount explanation { rule { key } activity { type } } }
  userErrors { code field message }
} }"""
STREAKS = "{ me { streaks { key current longest lastDay freezesLeft atRisk } } }"
CALENDAR = """query ($month: Date) { checkInCalendar(month: $month) {
  day checkedIn frozen points
} }"""
REPAIR = """mutation ($input: RepairStreakInput!) { repairStreak(input: $input) {
  streak { current } userErrors { code field message }
} }"""


async def repair(clients: Clients, day: date, *roles: Role) -> Any:  # noqa: ANN401
    member = encode_id(Kind.MEMBER, await clients.shop.member())
    said = {"memberId": member, "day": day.isoformat(), "reason": "停机"}
    return (await clients.ask(REPAIR, None, *roles, input=said))["repairStreak"]


async def test_a_member_checks_in_and_sees_what_it_earned(
    clients: Clients, shop: StreakShop
) -> None:
    await shop.rule("checkin", "5", trigger="day.checked_in")
    done = (await clients.ask(CHECK_IN, "C-1"))["checkIn"]
    assert done == {
        "streak": {
            "key": "check_in", "name": "Daily check-in", "current": 1, "longest": 1,
            "lastDay": (await shop.today()).isoformat(), "freezesLeft": 0, "atRisk": False,
        },
        "entry": {
            "kind": "EARN", "amount": 5,
            "explanation": {"rule": {"key": "checkin"}, "activity": {"type": "day.checked_in"}},
        },
        "userErrors": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "message"),
    [
        (Locale.ZH_CN, "您今天已经签到过了。"),
        (Locale.ZH_TW, "您今天已經簽到過了。"),
        (Locale.EN, "You have checked in today already."),
    ],
)
async def test_the_second_time_it_is_already_done(
    clients: Clients, locale: Locale, message: str
) -> None:
    await clients.ask(CHECK_IN, "C-1")
    again = (await clients.ask(CHECK_IN, "C-1", locale=locale))["checkIn"]
    error = {"code": "ALREADY_DONE", "field": None, "message": message}
    assert again == {"streak": None, "entry": None, "userErrors": [error]}


async def test_a_visitor_has_nothing_to_check_in(clients: Clients) -> None:
    assert await clients.raised(CHECK_IN, None) == [Unauthenticated]
    assert await clients.ask(CALENDAR, None) == {"checkInCalendar": None}


async def test_streaks_are_as_they_are_today(clients: Clients, shop: StreakShop) -> None:
    assert await clients.ask(STREAKS, "C-1") == {"me": {"streaks": []}}
    await shop.daily(2)
    last = (await shop.today()).isoformat()
    shown = {"key": "check_in", "longest": 2, "lastDay": last, "freezesLeft": 0}
    for current, at_risk in ((2, False), (2, True), (0, False)):
        seen = (await clients.ask(STREAKS, "C-1"))["me"]["streaks"]
        assert seen == [shown | {"current": current, "atRisk": at_risk}]
        await shop.let_pass(days=1)


async def test_streaks_are_for_the_member_and_the_shop(clients: Clients, shop: StreakShop) -> None:
    await shop.check_in()
    member = encode_id(Kind.MEMBER, await shop.member())
    query = "query ($id: ID!) { node(id: $id) { ... on Member { streaks { current } } } }"
    seen = [
        (await clients.ask(query, who, *roles, id=member))["node"]["streaks"]
        for who, roles in (("C-1", ()), (None, (Role.SERVICE,)), ("C-2", ()), (None, ()))
    ]
    assert seen == [[{"current": 1}], [{"current": 1}], None, None]


async def test_the_calendar_has_every_day_of_the_month(clients: Clients, shop: StreakShop) -> None:
    await shop.rule("checkin", "5", trigger="day.checked_in")
    await shop.check_in()
    today = await shop.today()
    days = (await clients.ask(CALENDAR, "C-1"))["checkInCalendar"]
    last = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    assert [date.fromisoformat(one["day"]).day for one in days] == [*range(1, last.day + 1)]
    assert [one for one in days if one["checkedIn"]] == [
        {"day": today.isoformat(), "checkedIn": True, "frozen": False, "points": 5}
    ]


async def test_the_calendar_marks_the_day_that_a_freeze_kept(
    clients: Clients, shop: StreakShop
) -> None:
    await shop.daily(7)
    await shop.let_pass(days=2)
    missed = (await shop.ago(1)).isoformat()
    days = (await clients.ask(CALENDAR, "C-1", month=missed))["checkInCalendar"]
    assert [one["day"] for one in days if one["frozen"]] == [missed]


async def test_the_shop_puts_a_day_right(clients: Clients, shop: StreakShop) -> None:
    await shop.daily(2)
    await shop.let_pass(days=2)
    done = await repair(clients, await shop.ago(1), Role.ADMIN)
    assert done == {"streak": {"current": 2}, "userErrors": []}


async def test_today_is_nothing_to_put_right_yet(clients: Clients, shop: StreakShop) -> None:
    await shop.check_in()
    done = await repair(clients, await shop.today(), Role.SERVICE)
    assert [(one["code"], one["field"]) for one in done["userErrors"]] == [("INVALID", ["day"])]


async def test_members_do_not_put_their_own_days_right(clients: Clients) -> None:
    said = {"memberId": "x", "day": "2026-01-01", "reason": "…"}
    assert await clients.raised(REPAIR, "C-1", input=said) == [Forbidden]


async def test_the_ladder_tells_what_the_next_days_earn(clients: Clients, shop: StreakShop) -> None:
    await shop.rule("ladder", "activity.attributes.streak * 2", trigger="day.checked_in")
    query = "query ($first: Int) { checkInLadder(first: $first) { day streak points } }"
    today = await shop.today()
    assert (await clients.ask(query, "C-1", first=2))["checkInLadder"] == [
        {"day": today.isoformat(), "streak": 1, "points": 2},
        {"day": (today + timedelta(days=1)).isoformat(), "streak": 2, "points": 4},
    ]
    assert await clients.ask(query, None) == {"checkInLadder": None}
    assert await clients.raised(query, "C-1", first=101) == [Invalid]
