"""The receipt: what was decided, by which rule, about which words, until when to appeal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from community.moderation import queue
from domain.errors import Invalid
from domain.members import Role
from domain.moderation.deciding import Span
from domain.moderation.priority import Signal
from domain.moderation.subjects import Origin, Subject, SubjectKind
from infra.database import Transaction
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from tests.support.clients import Clients
from tests.support.moderators import Moderators

RECEIPT = """query ($id: ID!) { node(id: $id) { ... on ModerationDecision {
  subjectId decidedAt policyVersion policyText
  receipt { title body appealUntil spans { start end text } } } } }"""
DECIDE = """mutation ($id: ID!, $spans: [SpanInput!]) { decideReview(input: {
  reviewId: $id, action: REJECT, policy: "spam", spans: $spans}) {
  review { decision { receipt { spans { start end text } } } } userErrors { code field } } }"""
TEXT = "很好用👍加我微信"


async def receipt(
    clients: Clients, decision: UUID, who: str = "C-1", locale: Locale = Locale.EN
) -> Any:  # noqa: ANN401 - JSON
    id_ = encode_id(Kind.DECISION, decision)
    return (await clients.ask(RECEIPT, who, locale=locale, id=id_))["node"]


async def found(office: Moderators, post: UUID, revision: int = 1) -> None:
    """A signal has found contacts in a post."""
    subject = Subject(SubjectKind.POST, post, await office.member("C-1"))
    spans = [{"start": 4, "end": 8, "said": "加我微信"}, {"within": "topic", "said": "x"}]
    signal = Signal("contacts", 1.0, {"revision": revision, "spans": spans})

    async def work(tx: Transaction) -> None:
        now = await office.platform.clock.now(tx)
        await queue.put(tx, office.platform, subject, Origin.AUTOMATIC, [signal], now=now)

    await office.platform.database.in_transaction(work)


async def test_an_author_reads_all_of_it_in_their_language(
    clients: Clients, office: Moderators
) -> None:
    post = await office.write(text=TEXT)
    decision = await office.settle_item(post, "REJECT", policy="spam")
    one = await receipt(clients, decision, locale=Locale.ZH_CN)
    decided_at = datetime.fromisoformat(one["decidedAt"])
    until = datetime.fromisoformat(one["receipt"]["appealUntil"])
    assert (one["receipt"]["title"], one["policyText"]) == ("您的帖子未通过审核", "不得发布spam")
    assert "依据的规则：spam。" in one["receipt"]["body"]
    assert until - decided_at == timedelta(days=30)
    assert (one["subjectId"], one["policyVersion"]) == (encode_id(Kind.POST, post), 1)


async def test_the_words_that_signals_found_are_quoted(
    clients: Clients, office: Moderators
) -> None:
    post = await office.write(text=TEXT)
    await found(office, post)
    decision = await office.settle_item(post, "REJECT", policy="spam")
    quoted = (await receipt(clients, decision))["receipt"]["spans"]
    assert quoted == [{"start": 4, "end": 8, "text": "加我微信"}]


async def test_what_was_found_in_words_that_are_gone_is_not_quoted(
    clients: Clients, office: Moderators
) -> None:
    post = await office.write(text=TEXT)
    await found(office, post)
    await office.edit(post, text="完全不同的文字，没有联系方式")
    decision = await office.settle_item(post, "REJECT", policy="spam", revision=2)
    assert (await receipt(clients, decision))["receipt"]["spans"] == []


async def test_who_decides_may_name_the_words_and_they_stay_as_they_read(
    clients: Clients, office: Moderators
) -> None:
    post = await office.write(text=TEXT)
    await found(office, post)
    item = await office.put(post)
    await office.claim("M-1", 50)
    await office.policy("blurred", editable=True)
    decision = await office.judge(item, "REJECT", policy="blurred", spans=(Span(3, 5), Span(0, 3)))
    await office.edit(post, text="改好了")
    quoted = (await receipt(clients, decision))["receipt"]["spans"]
    assert [one["text"] for one in quoted] == ["很好用", "👍加"]


async def test_a_client_names_words(clients: Clients, office: Moderators) -> None:
    item = await office.put(await office.write(text=TEXT))
    await office.claim("M-1", 50)
    id_, spans = encode_id(Kind.REVIEW_ITEM, item), [{"start": 0, "end": 3}]
    data = await clients.ask(DECIDE, "M-1", Role.MODERATOR, id=id_, spans=spans)
    answer = data["decideReview"]
    assert answer["userErrors"] == []
    quoted = answer["review"]["decision"]["receipt"]["spans"]
    assert quoted == [{"start": 0, "end": 3, "text": "很好用"}]


@pytest.mark.parametrize(
    "spans", [(Span(0, 9),), (Span(-1, 2),), (Span(2, 2),), (Span(0, 1),) * 21]
)
async def test_words_that_are_not_there_are_refused(
    office: Moderators, spans: tuple[Span, ...]
) -> None:
    item = await office.put(await office.write(text=TEXT))
    await office.claim("M-1", 50)
    with pytest.raises(Invalid):
        await office.judge(item, "REJECT", policy="spam", spans=spans)
    assert await office.count("decision") == 0


async def test_nothing_to_appeal_against_has_no_term(clients: Clients, office: Moderators) -> None:
    first = await office.settle_item(await office.write(), "APPROVE")
    assert (await receipt(clients, first))["receipt"]["appealUntil"] is None
    second = await office.settle_item(await office.write(), "REJECT", policy="spam")
    await office.appeal(second)
    assert (await receipt(clients, second))["receipt"]["appealUntil"] is None
    third = await office.settle_item(await office.write(), "REJECT", policy="spam")
    await office.let_pass(days=31)
    assert (await receipt(clients, third))["receipt"]["appealUntil"] is None


async def test_that_a_report_was_wrong_leaves_no_receipt(
    clients: Clients, office: Moderators
) -> None:
    post = await office.write()
    await office.settle_item(post, "APPROVE")
    second = await office.settle_item(post, "APPROVE", "M-2")
    assert (await receipt(clients, second))["receipt"] is None


async def test_others_see_none(clients: Clients, office: Moderators) -> None:
    decision = await office.settle_item(await office.write(), "REJECT", policy="spam")
    assert await receipt(clients, decision, "C-2") is None
