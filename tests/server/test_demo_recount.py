"""The demo shop's books against a recount of its orders that knows nothing of Laurels.

The demo is loaded by processes that are killed, one while it brings in the community and one in
the middle of the orders, and then by another: so the same numbers also show that a start goes on
where the last one was interrupted, and doubles nothing. Those who talk in the community have
points and orders from there too, and are left out.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest

from server.demo_community import read_script
from server.demo_plan import FOLDER
from server.engines import Engines
from tests.server.conftest import Clone
from tests.support.command import Command

ORDERS = Path(__file__).parent.parent.parent / "demo" / "music_store_orders.csv"
ROWS = 31_729
TALKING = [one.customer for one in read_script(FOLDER).people]
Books: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Recount:
    """What each customer must have, from the file alone."""

    points: dict[str, int]
    spent: dict[str, int]
    months: dict[tuple[str, str], Decimal]
    orders: dict[str, int]
    items: dict[str, int]
    days: dict[str, set[date]]

    @property
    def best_months(self) -> dict[str, Decimal]:
        """The most that each customer spent in a month."""
        best: defaultdict[str, Decimal] = defaultdict(Decimal)
        for (customer, _), amount in self.months.items():
            best[customer] = max(best[customer], amount)
        return best

    @property
    def runs(self) -> dict[str, int]:
        """The most days in a row on which each customer bought."""
        found: dict[str, int] = {}
        for customer, days in self.days.items():
            for day in days:
                length = 1
                while day + timedelta(days=length) in days:
                    length += 1
                found[customer] = max(found.get(customer, 0), length)
        return found


@pytest.fixture(scope="module")
def recount() -> Recount:
    """A point a whole dollar, 100 for the first order, 20 for orders of 50 dollars and more, 5 an
    item for three items and more but 50 a day at most, and 50 for joining.
    """
    points: Counter[str] = Counter()
    spent: defaultdict[str, Decimal] = defaultdict(Decimal)
    orders: Counter[str] = Counter()
    of_the_day: Counter[tuple[str, str]] = Counter()
    bought: Counter[str] = Counter()
    months: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    days: defaultdict[str, set[date]] = defaultdict(set)
    with ORDERS.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["customer_id"] in TALKING:
                continue
            customer, amount, items = row["customer_id"], row["amount_usd"], int(row["items"])
            if customer not in orders:
                points[customer] = 50 + 100
            points[customer] += int(Decimal(amount)) + (20 if Decimal(amount) >= 50 else 0)
            if items >= 3:
                room = 50 - of_the_day[customer, row["date"]]
                points[customer] += min(5 * items, room)
                of_the_day[customer, row["date"]] += min(5 * items, room)
            spent[customer] += Decimal(amount)
            orders[customer] += 1
            bought[customer] += items
            months[customer, row["date"][:7]] += Decimal(amount)
            days[customer].add(date.fromisoformat(row["date"]))
    whole = {customer: int(amount) for customer, amount in spent.items() if amount >= 1}
    return Recount(dict(points), whole, months, dict(orders), dict(bought), days)


@pytest.fixture(scope="module")
async def engines(clone: Clone) -> Engines:
    return await clone("demo")


@pytest.fixture(scope="module")
def loaded(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A deployment whose first starts were killed, and whose third was not."""
    command = Command(
        {
            "LAURELS_HOME": str(tmp_path_factory.mktemp("demo")),
            "DATABASE_URL": engines.database_url,
            "REDIS_URL": engines.redis_url,
        }
    )
    for title in ("Bringing in the community", "Importing orders"):
        with command.start("prepare") as interrupted:
            assert interrupted.stdout is not None
            assert any(is_in_the_middle(line, title) for line in interrupted.stdout)
            interrupted.kill()
    done = command("prepare")
    assert done.returncode == 0, done.stderr
    return command


def is_in_the_middle(line: str, title: str) -> bool:
    """Whether a line of progress under this title tells of a part of it."""
    _, _, done = line.partition(f"{title}: ")
    return bool(done) and 0 < int(done.split("/")[0]) < int(done.split("/")[1])


@pytest.fixture
async def books(loaded: Command) -> AsyncIterator[Books]:
    connection = await asyncpg.connect(loaded.settings["DATABASE_URL"])
    yield connection
    await connection.close()


async def test_every_customer_has_the_points_of_the_recount(books: Books, recount: Recount) -> None:
    rows = await books.fetch(
        "SELECT m.customer_ref, s.available FROM member_state s JOIN member m ON m.id = s.member_id"
        " WHERE m.customer_ref <> ALL($1)",
        TALKING,
    )
    assert dict(map(tuple, rows)) == recount.points


async def test_the_books_say_the_same_entry_by_entry(books: Books, recount: Recount) -> None:
    moved = await books.fetchval(
        "SELECT sum(e.available) FROM points_entry e JOIN member m ON m.id = e.member_id"
        " WHERE m.customer_ref <> ALL($1)",
        TALKING,
    )
    assert moved == sum(recount.points.values())


@pytest.mark.parametrize(("board", "counted"), [("spend", "spent"), ("orders", "orders")])
async def test_the_boards_show_what_the_recount_gives(
    books: Books, recount: Recount, board: str, counted: str
) -> None:
    rows = await books.fetch(
        "SELECT m.customer_ref, s.score FROM standing s JOIN member m ON m.id = s.member_id"
        " JOIN leaderboard l ON l.id = s.board_id WHERE l.key = $1 AND s.score > 0"
        "   AND m.customer_ref <> ALL($2)",
        board,
        TALKING,
    )
    assert dict(map(tuple, rows)) == getattr(recount, counted)


@pytest.mark.parametrize(
    ("badge", "counted", "thresholds"),
    [
        ("collector", "items", (10, 50, 200)),
        ("regular", "orders", (3, 10, 30)),
        ("big-month", "best_months", (200, 500)),
        ("back-to-back", "runs", (2, 3)),
    ],
)
async def test_the_badges_are_held_as_the_recount_gives(
    books: Books, recount: Recount, badge: str, counted: str, thresholds: tuple[int, ...]
) -> None:
    rows = await books.fetch(
        "SELECT m.customer_ref, a.level FROM badge_award a JOIN member m ON m.id = a.member_id"
        " JOIN badge b ON b.id = a.badge_id WHERE b.key = $1 AND a.level > 0"
        "   AND m.customer_ref <> ALL($2)",
        badge,
        TALKING,
    )
    values: dict[str, int | Decimal] = getattr(recount, counted)
    levels = {one: sum(value >= least for least in thresholds) for one, value in values.items()}
    assert dict(map(tuple, rows)) == {one: level for one, level in levels.items() if level}


async def test_every_row_is_one_order(books: Books) -> None:
    imported = "SELECT count(*) FROM activity WHERE type = 'order.paid' AND source = 'import'"
    assert await books.fetchval(imported) == ROWS
    bought = sum(bool(one.skus) and one.bought for one in read_script(FOLDER).pieces)
    assert await books.fetchval("SELECT count(*) FROM shop_order") == ROWS + bought


async def test_the_next_start_touches_nothing(books: Books, loaded: Command) -> None:
    await books.execute("UPDATE programme SET name = 'Ours'")
    assert loaded("prepare").stderr == ""
    assert await books.fetchval("SELECT name FROM programme") == "Ours"
    assert await books.fetchval("SELECT count(*) FROM earn_rule WHERE version > 1") == 0


def test_every_invariant_holds(loaded: Command) -> None:
    done = loaded("verify")
    assert done.returncode == 0, done.stdout


async def test_a_shop_that_is_in_use_gets_no_demo(clone: Clone, tmp_path: Path) -> None:
    engines = await clone("in_use")
    command = Command(
        {
            "LAURELS_HOME": str(tmp_path),
            "DATABASE_URL": engines.database_url,
            "REDIS_URL": engines.redis_url,
        }
    )
    command("token", "--customer", "C-1")
    assert command("prepare").returncode == 0
    connection = await asyncpg.connect(engines.database_url)
    assert await connection.fetchval("SELECT count(*) FROM earn_rule") == 0
    await connection.close()
