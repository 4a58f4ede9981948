"""Everything is read when it is sent and when it is edited; what is found holds it or queues it."""

from __future__ import annotations

from domain.posts.visibility import PostState
from tests.support.readers import Readers

LONG = "这家店的快递非常快，包装也很仔细，推荐给大家"


async def test_what_nobody_has_to_look_at_is_published(desk: Readers) -> None:
    post = await desk.write(text=LONG)
    assert await desk.state(post) is PostState.PUBLISHED
    assert await desk.origin(post) is None


async def test_a_listed_word_holds_a_post_with_its_place(desk: Readers) -> None:
    await desk.list_words("色情")
    post = await desk.write(text="这里有色情内容")
    assert await desk.state(post) is PostState.IN_REVIEW
    [span] = (await desk.signals(post))["words"]["spans"]
    assert span == {"start": 3, "end": 5, "said": "色情", "what": "色情", "how": "EXACT"}


async def test_a_disguised_word_is_published_and_queued(desk: Readers) -> None:
    await desk.list_words("色情")
    post = await desk.write(text="这里有色*情内容")
    assert await desk.state(post) is PostState.PUBLISHED
    assert await desk.origin(post) == "AUTOMATIC"


async def test_a_list_that_queues_never_holds(desk: Readers) -> None:
    await desk.list_words("代购", action="QUEUE")
    post = await desk.write(text="可以代购")
    assert await desk.state(post) is PostState.PUBLISHED
    assert (await desk.signals(post))["words"]["shown"] == "代购"


async def test_a_word_in_a_topic_is_found_and_named(desk: Readers) -> None:
    await desk.list_words("赌博")
    post = await desk.write(text="今天天气好", topics=("好物", "赌博"))
    assert await desk.state(post) is PostState.IN_REVIEW
    [span] = (await desk.signals(post))["words"]["spans"]
    assert span == {"within": "赌博", "said": "赌博", "what": "赌博", "how": "EXACT"}


async def test_contacts_are_queued(desk: Readers) -> None:
    post = await desk.write(text="加我13800138000")
    assert await desk.state(post) is PostState.PUBLISHED
    [span] = (await desk.signals(post))["contacts"]["spans"]
    assert (span["start"], span["end"], span["what"]) == (2, 13, "PHONE")


async def test_an_edit_takes_a_published_post_back(desk: Readers) -> None:
    await desk.list_words("色情")
    post = await desk.write(text=LONG)
    await desk.edit(post, text="这里有色情内容")
    assert await desk.state(post) is PostState.IN_REVIEW
    assert (await desk.signals(post))["words"]["revision"] == 2
    [item] = await desk.claim()
    await desk.judge(item, "APPROVE")
    assert await desk.state(post) is PostState.PUBLISHED


async def test_other_stars_alone_are_not_read_again(desk: Readers) -> None:
    await desk.list_words("色情")
    post = await desk.write(text="这里有色情内容")
    [item] = await desk.claim()
    await desk.judge(item, "APPROVE")
    await desk.edit(post, rating=4)
    assert await desk.state(post) is PostState.PUBLISHED


async def test_a_draft_is_read_when_it_is_sent(desk: Readers) -> None:
    await desk.list_words("色情")
    post = await desk.write(text="这里有色情内容", draft=True)
    await desk.edit(post, text="这里真有色情内容")
    assert await desk.origin(post) is None
    await desk.publish(post)
    assert await desk.state(post) is PostState.IN_REVIEW


async def test_a_held_comment_is_nobodys_until_it_is_approved(desk: Readers) -> None:
    await desk.list_words("色情")
    post = await desk.write()
    comment = await desk.comment(post, "这里有色情内容")
    assert await desk.comment_state(comment) is PostState.IN_REVIEW
    assert (await desk.post(post)).comment_count == 0
    assert await desk.told("comment.received") == []
    [item] = await desk.claim()
    await desk.judge(item, "APPROVE")
    assert await desk.comment_state(comment) is PostState.PUBLISHED
    assert (await desk.post(post)).comment_count == 1
    assert len(await desk.told("comment.received")) == 1


async def test_a_queued_comment_is_published(desk: Readers) -> None:
    comment = await desk.comment(await desk.write(), "加我13800138000")
    assert await desk.comment_state(comment) is PostState.PUBLISHED
    assert await desk.origin(comment) == "AUTOMATIC"


async def test_all_phases_are_signals_of_one_item(desk: Readers) -> None:
    await desk.list_words("色情")
    desk.reviews = 1
    post = await desk.write(text="色情加我13800138000")
    assert await desk.origin(post) == "AUTOMATIC"
    assert set(await desk.signals(post)) == {"words", "contacts", "new_author"}
    assert await desk.count("review_item") == 1
