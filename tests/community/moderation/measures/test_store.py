"""What statements count is what a plain model counts over the same decisions."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from community.moderation.measures import store
from community.moderation.measures.store import Decided, Rated
from domain.moderation.deciding import AGAINST
from domain.moderation.measures import Share
from domain.moderation.subjects import Action
from infra.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Made:
    """A decision as far as it is measured."""

    id: UUID
    moderator_id: UUID
    action: Action
    decided_at: datetime
    waited: int
    rating: int | None
    reversal: str | None
    overrules_id: UUID | None
    second_of: UUID | None

    @property
    def counts(self) -> bool:
        return self.reversal != "UNDONE" and self.decided_at > NOW - MONTH

    @property
    def against(self) -> bool:
        return self.action in AGAINST


def drawn(chance: random.Random, number: int) -> list[Made]:
    """Decisions of two months by three moderators."""
    made: list[Made] = []
    for _ in range(number):
        earlier = [one for one in made if one.overrules_id is None]
        made.append(
            Made(
                id=UUID(int=chance.getrandbits(128)),
                moderator_id=UUID(int=chance.randint(1, 3)),
                action=chance.choice(list(Action)),
                decided_at=NOW - chance.random() * 2 * MONTH,
                waited=int(10 ** (chance.random() * 6)),
                rating=chance.choice([None, 1, 2, 3, 4, 5]),
                reversal=chance.choice([None, None, None, "UNDONE", "OVERTURNED"]),
                overrules_id=chance.choice(earlier).id
                if earlier and chance.random() < 0.2
                else None,
                second_of=chance.choice(earlier).id if earlier and chance.random() < 0.3 else None,
            )
        )
    return made


async def write(database: Database, made: Sequence[Made]) -> None:
    """Past everything that a decision otherwise has to do with."""
    async with database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        for one in made:
            await tx.execute(
                "INSERT INTO decision (id, item_id, subject_kind, subject_id, author_id,"
                "   moderator_id, action, policy_id, policy_version, decided_at, tell_at, waited,"
                "   rating, reversal, reversed_at, reversed_by, overrules_id, overruled_by,"
                "   second_of)"
                " VALUES ($1, $1, 'POST', $1, $9, $2, $3, $1, 1, $4, $4, $5, $6, $7::text,"
                "   CASE WHEN $7::text IS NOT NULL THEN $4::timestamptz END,"
                "   CASE WHEN $7::text IS NOT NULL THEN $2::uuid END, $8::uuid,"
                "   CASE WHEN $8::uuid IS NOT NULL THEN $9::uuid END, $10)",
                one.id, one.moderator_id, one.action, one.decided_at, one.waited, one.rating,
                one.reversal, one.overrules_id, UUID(int=99), one.second_of,
            )  # fmt: skip


def within(waited: Sequence[int], share: float) -> int:
    """The least time within which this share of them were taken."""
    return sorted(waited)[math.ceil(share * len(waited)) - 1] if waited else 0


def decided(made: Sequence[Made]) -> Decided:
    waited = [one.waited for one in made]
    answers = [one for one in made if one.overrules_id is not None]
    return Decided(
        decided=len(made),
        overturned=sum(one.reversal == "OVERTURNED" for one in made),
        answers=len(answers),
        overturning=sum(one.action is Action.RESTORE for one in answers),
        median=within(waited, 0.5),
        p90=within(waited, 0.9),
    )


@pytest.mark.parametrize(("seed", "number"), [(1, 0), (2, 1), (3, 7), (4, 60), (5, 200)])
async def test_statements_count_what_a_model_counts(
    database: Database, seed: int, number: int
) -> None:
    made = drawn(random.Random(seed), number)  # noqa: S311 - a test
    await write(database, made)
    counted = [one for one in made if one.counts]
    everybody, each = await store.decided(database, NOW - MONTH)
    assert everybody == decided(counted)
    moderators = {one.moderator_id for one in counted}
    assert dict(each) == {
        key: decided([one for one in counted if one.moderator_id == key]) for key in moderators
    }
    first = [one for one in counted if one.overrules_id is None]
    assert await store.rated(database, NOW - MONTH) == {
        stars: Rated(
            Share(sum(one.against for one in found), len(found)),
            within([one.waited for one in found], 0.5),
        )
        for stars in range(1, 6)
        if (found := [one for one in first if one.rating == stars])
    }
    by_id = {one.id: one for one in made}
    pairs = [
        (one, by_id[one.second_of])
        for one in counted
        if one.second_of is not None and by_id[one.second_of].reversal != "UNDONE"
    ]
    agreed = sum(one.against == other.against for one, other in pairs)
    assert await store.looked_again(database, NOW - MONTH) == Share(agreed, len(pairs))
    since = NOW - timedelta(days=1)
    today = [one for one in counted if one.decided_at >= since]
    assert await store.count_since(database, since) == len(today)
