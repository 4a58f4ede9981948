"""What always holds of the activity log: everything is applied once, in order, for somebody."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

# ruff: noqa: S608 - the statements are put together from words of this file
_WAITS: Final = (
    "a.applied_order IS NULL"
    " AND NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id)"
)

INVARIANTS: Final = (
    Invariant(
        "No activity is applied twice",
        "SELECT a.id FROM activity a JOIN activity_application x ON x.activity_id = a.id"
        " WHERE a.applied_order IS NOT NULL",
    ),
    Invariant(
        "What nobody applied waits beyond the cursor of its partition",
        "SELECT a.id FROM activity a JOIN activity_partition p USING (partition)"
        f" WHERE {_WAITS} AND (a.xid, a.sequence) <= (p.cursor_xid, p.cursor_seq)",
    ),
    Invariant(
        "Cursors and waiting activities count this database's own transactions",
        "SELECT p.partition::text FROM activity_partition p"
        " WHERE p.cursor_xid >= pg_snapshot_xmax(pg_current_snapshot())"
        " UNION ALL SELECT a.id::text FROM activity a"
        f" WHERE {_WAITS} AND a.xid >= pg_snapshot_xmax(pg_current_snapshot())",
    ),
    Invariant(
        "A place in the order of application is given once",
        "SELECT applied_order FROM (SELECT applied_order FROM activity"
        "   WHERE applied_order IS NOT NULL"
        "   UNION ALL SELECT applied_order FROM activity_application) a"
        " GROUP BY applied_order HAVING count(*) > 1",
    ),
    Invariant(
        "An activity goes through the partition of its member",
        "SELECT id FROM activity WHERE partition <> get_byte(uuid_send(member_id), 15) % 16",
    ),
    Invariant(
        "The log has its sixteen partitions",
        "SELECT n FROM generate_series(0, 15) n"
        " FULL JOIN activity_partition p ON p.partition = n WHERE n IS NULL OR p IS NULL",
    ),
    Invariant(
        "Every activity is about a member",
        "SELECT a.id FROM activity a LEFT JOIN member m ON m.id = a.member_id WHERE m.id IS NULL",
    ),
    Invariant(
        "Only Laurels derives activities",
        "SELECT id FROM activity WHERE depth > 0 AND source <> 'laurels'",
    ),
    Invariant(
        "Nothing was received long before it happened",
        "SELECT id FROM activity WHERE occurred_at > received_at + interval '5 minutes'",
    ),
    Invariant(
        "Every order that was paid is known",
        "SELECT a.id FROM activity a LEFT JOIN shop_order o ON o.member_id = a.member_id"
        "   AND o.ref = coalesce(a.attributes ->> 'orderRef', a.external_id)"
        f" WHERE a.type = 'order.paid' AND NOT ({_WAITS}) AND o.ref IS NULL",
    ),
    Invariant(
        "A standing belongs to a season on record",
        "SELECT s.member_id, s.board_id FROM standing s LEFT JOIN leaderboard_season l"
        "   ON l.leaderboard_id = s.board_id AND l.starts_at = s.season_starts_at"
        " WHERE l.leaderboard_id IS NULL",
    ),
    Invariant(
        "An idempotency key keeps what the first call answered",
        "SELECT actor_id, verb, key FROM idempotency WHERE result IS NULL",
    ),
)
