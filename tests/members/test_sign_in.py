"""A code opens one session, five wrong ones burn it, and nobody learns who has an account."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Expired, Invalid, Refused, TooManyAttempts
from domain.members import AccountName
from infra import activity_log
from infra.database import Database
from infra.i18n import Locale
from members import store
from members.enrolment import enrol
from members.sessions import Sessions
from members.sign_in import SignedIn, SignIn, forget_old_codes
from members.tokens import Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANA = "ana@example.com"


@dataclass
class Letterbox:
    """Keeps the codes that were sent, newest last."""

    codes: list[str] = field(default_factory=list)

    async def send_code(self, account: AccountName, code: str, locale: Locale) -> None:
        assert (account.value, locale) == (ANA, Locale.EN)
        self.codes.append(code)


@dataclass
class Door:
    sign_in: SignIn
    letterbox: Letterbox

    async def ask(self, now: datetime = NOW) -> str:
        await self.sign_in.request_code(ANA, Locale.EN, now=now)
        return self.letterbox.codes[-1]

    async def enter(self, code: str, now: datetime = NOW) -> SignedIn:
        return await self.sign_in.sign_in("Ana@Example.com", code, now=now)

    async def outcome(self, code: str) -> type[SignedIn] | type[Refused]:
        try:
            await self.enter(code)
        except Refused as refusal:
            return type(refusal)
        return SignedIn


@pytest.fixture
def door(database: Database) -> Door:
    letterbox = Letterbox()
    sessions = Sessions(database, Tokens(database))
    return Door(SignIn(database, sessions, letterbox, secret=b"0" * 16), letterbox)


def other_than(code: str) -> str:
    return "000000" if code != "000000" else "111111"


async def test_a_right_code_makes_a_member(database: Database, door: Door) -> None:
    signed = await door.enter(await door.ask())
    assert signed.is_new
    profile = await store.by_ref(database, ANA.upper())
    assert profile is not None
    assert (profile.id, profile.customer_ref) == (signed.session.member_id, ANA)
    name = ("laurels", f"member.joined:{profile.id}")
    assert name in await activity_log.known(database, [name])


async def test_coming_back_is_the_same_member(door: Door) -> None:
    first = await door.enter(await door.ask())
    again = await door.enter(await door.ask())
    assert again.session.member_id == first.session.member_id
    assert not again.is_new


async def test_who_the_shop_knows_already_keeps_their_history(
    database: Database, door: Door
) -> None:
    async with database.transaction() as tx:
        [known] = await enrol(tx, [ANA], NOW)
    signed = await door.enter(await door.ask())
    assert (signed.session.member_id, signed.is_new) == (known.member_id, False)


async def test_the_joining_tells_who_invited(database: Database, door: Door) -> None:
    code = await door.ask()
    signed = await door.sign_in.sign_in(ANA, code, now=NOW, referral_code="K7Q2")
    name = ("laurels", f"member.joined:{signed.session.member_id}")
    activity, _ = (await activity_log.known(database, [name]))[name]
    assert activity.attributes == {"referralCode": "K7Q2"}


async def test_a_code_works_once(door: Door) -> None:
    code = await door.ask()
    await door.enter(code)
    with pytest.raises(Invalid) as refused:
        await door.enter(code)
    assert refused.value.field == ("code",)


async def test_only_the_newest_code_works(door: Door) -> None:
    old, new = await door.ask(), await door.ask()
    if old != new:
        assert await door.outcome(old) is Invalid
    assert await door.outcome(new) is SignedIn


async def test_of_two_who_enter_a_code_at_once_one_wins(database: Database, door: Door) -> None:
    code = await door.ask()
    outcomes = await asyncio.gather(door.outcome(code), door.outcome(code))
    assert sorted(one.__name__ for one in outcomes) == ["Invalid", "SignedIn"]
    assert await database.fetchval("SELECT count(*) FROM session") == 1


async def test_the_sixth_try_is_refused_even_when_right(door: Door) -> None:
    code = await door.ask()
    wrong = [await door.outcome(other_than(code)) for _ in range(5)]
    assert wrong == [Invalid] * 5
    assert await door.outcome(code) is TooManyAttempts
    assert await door.outcome(await door.ask()) is SignedIn


async def test_the_fifth_try_may_be_right(door: Door) -> None:
    code = await door.ask()
    for _ in range(4):
        await door.outcome(other_than(code))
    assert await door.outcome(code) is SignedIn


async def test_twenty_wrong_tries_at_once_are_five(database: Database, door: Door) -> None:
    code = await door.ask()
    outcomes = await asyncio.gather(*(door.outcome(other_than(code)) for _ in range(20)))
    assert outcomes.count(Invalid) == 5
    assert outcomes.count(TooManyAttempts) == 15
    assert await database.fetchval("SELECT tries FROM sign_in_code") == 5


async def test_a_code_lives_ten_minutes(door: Door) -> None:
    code = await door.ask()
    with pytest.raises(Expired):
        await door.enter(code, NOW + timedelta(minutes=10))
    assert (await door.enter(code, NOW + timedelta(minutes=10, seconds=-1))).is_new


async def test_strange_codes_are_wrong_codes(door: Door) -> None:
    await door.ask()
    assert [await door.outcome(code) for code in ("", "\0", "\ud800")] == [Invalid] * 3


async def test_nobody_learns_who_has_an_account(door: Door) -> None:
    await door.ask()
    with pytest.raises(Invalid) as known:
        await door.enter("wrong")
    with pytest.raises(Invalid) as unknown:
        await door.sign_in.sign_in("nobody@example.com", "wrong", now=NOW)
    assert (known.value.reason, known.value.field) == (unknown.value.reason, unknown.value.field)


def minutes(*, apart: int) -> Callable[[int], datetime]:
    return lambda number: NOW + timedelta(minutes=apart * number)


@pytest.mark.parametrize(
    ("apart", "allowed"), [(minutes(apart=0), 3), (minutes(apart=1), 10), (minutes(apart=30), 30)]
)
async def test_too_many_codes_are_refused(
    door: Door, apart: Callable[[int], datetime], allowed: int
) -> None:
    for number in range(allowed):
        await door.ask(apart(number))
    with pytest.raises(TooManyAttempts):
        await door.ask(apart(allowed))


async def test_codes_asked_for_at_once_obey_the_limit(door: Door) -> None:
    asked = await asyncio.gather(*(door.ask() for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(one, TooManyAttempts) for one in asked) == 7


async def test_a_right_code_forgives_what_was_asked_before(door: Door) -> None:
    for _ in range(10):
        assert await door.outcome(await door.ask()) is SignedIn


async def test_the_database_holds_no_code(database: Database, door: Door) -> None:
    code = await door.ask()
    row = await database.fetchrow("SELECT * FROM sign_in_code")
    assert code not in str(row)


async def test_old_codes_are_forgotten(database: Database, door: Door) -> None:
    await door.ask()
    await forget_old_codes(database, now=NOW + timedelta(days=1))
    assert await database.fetchval("SELECT count(*) FROM sign_in_code") == 1
    await forget_old_codes(database, now=NOW + timedelta(days=3))
    assert await database.fetchval("SELECT count(*) FROM sign_in_code") == 0
