"""Tokens for whoever has the keys of the house."""

from datetime import UTC, datetime

import pytest

from domain.errors import Invalid, Unauthenticated
from domain.members import Role, Viewer
from infra.database import Database
from members import store
from members.sessions import Sessions
from members.staff import issue
from members.tokens import Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database)


async def viewers(tokens: Tokens, texts: list[str]) -> list[Viewer]:
    return [await tokens.viewer(text) for text in texts]


async def test_unknown_customers_are_enrolled(database: Database, tokens: Tokens) -> None:
    one, two, again = await viewers(
        tokens, await issue(database, tokens, ["C-1", "C-2", "C-1"], now=NOW)
    )
    assert one.member_id == again.member_id != two.member_id
    assert one.roles == {Role.SHOPPER}
    assert await database.fetchval("SELECT count(*) FROM activity") == 2


async def test_a_role_makes_a_customer_staff(database: Database, tokens: Tokens) -> None:
    for _ in range(2):
        texts = await issue(database, tokens, ["C-1"], Role.MODERATOR, now=NOW)
    [viewer] = await viewers(tokens, texts)
    assert viewer.roles == {Role.SHOPPER, Role.MODERATOR}
    assert await database.fetchval("SELECT cardinality(roles) FROM member") == 2


async def test_a_role_alone_is_a_staff_account(database: Database, tokens: Tokens) -> None:
    first = await viewers(tokens, await issue(database, tokens, [], Role.ADMIN, now=NOW))
    again = await viewers(tokens, await issue(database, tokens, [], Role.ADMIN, now=NOW))
    assert first[0].member_id == again[0].member_id
    account = await store.by_handle(database, "admin")
    assert account is not None
    assert (account.id, account.customer_ref, account.roles) == (
        first[0].member_id,
        None,
        {Role.ADMIN},
    )


async def test_a_shopper_needs_a_number(database: Database, tokens: Tokens) -> None:
    with pytest.raises(Invalid):
        await issue(database, tokens, [], Role.SHOPPER, now=NOW)


async def test_each_token_can_be_ended_alone(database: Database, tokens: Tokens) -> None:
    one, two = await issue(database, tokens, ["C-1", "C-1"], now=NOW)
    session_id = (await tokens.viewer(one)).session_id
    assert session_id is not None
    await Sessions(database, tokens).sign_out(session_id)
    with pytest.raises(Unauthenticated):
        await tokens.viewer(one)
    assert await tokens.viewer(two)
