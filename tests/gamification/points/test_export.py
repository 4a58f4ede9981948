"""Statements as spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from gamification.points import export, jobs
from infra.i18n import Catalogue, Locale
from tests.support.shop import Shop

SHANGHAI = ZoneInfo("Asia/Shanghai")


async def sheet(shop: Shop, locale: Locale = Locale.EN, *, staff: bool = False) -> list[list[str]]:
    def say(key: str, /, **params: object) -> str:
        return shop.platform.catalogue.say(key, locale, **params)

    member, now = await shop.member(), await shop.platform.clock.now()
    lines = partial(export.lines, shop.platform.database, member, now=now, zone=SHANGHAI, say=say)
    pieces = [piece async for piece in lines(for_staff=staff)]
    return list(csv.reader(io.StringIO("".join(pieces))))


async def test_a_sheet_tells_each_movement_newest_first(shop: Shop) -> None:
    await shop.rule("spend", "20", expires_after_days=5)
    await shop.tell(shop.paid("A-1", "1"))
    await shop.adjust(-8)
    heads, adjusted, earned = await sheet(shop)
    assert heads[:5] == ["Number", "Time", "Kind", "Description", "Points"]
    assert [adjusted[n] for n in (0, 2, 3, 4, 5, 6)] == [
        "2", "ADJUST", "Adjusted by staff: by hand", "-8", "", "12"
    ]  # fmt: skip
    assert [earned[n] for n in (0, 2, 3, 4, 8)] == ["1", "EARN", "Earned: spend", "20", "A-1"]


async def test_times_are_the_programmes(shop: Shop) -> None:
    await shop.join("C-1")
    entry = await shop.adjust(1)
    _, line = await sheet(shop)
    local = datetime.strptime(line[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    assert local == entry.created_at.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1"])
async def test_what_a_spreadsheet_would_compute_is_text(shop: Shop, text: str) -> None:
    await shop.rule("base", "1")
    await shop.tell(shop.paid(text.strip(), "1"))
    _, line = await sheet(shop)
    assert line[8] == f"'{text.strip()}"


async def test_what_came_due_is_in_the_sheet_before_a_job_booked_it(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=2, expires_after_days=5)
    await shop.tell(shop.paid("A-1", "1"))
    await shop.let_pass(days=6)
    seen = await sheet(shop)
    assert [line[2] for line in seen[1:]] == ["EXPIRE", "CONFIRM", "EARN"]
    await jobs.settle_due(shop.platform)
    assert await sheet(shop) == seen


async def test_a_pending_award_is_told_apart(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=2)
    await shop.tell(shop.paid("A-1", "1"))
    _, line = await sheet(shop)
    assert (line[4], line[5]) == ("", "20")


async def test_long_statements_come_in_pages_without_a_gap(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.join("C-1")
    for _ in range(7):
        await shop.adjust(1)
    monkeypatch.setattr(export, "_PAGE", 3)
    assert [line[0] for line in (await sheet(shop))[1:]] == [*"7654321"]


async def test_staff_see_who_made_a_correction(shop: Shop) -> None:
    await shop.join("C-1")
    await shop.adjust(1)
    heads, line = await sheet(shop, staff=True)
    assert (heads[-1], len(line)) == ("Made by", len(heads))
    assert (await sheet(shop))[0][-1] == "Order"


@pytest.mark.parametrize(
    ("locale", "head"), [(Locale.ZH_CN, "序号"), (Locale.ZH_TW, "序號"), (Locale.EN, "Number")]
)
async def test_a_sheet_is_in_the_language_asked_for(shop: Shop, locale: Locale, head: str) -> None:
    await shop.join("C-1")
    assert (await sheet(shop, locale))[0][0] == head


def test_every_kind_of_entry_has_its_sentence(catalogue: Catalogue) -> None:
    wanted = ["redeem_of", "redeem_order", "refund_of", "refund_order", "earn_pending"]
    assert all(catalogue.has(f"points.entry.{one}") for one in wanted)
