"""Topics in the database, and how many published posts each has. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.posts.writing import topic_key
from infra.database import Sql, columns
from infra.ids import new_id


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic as it was first written, and how many published posts name it."""

    id: UUID
    name: str
    post_count: int


async def ids_of(tx: Sql, names: Sequence[str]) -> list[UUID]:
    """The topic of each name, made where there is none yet. Names are of different topics."""
    new = sorted((topic_key(name), name, new_id()) for name in names)
    await tx.execute(
        "INSERT INTO topic (key, name, id) SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])"
        " ON CONFLICT (key) DO NOTHING",
        *columns(new, 3),
    )
    rows = await tx.fetch("SELECT key, id FROM topic WHERE key = ANY($1)", [one[0] for one in new])
    found = {row["key"]: row["id"] for row in rows}
    return [found[topic_key(name)] for name in names]


async def put(tx: Sql, post_id: UUID, topic_ids: Sequence[UUID], *, counted: bool) -> None:
    """Makes these the topics of a held post; `counted` is whether it is published."""
    removed = await tx.fetch(
        "DELETE FROM post_topic WHERE post_id = $1 RETURNING topic_id", post_id
    )
    await tx.execute(
        "INSERT INTO post_topic (post_id, position, topic_id, published_at)"
        " SELECT $1, n - 1, t.id, p.published_at FROM unnest($2::uuid[]) WITH ORDINALITY t (id, n)"
        " LEFT JOIN post p ON p.id = $1 AND p.state = 'PUBLISHED'",
        post_id,
        topic_ids,
    )
    if counted:
        before = {row["topic_id"] for row in removed}
        changes = dict.fromkeys(set(topic_ids) - before, 1)
        await _count(tx, changes | dict.fromkeys(before - set(topic_ids), -1))


async def count(tx: Sql, added: Mapping[UUID, int]) -> None:
    """Counts so many posts more, or fewer, in each of these topics."""
    await _count(tx, {one: number for one, number in added.items() if number})


async def _count(tx: Sql, changes: dict[UUID, int]) -> None:
    """Rows are locked in the order of their ids."""
    if changes:
        await tx.execute(
            "WITH changed AS (SELECT c.* FROM unnest($1::uuid[], $2::integer[]) c (id, added)"
            "   JOIN topic t USING (id) ORDER BY t.id FOR UPDATE OF t)"
            " UPDATE topic t SET post_count = t.post_count + c.added FROM changed c"
            " WHERE t.id = c.id",
            *columns(sorted(changes.items()), 2),
        )


async def names_of(sql: Sql, post_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The topics of each post, in their order; posts without any are left out."""
    rows = await sql.fetch(
        "SELECT pt.post_id, t.name FROM post_topic pt JOIN topic t ON t.id = pt.topic_id"
        " WHERE pt.post_id = ANY($1) ORDER BY pt.post_id, pt.position",
        list(post_ids),
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row["post_id"], []).append(row["name"])
    return found


async def popular(sql: Sql, limit: int) -> list[TopicRow]:
    """Topics with the most published posts, of equal ones the newer first."""
    rows = await sql.fetch(
        "SELECT id, name, post_count FROM topic WHERE post_count > 0"
        " ORDER BY post_count DESC, id DESC LIMIT $1",
        limit,
    )
    return [TopicRow(row["id"], row["name"], row["post_count"]) for row in rows]


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, TopicRow]:
    """The topics with these ids."""
    rows = await sql.fetch("SELECT id, name, post_count FROM topic WHERE id = ANY($1)", list(ids))
    return {row["id"]: TopicRow(row["id"], row["name"], row["post_count"]) for row in rows}
