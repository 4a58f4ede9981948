"""A word list is rehearsed on the shop's own posts, and changes nothing."""

from __future__ import annotations

from datetime import timedelta

from community.moderation.intake.lexicon import Lexicon, Listed
from community.moderation.intake.rehearsing import Rehearsal, Window, rehearse
from domain.moderation.text.words import WordAction
from tests.support.moderators import Moderators


async def rehearsed(office: Moderators, *, days: int = 30, examples: int = 5) -> Rehearsal:
    lexicon = Lexicon([Listed(["色情"], WordAction.HOLD)])
    database = office.platform.database
    since = await office.platform.clock.now(database) - timedelta(days=days)
    return await rehearse(database, lexicon, Window(since), examples=examples)


async def test_published_posts_estimate_false_alarms(office: Moderators) -> None:
    for text in ("颜色情况如图", "不是色情内容", "色 情内容吗"):
        await office.write(text=text)
    await office.write(text="色情", draft=True)
    found = (await rehearsed(office, examples=1)).standing
    assert (found.texts, found.held, found.queued, len(found.examples)) == (3, 1, 1, 1)


async def test_refused_posts_are_counted_apart(office: Moderators) -> None:
    await office.decide("remove", await office.write(text="都是色情内容"))
    await office.decide("remove", await office.write(text="都是广告"))
    done = await rehearsed(office)
    assert (done.standing.texts, done.refused.texts, done.refused.held) == (0, 2, 1)


async def test_older_posts_are_left_out(office: Moderators) -> None:
    await office.write(text="色情")
    await office.platform.database.execute(
        "UPDATE post SET created_at = created_at - interval '40 days',"
        " submitted_at = submitted_at - interval '40 days',"
        " published_at = published_at - interval '40 days'"
    )
    assert (await rehearsed(office, days=30)).standing.texts == 0
    assert (await rehearsed(office, days=50)).standing.held == 1
