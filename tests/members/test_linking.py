"""A member who signed up gets the shop's number, or becomes who has it."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from domain.activity import Activity
from domain.errors import Conflict, Invalid, NotFound
from domain.members import AccountName, Role
from infra import activity_log
from infra.database import Database, Transaction
from infra.i18n import Locale
from infra.ids import new_id
from members import store
from members.enrolment import enrol, record_joining
from members.invariants import INVARIANTS
from members.linking import link_customer
from members.profile import ProfileChanges, update
from members.sessions import Session, Sessions
from members.sign_in import SignIn
from members.tokens import Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANA = "ana@example.com"


class Letterbox:
    code = ""

    async def send_code(self, account: AccountName, code: str, locale: Locale) -> None:
        assert (account.value, locale) == (ANA, Locale.EN)
        self.code = code


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database)


@pytest.fixture
async def ana(database: Database, tokens: Tokens) -> Session:
    """Signed up by e-mail."""
    letterbox = Letterbox()
    door = SignIn(database, Sessions(database, tokens), letterbox, secret=b"0" * 16)
    await door.request_code(ANA, Locale.EN, now=NOW)
    return (await door.sign_in(ANA, letterbox.code, now=NOW)).session


async def shop_knows(database: Database, ref: str) -> UUID:
    async with database.transaction() as tx:
        enrolled = await enrol(tx, [ref], NOW)
        await record_joining(tx, enrolled, NOW)
    return enrolled[0].member_id


async def link(
    database: Database, member_id: UUID, ref: str, owners: Collection[UUID] = ()
) -> UUID:
    async def hold(_tx: Transaction, ids: Sequence[UUID]) -> Collection[UUID]:
        assert ids == sorted(ids)
        return owners

    return await link_customer(database, member_id, ref, hold=hold, now=NOW)


async def violations(database: Database) -> list[str]:
    return [one.name for one in INVARIANTS if await database.fetch(one.violations)]


async def test_a_free_number_is_taken_and_the_account_still_reaches(
    database: Database, ana: Session
) -> None:
    assert await link(database, ana.member_id, "C-1") == ana.member_id
    assert await store.find_by_refs(database, ["C-1", ANA]) == dict.fromkeys(
        ["C-1", ANA], ana.member_id
    )
    assert await violations(database) == []


async def test_linking_again_changes_nothing(database: Database, ana: Session) -> None:
    for _ in range(2):
        assert await link(database, ana.member_id, "C-1") == ana.member_id


async def test_a_second_number_is_a_conflict(database: Database, ana: Session) -> None:
    await link(database, ana.member_id, "C-1")
    with pytest.raises(Conflict) as refused:
        await link(database, ana.member_id, "C-2")
    assert refused.value.field == ("memberId",)


async def test_a_number_with_a_member_draws_account_and_devices(
    database: Database, tokens: Tokens, ana: Session
) -> None:
    holder = await shop_knows(database, "C-1")
    assert await link(database, ana.member_id, "C-1") == holder
    assert await store.find_by_refs(database, [ANA]) == {ANA: holder}
    assert (await tokens.viewer(ana.access_token)).member_id == holder
    refreshed = await Sessions(database, tokens).refresh(ana.refresh_token)
    assert refreshed.member_id == holder
    assert await link(database, ana.member_id, "C-1") == holder
    assert await violations(database) == []


async def test_what_the_holder_lacks_comes_along(database: Database, ana: Session) -> None:
    changes = ProfileChanges(display_name="Ana", bio="茶", birthday=date(1990, 1, 1))
    await update(database, ana.member_id, changes, now=NOW)
    holder = await shop_knows(database, "C-1")
    await update(database, holder, ProfileChanges(bio="咖啡"), now=NOW)
    await link(database, ana.member_id, "C-1")
    profile = (await store.profiles(database, [holder]))[holder]
    assert (profile.display_name, profile.bio) == ("Ana", "咖啡")
    assert await violations(database) == []


@pytest.mark.parametrize("holder_has_one", [False, True])
async def test_a_picture_hangs_in_one_profile_afterwards(
    database: Database, ana: Session, *, holder_has_one: bool
) -> None:
    hers, his = new_id(), new_id() if holder_has_one else None
    holder = await shop_knows(database, "C-1")
    avatars = "UPDATE member SET avatar_image_id = $2 WHERE id = $1"
    await database.execute(avatars, ana.member_id, hers)
    await database.execute(avatars, holder, his)
    await link(database, ana.member_id, "C-1")
    found = await store.profiles(database, [holder, ana.member_id])
    shown = [found[one].avatar_image_id for one in (holder, ana.member_id)]
    assert shown == ([his, hers] if holder_has_one else [hers, None])


async def test_a_history_of_ones_own_is_a_conflict(database: Database, ana: Session) -> None:
    await shop_knows(database, "C-1")
    order = Activity(new_id(), ana.member_id, "order.paid", "shop", "O-1", NOW, NOW, {"total": "1"})
    await activity_log.record(database, [order], applied=False)
    with pytest.raises(Conflict) as refused:
        await link(database, ana.member_id, "C-1")
    assert refused.value.field == ("customerRef",)


async def test_what_one_owns_without_an_activity_is_a_conflict_too(
    database: Database, ana: Session
) -> None:
    holder = await shop_knows(database, "C-1")
    with pytest.raises(Conflict) as refused:
        await link(database, ana.member_id, "C-1", {ana.member_id})
    assert refused.value.field == ("customerRef",)
    assert await link(database, ana.member_id, "C-1", {holder}) == holder


async def test_what_a_merged_member_does_later_is_found_by_the_audit(
    database: Database, ana: Session
) -> None:
    await shop_knows(database, "C-1")
    await link(database, ana.member_id, "C-1")
    order = Activity(new_id(), ana.member_id, "order.paid", "shop", "O-1", NOW, NOW, {"total": "1"})
    await activity_log.record(database, [order], applied=False)
    assert await violations(database) == [
        "Who was merged into another member had done nothing but join"
    ]


async def test_staff_merge_into_nobody(database: Database, ana: Session) -> None:
    await shop_knows(database, "C-1")
    await store.add_role(database, [ana.member_id], Role.MODERATOR)
    with pytest.raises(Conflict):
        await link(database, ana.member_id, "C-1")


async def test_a_number_goes_to_one_of_two(database: Database, ana: Session) -> None:
    other = await shop_knows(database, "bob@example.com")
    await database.execute(
        "INSERT INTO account VALUES ('bob@example.com', 'EMAIL', $1, $2)", other, NOW
    )
    members = await asyncio.gather(
        link(database, ana.member_id, "C-1"), link(database, other, "C-1")
    )
    assert len(set(members)) == 1
    assert await violations(database) == []


async def test_unknown_members_and_blank_numbers_are_refused(
    database: Database, ana: Session
) -> None:
    with pytest.raises(NotFound):
        await link(database, uuid4(), "C-1")
    with pytest.raises(Invalid):
        await link(database, ana.member_id, " ")
