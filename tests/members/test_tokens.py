"""A token is good for what it says, as long as it says, and nothing else is."""

import asyncio
import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey

from domain.errors import Unauthenticated
from domain.members import Role
from infra.database import Database
from members import session_store, store
from members.enrolment import enrol
from members.jose import peek
from members.tokens import Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Watch:
    """Real time, set by the test."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def tokens(database: Database, watch: Watch) -> Tokens:
    return Tokens(database, now=watch)


async def member(database: Database) -> UUID:
    async with database.transaction() as tx:
        [one] = await enrol(tx, ["C-1"], NOW)
        return one.member_id


async def refused(tokens: Tokens, token: str) -> bool:
    try:
        await tokens.verify(token)
    except Unauthenticated:
        return True
    return False


async def test_a_token_names_member_session_and_roles(tokens: Tokens) -> None:
    member_id, session_id = uuid4(), uuid4()
    issued = await tokens.issue(member_id, {Role.SHOPPER, Role.ADMIN}, session_id=session_id)
    viewer = await tokens.verify(issued.text)
    assert (viewer.member_id, viewer.session_id) == (member_id, session_id)
    assert viewer.roles == {Role.SHOPPER, Role.ADMIN}
    assert viewer.expires_at == issued.expires_at == NOW + timedelta(minutes=15)


async def test_a_token_ends(tokens: Tokens, watch: Watch) -> None:
    token = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    watch.time += timedelta(minutes=15, seconds=-1)
    assert not await refused(tokens, token)
    watch.time += timedelta(seconds=2)
    assert await refused(tokens, token)


async def test_another_process_verifies_at_once(database: Database, tokens: Tokens) -> None:
    other = Tokens(database, now=Watch())
    await other.issue(uuid4(), [Role.SHOPPER], session_id=None)
    token = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    assert not await refused(other, token)
    assert await database.fetchval("SELECT count(*) FROM signing_key") == 1


async def test_old_tokens_survive_a_rotation(database: Database, tokens: Tokens) -> None:
    old = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    kid = await tokens.rotate()
    new = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    assert peek(new).kid == kid != peek(old).kid
    fresh = Tokens(database, now=Watch())
    assert not await refused(fresh, old)
    assert not await refused(fresh, new)


async def test_a_retired_key_lives_as_long_as_its_longest_token(
    database: Database, tokens: Tokens, watch: Watch
) -> None:
    long = await tokens.issue(uuid4(), [Role.SERVICE], session_id=None, lifetime=timedelta(days=90))
    await tokens.rotate()
    watch.time += timedelta(days=89)
    await tokens.rotate()
    assert not await refused(Tokens(database, now=watch), long.text)
    watch.time += timedelta(days=2)
    await tokens.rotate()
    keys = await database.fetch("SELECT kid FROM signing_key")
    assert peek(long.text).kid not in {row["kid"] for row in keys}


def forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


async def test_forgeries_are_refused(database: Database, tokens: Tokens) -> None:
    good = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    kid, claims = peek(good).kid, dict(peek(good).claims)
    stored = await database.fetchval("SELECT private_jwk FROM signing_key")
    hmac = OctKey.import_key({"kty": "oct", "k": json.loads(stored)["x"]})
    other = OKPKey.generate_key("Ed25519")
    forgeries = [
        forged({"alg": "none", "kid": kid}, claims),
        jwt.encode({"alg": "HS256", "kid": kid}, claims, hmac),
        jwt.encode({"alg": "ES256", "kid": kid}, claims, ECKey.generate_key("P-256")),
        jwt.encode({"alg": "Ed25519", "kid": kid}, claims, other, algorithms=["Ed25519"]),
        jwt.encode({"alg": "Ed25519", "kid": "x"}, claims, other, algorithms=["Ed25519"]),
        jwt.encode({"alg": "Ed25519"}, claims, other, algorithms=["Ed25519"]),
        good[:-4] + "AAAA",
        good.replace(".", "..", 1),
    ]
    assert [await refused(tokens, one) for one in forgeries] == [True] * len(forgeries)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "somebody"},
        {"iss": None},
        {"exp": int(NOW.timestamp()) - 1},
        {"exp": None},
        {"nbf": int(NOW.timestamp()) + 100},
        {"iat": int(NOW.timestamp()) + 100},
        {"sub": "nobody"},
        {"sub": 7},
        {"roles": ["KING"]},
        {"roles": 7},
        {"sid": "x"},
        {"exp": 10**40},
    ],
)
async def test_wrong_claims_are_refused(
    database: Database, tokens: Tokens, change: dict[str, Any]
) -> None:
    good = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    stored = await database.fetchval("SELECT private_jwk FROM signing_key")
    claims = {
        key: value for key, value in {**peek(good).claims, **change}.items() if value is not None
    }
    token = jwt.encode(
        {"alg": "Ed25519", "kid": peek(good).kid},
        claims,
        OKPKey.import_key(json.loads(stored)),
        algorithms=["Ed25519"],
    )
    assert await refused(tokens, token)


@given(st.text() | st.lists(st.text(max_size=30), min_size=3, max_size=3).map(".".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Unauthenticated):
        assert isinstance(peek(text).header, dict)


async def test_a_flood_of_unknown_keys_is_one_look(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)
    looks = 0

    async def counted(*_: object) -> list[object]:
        nonlocal looks
        looks += 1
        return []

    monkeypatch.setattr("members.signing_keys.key_store.usable_keys", counted)
    monkeypatch.setattr(tokens._keys, "_loaded", float("-inf"))
    for number in range(100):
        assert await refused(tokens, forged({"alg": "Ed25519", "kid": f"x{number}"}, {}))
    assert looks == 1


async def test_a_removed_role_bites_at_once(database: Database, tokens: Tokens) -> None:
    member_id = await member(database)
    await store.add_role(database, [member_id], Role.MODERATOR)
    token = (await tokens.issue(member_id, [Role.MODERATOR], session_id=None)).text
    assert Role.MODERATOR in (await tokens.viewer(token)).roles
    await database.execute("UPDATE member SET roles = '{SHOPPER}'")
    assert (await tokens.viewer(token)).roles == {Role.SHOPPER}


async def test_a_revoked_session_ends_its_token(database: Database, tokens: Tokens) -> None:
    member_id, session_id = await member(database), uuid4()
    await session_store.open_sessions(database, [(session_id, member_id)], NOW, expires_at=NOW)
    token = (await tokens.issue(member_id, [Role.SHOPPER], session_id=session_id)).text
    assert (await tokens.viewer(token)).session_id == session_id
    await session_store.revoke(database, session_id, NOW)
    with pytest.raises(Unauthenticated):
        await tokens.viewer(token)


async def test_a_member_who_is_gone_has_no_token(tokens: Tokens) -> None:
    token = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    with pytest.raises(Unauthenticated):
        await tokens.viewer(token)


async def test_a_proven_token_is_proven_once_and_no_more_are_remembered_than_said(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.tokens._MOST_PROVEN", 2)
    made = [(await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text for _ in range(3)]
    seen = [await tokens.verify(text) for text in made]
    assert [await tokens.verify(text) for text in made] == seen
    assert await tokens.verify(made[2]) is await tokens.verify(made[2])
    assert len(tokens._proven) == 2


async def test_a_proven_token_whose_key_is_gone_is_refused(
    tokens: Tokens, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    assert not await refused(tokens, token)
    await database.execute("DELETE FROM signing_key")
    monkeypatch.setattr(tokens._keys, "_known", {})
    assert await refused(tokens, token)


async def test_a_key_that_leaked_is_good_nowhere_once_it_was_replaced_and_its_tokens_are_over(
    tokens: Tokens, database: Database, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs_nothing = Tokens(database, now=watch)
    token = (await tokens.issue(uuid4(), [Role.SHOPPER], session_id=None)).text
    assert not await refused(signs_nothing, token)
    leaked = OKPKey.import_key(
        json.loads(await database.fetchval("SELECT private_jwk FROM signing_key"))
    )
    await tokens.rotate()
    watch.time += timedelta(minutes=20)
    monkeypatch.setattr("members.signing_keys._FRESH", 0.0)  # as if the minute were over
    ends = int((watch.time + timedelta(days=1)).timestamp())
    claims = dict(peek(token).claims) | {"exp": ends, "roles": ["ADMIN"]}
    header = {"alg": "Ed25519", "kid": peek(token).kid}
    text = jwt.encode(header, claims, leaked, algorithms=["Ed25519"])
    assert await refused(signs_nothing, text)


async def test_a_token_without_a_session_is_of_whoever_stays_after_a_merge(
    database: Database, tokens: Tokens
) -> None:
    async with database.transaction() as tx:
        left, stays = (one.member_id for one in await enrol(tx, ["C-1", "C-2"], NOW))
    token = (await tokens.issue(left, [Role.SHOPPER], session_id=None)).text
    assert (await tokens.viewer(token)).member_id == left
    await database.execute(
        "UPDATE member SET merged_into = $2, customer_ref = NULL WHERE id = $1", left, stays
    )
    assert (await tokens.viewer(token)).member_id == stays


async def test_tokens_that_come_together_are_each_judged_for_themselves(
    database: Database, tokens: Tokens
) -> None:
    owner, sessions = await member(database), [uuid4() for _ in range(4)]
    ends = NOW + timedelta(days=1)
    await session_store.open_sessions(
        database, [(one, owner) for one in sessions], NOW, expires_at=ends
    )
    await session_store.revoke(database, sessions[2], NOW)
    named = [*sessions, None, uuid4()]  # one that was revoked, none, and one that never was
    made = [await tokens.issue(owner, [Role.SHOPPER], session_id=one) for one in named]
    asked = (tokens.viewer(one.text) for one in made)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(one, Unauthenticated) for one in answers] == [
        False, False, True, False, False, True,
    ]  # fmt: skip
