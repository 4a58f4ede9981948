"""A refresh token works once; one that turns up again ends the session."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Invalid, Unauthenticated
from infra.database import Database
from infra.ids import new_id
from infra.platform import Platform
from members.endings import TOPIC
from members.enrolment import enrol
from members.sessions import REFRESH_LIFETIME, Session, Sessions
from members.tokens import Tokens
from tests.support.hearing import hearing


class Watch:
    """Real time, set by the test."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def tokens(database: Database, watch: Watch) -> Tokens:
    return Tokens(database, now=watch)


@pytest.fixture
def sessions(database: Database, tokens: Tokens, watch: Watch) -> Sessions:
    return Sessions(database, tokens, now=watch)


async def opened(database: Database, sessions: Sessions) -> Session:
    async with database.transaction() as tx:
        [one] = await enrol(tx, ["C-1"], datetime(2026, 3, 1, tzinfo=UTC))
        session = await sessions.open(tx, one.member_id)
    return await sessions.grant(session)


async def is_over(sessions: Sessions, refresh_token: str) -> bool:
    try:
        await sessions.refresh(refresh_token)
    except Invalid as refused:
        return refused.field == ("refreshToken",)
    return False


async def test_refreshing_continues_the_session(
    database: Database, sessions: Sessions, tokens: Tokens
) -> None:
    first = await opened(database, sessions)
    second = await sessions.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    before, after = (
        await tokens.viewer(first.access_token),
        await tokens.viewer(second.access_token),
    )
    assert (before.member_id, before.session_id) == (after.member_id, after.session_id)


async def test_a_token_used_again_ends_the_session(
    database: Database, sessions: Sessions, tokens: Tokens
) -> None:
    first = await opened(database, sessions)
    second = await sessions.refresh(first.refresh_token)
    assert await is_over(sessions, first.refresh_token)
    assert await is_over(sessions, second.refresh_token)
    with pytest.raises(Unauthenticated):
        await tokens.viewer(second.access_token)


async def test_of_two_who_refresh_at_once_one_wins_and_the_session_ends(
    database: Database, sessions: Sessions
) -> None:
    token = (await opened(database, sessions)).refresh_token
    outcomes = await asyncio.gather(
        sessions.refresh(token), sessions.refresh(token), return_exceptions=True
    )
    [won] = [one for one in outcomes if isinstance(one, Session)]
    assert await is_over(sessions, won.refresh_token)


async def test_a_refresh_token_lives_thirty_days(
    database: Database, sessions: Sessions, watch: Watch
) -> None:
    first = await opened(database, sessions)
    watch.time += REFRESH_LIFETIME - timedelta(seconds=1)
    second = await sessions.refresh(first.refresh_token)
    watch.time += REFRESH_LIFETIME
    assert await is_over(sessions, second.refresh_token)


async def test_signing_out_ends_every_token(
    database: Database, sessions: Sessions, tokens: Tokens
) -> None:
    session = await opened(database, sessions)
    viewer = await tokens.viewer(session.access_token)
    assert viewer.session_id is not None
    await sessions.sign_out(viewer.session_id)
    await sessions.sign_out(viewer.session_id)
    assert await is_over(sessions, session.refresh_token)
    with pytest.raises(Unauthenticated):
        await tokens.viewer(session.access_token)


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800"])
async def test_what_is_no_refresh_token(sessions: Sessions, token: str) -> None:
    assert await is_over(sessions, token)


async def test_ended_sessions_are_forgotten(
    database: Database, sessions: Sessions, watch: Watch
) -> None:
    await opened(database, sessions)
    await sessions.forget_ended()
    assert await database.fetchval("SELECT count(*) FROM refresh_token") == 1
    watch.time += REFRESH_LIFETIME + timedelta(seconds=1)
    await sessions.forget_ended()
    assert await database.fetchval("SELECT count(*) FROM refresh_token") == 0


@pytest.mark.parametrize("how", ["signed out", "stolen"])
async def test_every_process_hears_that_a_session_ended(
    platform: Platform, tokens: Tokens, watch: Watch, how: str
) -> None:
    sessions = Sessions(platform.database, tokens, platform.pubsub, now=watch)
    session = await opened(platform.database, sessions)
    viewer = await tokens.viewer(session.access_token)
    assert viewer.session_id is not None
    async with (
        hearing(platform.pubsub),
        platform.pubsub.listen(TOPIC) as heard,
        asyncio.timeout(30),
    ):
        if how == "stolen":
            await sessions.refresh(session.refresh_token)
            assert heard.empty()
            assert await is_over(sessions, session.refresh_token)
        else:
            await sessions.sign_out(viewer.session_id)
        assert await heard.get() == {"session": viewer.session_id.hex, "member": None}


async def test_sessions_are_over_that_ended_or_moved_to_another_member(
    database: Database, sessions: Sessions, tokens: Tokens
) -> None:
    viewers = []
    for _ in range(3):
        session = await opened(database, sessions)
        viewers.append(await tokens.viewer(session.access_token))
    pairs = [(one.session_id, one.member_id) for one in viewers if one.session_id]
    (ended, _), (moved, _), (stays, _) = pairs
    await sessions.sign_out(ended)
    asked = [pairs[0], (moved, new_id()), pairs[2]]
    assert await sessions.over(asked) == {ended, moved}
    assert await sessions.over([(stays, pairs[2][1])]) == set()
