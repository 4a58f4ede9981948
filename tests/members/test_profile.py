"""Members say who they are."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from domain.errors import Invalid, NotFound
from infra.database import Database
from members import store
from members.enrolment import enrol
from members.profile import ProfileChanges, update

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BORN = date(1990, 2, 28)


@pytest.fixture
async def member_id(database: Database) -> UUID:
    async with database.transaction() as tx:
        [one] = await enrol(tx, ["C-1"], NOW)
    return one.member_id


async def completions(database: Database) -> int:
    count: int = await database.fetchval(
        "SELECT count(*) FROM activity WHERE type = 'profile.completed'"
    )
    return count


async def test_what_is_mentioned_changes_and_the_rest_stays(
    database: Database, member_id: UUID
) -> None:
    await update(database, member_id, ProfileChanges(bio="茶", locale="zh-TW"), now=NOW)
    await update(database, member_id, ProfileChanges(display_name=" 小王 ", bio=None), now=NOW)
    profile = (await store.profiles(database, [member_id]))[member_id]
    assert (profile.display_name, profile.bio, profile.locale) == (" 小王 ", None, "zh-TW")


async def test_a_name_taken_back_is_the_handle(database: Database, member_id: UUID) -> None:
    await update(database, member_id, ProfileChanges(display_name="小王"), now=NOW)
    await update(database, member_id, ProfileChanges(display_name=None), now=NOW)
    profile = (await store.profiles(database, [member_id]))[member_id]
    assert profile.display_name == profile.handle


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (ProfileChanges(display_name=""), "displayName"),
        (ProfileChanges(display_name="王" * 31), "displayName"),
        (ProfileChanges(display_name="a\0"), "displayName"),
        (ProfileChanges(bio="x" * 201), "bio"),
        (ProfileChanges(locale="fr"), "locale"),
        (ProfileChanges(birthday=date(2026, 3, 2)), "birthday"),
    ],
)
async def test_refusals_name_the_field(
    database: Database, member_id: UUID, changes: ProfileChanges, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await update(database, member_id, changes, now=NOW)
    assert refused.value.field == (field,)


async def test_a_profile_is_completed_once(database: Database, member_id: UUID) -> None:
    await update(database, member_id, ProfileChanges(birthday=BORN), now=NOW)
    assert await completions(database) == 0
    for name in ("小王", "老王"):
        await update(database, member_id, ProfileChanges(display_name=name), now=NOW)
        assert await completions(database) == 1


async def test_a_profile_taken_back_is_not_completed_again(
    database: Database, member_id: UUID
) -> None:
    complete = ProfileChanges(display_name="小王", birthday=BORN)
    for changes in (complete, ProfileChanges(birthday=None), complete):
        await update(database, member_id, changes, now=NOW)
    assert await completions(database) == 1


async def test_nobody_has_no_profile(database: Database) -> None:
    with pytest.raises(NotFound):
        await update(database, uuid4(), ProfileChanges(bio="x"), now=NOW)
