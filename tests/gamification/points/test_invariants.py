"""Each invariant notices when the books are broken by hand; books that were kept break none."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import pytest

from gamification.engine.consumer import Consumer
from gamification.engine.invariants import INVARIANTS as ENGINE
from gamification.points import holds
from gamification.points.holds import HoldDraft
from gamification.points.invariants import INVARIANTS as POINTS
from infra.ids import new_id
from tests.support.shop import Shop, broken, happened

# By the name of the invariant: what is done to the tables behind everybody's back.
VANDALISM: Final = {
    "Every entry balances": "ALTER TABLE points_entry DROP CONSTRAINT points_entry_balances;"
    " UPDATE points_entry SET programme = programme + 1 WHERE number = 1",
    "A member's entries are numbered 1, 2, 3 without a gap": (
        "UPDATE points_entry SET number = number + 1000 WHERE kind = 'CLAWBACK'"
    ),
    "Each entry tells the balance after it": (
        "UPDATE points_entry SET available_after = available_after + 1 WHERE number = 2"
    ),
    "Every earning names an activity of its member, and a rule of that type or a bundle": (
        "UPDATE points_entry SET activity_id = uuidv7() WHERE number = 1"
    ),
    "An activity earns once by each rule": (
        "CREATE TEMP TABLE again ON COMMIT DROP AS SELECT * FROM points_entry WHERE number = 1;"
        " UPDATE again SET number = 999; INSERT INTO points_entry SELECT * FROM again"
    ),
    "Where a member stands is the sum of their entries": (
        "UPDATE member_state SET lifetime_earned = lifetime_earned + 1"
    ),
    "What is available lies in lots, and whoever is in debt has none": (
        "UPDATE member_state SET available = available - 1"
    ),
    "Each lot holds what entries put into it and took out": (
        "UPDATE points_lot SET expires_at = expires_at - interval '1 day'"
    ),
    "Nothing comes due before the member's state says so": (
        "UPDATE member_state SET next_due = '9999-12-31'"
    ),
    "What was spent, held or expired is told lot by lot": (
        "UPDATE points_entry SET lots = '[]' WHERE kind = 'HOLD'"
    ),
    "What comes back is what went out": (
        "UPDATE points_entry SET available = available + 1, held = held - 1 WHERE kind = 'RELEASE'"
    ),
    "No lot gets back more than was taken from it": (
        "UPDATE points_entry SET lots = jsonb_set(lots, '{0,1}', '999') WHERE kind = 'RELEASE'"
    ),
    "What paid for an order comes back in the proportion in which the order did": (
        "UPDATE points_hold SET given_back = given_back - 1 WHERE given_back > 0"
    ),
    "What is held is in open holds": "UPDATE member_state SET held = held + 1",
    "Every hold has its entry, and every such entry its hold": (
        "DELETE FROM points_hold WHERE state = 'RELEASED'"
    ),
    "A hold is open until it is released, and spent only where it was captured": (
        "UPDATE points_hold SET state = 'CAPTURED' WHERE state = 'RELEASED'"
    ),
    "Who was merged into another has no points but those that activities gave": (
        "UPDATE member SET merged_into = uuidv7(), customer_ref = NULL"
    ),
    "Every correction by staff says who made it and why": (
        "UPDATE points_entry SET actor_id = NULL WHERE kind = 'ADJUST'"
    ),
    "An award is as large as its entry": "UPDATE points_award SET points = points + 1",
    "Awards are taken back by exactly what clawbacks say": (
        "UPDATE points_award SET taken_back = 1 WHERE taken_back > 1"
    ),
    "A refund takes back no more than its share of what was earned": (
        "UPDATE points_award SET taken_back = points"
    ),
    "An order names every entry that was awarded for it": (
        "UPDATE shop_order SET first_award = last_award + 1, last_award = last_award + 1"
    ),
    "Pending points are those of awards that are not confirmed": (
        "UPDATE points_award SET confirmed = true"
    ),
    "What went back of an order is the sum of its refunds, never more than its total": (
        "UPDATE shop_order SET refunds = '{}' WHERE refunded > 0"
    ),
    "An order is closed when all of it went back": "UPDATE shop_order SET closed = true",
    "A member's order count is the number of orders that stand": (
        "UPDATE member_state SET order_count = order_count + 1"
    ),
    "Every order was opened by the activity that paid it": (
        "UPDATE shop_order SET activity_id = uuidv7()"
    ),
    "What a rule has spent is the sum of what it gave": (
        "UPDATE earn_rule_spent SET spent = spent + 1"
    ),
    "No rule that always had a budget gives more than the largest": (
        "UPDATE earn_rule_spent SET spent = 10000000"
    ),
    "No rule gives a member more in a day than its largest cap": (
        "UPDATE earn_rule_day SET points = 1000000"
    ),
    "What counts against a cap was earned by its rule": (
        "UPDATE earn_rule_day SET points = points + 1"
    ),
    "No activity is applied twice": "INSERT INTO activity_application"
    " SELECT id, 999999, now() FROM activity WHERE applied_order IS NOT NULL LIMIT 1",
    "What nobody applied waits beyond the cursor of its partition": (
        "DELETE FROM activity_application"
    ),
    "Cursors and waiting activities count this database's own transactions": (
        "UPDATE activity_partition SET cursor_xid = '9000000000'"
    ),
    "A place in the order of application is given once": (
        "UPDATE activity SET applied_order = 1 WHERE applied_order IS NOT NULL"
    ),
    "An activity goes through the partition of its member": (
        "UPDATE activity SET partition = (partition + 1) % 16"
    ),
    "The log has its sixteen partitions": "DELETE FROM activity_partition WHERE partition = 7",
    "Every activity is about a member": "UPDATE activity SET member_id = uuidv7()",
    "Only Laurels derives activities": "UPDATE activity SET depth = 1 WHERE source = 'shop'",
    "Nothing was received long before it happened": (
        "UPDATE activity SET received_at = occurred_at - interval '1 day'"
    ),
    "Every order that was paid is known": "DELETE FROM shop_order",
    "A standing belongs to a season on record": (
        "INSERT INTO standing (member_id, board_id, season_starts_at, value, reached_at, version)"
        " VALUES (uuidv7(), uuidv7(), now(), 1, now(), 1)"
    ),
    "An idempotency key keeps what the first call answered": (
        "UPDATE idempotency SET result = NULL"
    ),
}


@pytest.fixture
async def busy(shop: Shop) -> Shop:
    """A shop in which some of everything happened."""
    await shop.rule("spend", "activity.attributes.total", budget=10**6, expires_after_days=90)
    await shop.rule("thanks", "40", pending_days=7, cap_per_member_per_day=50)
    await shop.rule("post", "3", trigger="post.published")
    orders = [shop.paid(f"A-{n}", "100") for n in range(3)]
    await shop.tell(*orders, shop.refunded("A-0", "R-1", "30"))
    await shop.adjust(-20)
    for end in (None, holds.capture, holds.release):
        await hold_and(shop, end)
    await shop.tell(shop.refunded("A-1", "R-2", "60"))  # of an order that points paid for in part
    await shop.record(happened(await shop.member(), "p-1"))
    consumer = Consumer(shop.platform, shop.programmes)
    await consumer.renew()
    # A post that waited, and that its author joined; other tests' transactions hold the horizon.
    while await shop.count("activity_application") < 2:
        await consumer.run_once()
    await consumer.stop()
    return shop


async def hold_and(shop: Shop, end: Any) -> None:  # noqa: ANN401 - capture, release or nothing
    """A hold of 5 points, and how it ends."""
    to, till = (shop.platform, shop.programmes), UUID(int=7)
    member = await shop.member()
    made = await holds.hold(*to, HoldDraft(member, 5, "A-1"), actor_id=till, key=str(new_id()))
    if end is not None:
        await end(*to, member_id=member, number=made.hold.entry_number, actor_id=till)


async def test_books_that_were_kept_break_nothing(busy: Shop) -> None:
    assert await broken(busy.platform.database) == {}


def test_every_invariant_has_its_vandal() -> None:
    judged = [one.name for one in (*POINTS, *ENGINE)]
    assert set(VANDALISM) == set(judged)
    assert len(judged) == len(VANDALISM)


@pytest.mark.parametrize("name", VANDALISM)
async def test_a_broken_invariant_is_noticed(busy: Shop, name: str) -> None:
    async with busy.platform.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute("SAVEPOINT whole")
        await tx.execute(VANDALISM[name])
        assert name in await broken(tx)
        await tx.execute("ROLLBACK TO SAVEPOINT whole")
