"""What authors are told of decisions: after ten seconds, in their language, with the policy."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from community.comments import service as comments
from community.moderation.decisions import telling
from community.moderation.policies import service as policies
from community.moderation.policies.service import Draft
from community.moderation.policies.store import OWN
from domain.moderation.subjects import SubjectKind
from domain.posts.visibility import Reader
from infra.i18n import Locale
from tests.messaging.notifications.conftest import read_log
from tests.support.clients import Clients
from tests.support.moderators import Moderators

INBOX = """{ me { notifications { nodes {
  kind title body link subject { ... on ModerationDecision { action policy } } } } } }"""


async def inbox(
    clients: Clients, office: Moderators, who: str = "C-1", locale: Locale = Locale.EN
) -> list[dict[str, Any]]:
    """What somebody is told of decisions, oldest first, once the ten seconds are over."""
    await office.let_pass(seconds=11)
    while await telling.tell_next(office.platform):
        pass
    await read_log(office)
    nodes = (await clients.ask(INBOX, who, locale=locale))["me"]["notifications"]["nodes"]
    return [one for one in reversed(nodes) if one["kind"] == "MODERATION"]


async def comment(office: Moderators, post: UUID, who: str = "C-2") -> UUID:
    member = await office.member(who)
    draft = comments.Draft(Reader(member), member, post, "加我微信", None, "k")
    return await comments.add(office.platform, draft)


async def test_an_author_reads_why_and_until_when_to_appeal(
    clients: Clients, office: Moderators
) -> None:
    draft = Draft("ads", {OWN: "广告", "en": "No advertising"}, {OWN: "…"}, editable=False)
    await policies.save(office.platform, await office.member("A-1"), draft)
    await office.settle_item(await office.write(), "REJECT", policy="ads")
    [one] = await inbox(clients, office)
    assert one["title"] == "Your post was not approved"
    assert one["body"].startswith("By the rule: No advertising. If you disagree")
    assert one["subject"] == {"action": "REJECT", "policy": "ads"}
    assert one["link"].startswith("/decisions/")


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        (Locale.ZH_CN, "您的帖子需要修改"),
        (Locale.ZH_TW, "您的貼文需要修改"),
        (Locale.EN, "Your post needs a change"),
    ],
)
async def test_what_may_be_mended_is_told_so_in_each_language(
    clients: Clients, office: Moderators, locale: Locale, title: str
) -> None:
    await office.policy("blurred", editable=True)
    await office.settle_item(await office.write(), "REJECT", policy="blurred")
    [one] = await inbox(clients, office, locale=locale)
    assert one["title"] == title
    assert "blurred" in one["body"]


async def test_nobody_is_told_of_what_was_undone_within_ten_seconds(
    clients: Clients, office: Moderators
) -> None:
    decision = await office.settle_item(await office.write(), "REJECT", policy="spam")
    await office.undo(decision)
    assert await inbox(clients, office) == []


async def test_a_later_undoing_is_told_as_well(clients: Clients, office: Moderators) -> None:
    decision = await office.settle_item(await office.write(), "REJECT", policy="spam")
    await inbox(clients, office)
    await office.undo(decision)
    assert [one["title"] for one in await inbox(clients, office)] == [
        "Your post was not approved", "A decision about your post was taken back",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("RESTORE", "Your appeal has succeeded"),
        ("REMOVE", "Your appeal: the decision stands"),
    ],
)
async def test_the_answer_to_an_appeal_is_told(
    clients: Clients, office: Moderators, answer: str, title: str
) -> None:
    decision = await office.settle_item(await office.write(), "REJECT", policy="spam")
    item = await office.appeal(decision)
    await office.claim("M-2", 50)
    await office.judge(item, answer, "M-2", policy=None)
    assert [one["title"] for one in await inbox(clients, office)] == [
        "Your post was not approved"] * (answer == "REMOVE") + [title]  # fmt: skip


async def test_nobody_hears_that_a_report_of_their_post_was_wrong(
    clients: Clients, office: Moderators
) -> None:
    post = await office.write()
    await office.settle_item(post, "APPROVE")
    [approved] = await inbox(clients, office)
    await office.settle_item(post, "APPROVE", "M-2")
    assert await inbox(clients, office) == [approved]
    assert (approved["title"], approved["link"][:7]) == ("Your post was approved", "/posts/")


async def test_comments_are_told_of_as_comments(clients: Clients, office: Moderators) -> None:
    post = await office.write()
    await office.settle_item(post, "APPROVE")
    written = await comment(office, post)
    item = await office.put(written, kind=SubjectKind.COMMENT, author="C-2")
    await office.claim("M-1", 50)
    await office.judge(item, "REMOVE", policy="spam")
    [one] = await inbox(clients, office, "C-2")
    assert one["title"] == "Your comment was removed"


@pytest.mark.parametrize(
    ("action", "days", "title"),
    [
        ("WARN", None, "You have been warned"),
        ("SUSPEND", 3, "You may not post; days: 3"),
        ("SUSPEND", None, "You may not post any more"),
    ],
)
async def test_members_are_told_of_what_befalls_themselves(
    clients: Clients, office: Moderators, action: str, days: int | None, title: str
) -> None:
    item = await office.put(await office.member("C-1"), kind=SubjectKind.MEMBER)
    await office.claim("M-1", 50)
    await office.judge(item, action, policy="spam", suspend_days=days)
    [one] = await inbox(clients, office)
    assert one["title"] == title
    assert "It is about your account." in one["body"]
