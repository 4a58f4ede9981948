"""A text that was there before is found again, whoever wrote it, and however slightly changed."""

from __future__ import annotations

from domain.posts.visibility import PostState
from tests.support.readers import Readers

TEXT = "这款面霜非常滋润，冬天用刚刚好，味道也很清淡，我已经买了第三瓶，推荐给干皮的朋友"
NEARLY = TEXT.replace("第三瓶", "第四瓶")


async def test_ones_own_text_again_is_queued_and_named(desk: Readers) -> None:
    first = await desk.write(text=TEXT)
    again = await desk.write(text=TEXT.replace("，", " ！"))
    assert await desk.state(again) is PostState.PUBLISHED
    found = (await desk.signals(again))["repeats"]
    assert found["repeats"] == [{"id": str(first), "own": True, "refused": False, "alike": 1.0}]
    assert await desk.origin(first) is None


async def test_somebody_elses_text_is_theirs(desk: Readers) -> None:
    await desk.write(text=TEXT)
    copied = await desk.write("C-2", text=TEXT)
    found = (await desk.signals(copied))["repeats"]
    assert (found["own"], found["others"], found["alike"]) == (0, 1, 100)


async def test_a_text_that_is_much_like_another_is_queued(desk: Readers) -> None:
    await desk.write(text=TEXT)
    near = await desk.write("C-2", text=NEARLY)
    assert 70 <= (await desk.signals(near))["repeats"]["alike"] < 100


async def test_how_much_alike_is_the_shops_to_say(desk: Readers) -> None:
    await desk.threshold(1)
    await desk.write(text=TEXT)
    assert await desk.origin(await desk.write("C-2", text=NEARLY)) is None


async def test_the_third_copy_has_to_wait(desk: Readers) -> None:
    for _ in range(2):
        assert await desk.state(await desk.write(text=TEXT)) is PostState.PUBLISHED
    assert await desk.state(await desk.write(text=TEXT)) is PostState.IN_REVIEW


async def test_what_was_refused_before_has_to_wait(desk: Readers) -> None:
    await desk.decide("remove", await desk.write(text=TEXT))
    assert await desk.state(await desk.write("C-2", text=TEXT)) is PostState.IN_REVIEW


async def test_what_its_author_deleted_is_no_repeat(desk: Readers) -> None:
    await desk.delete(await desk.write(text=TEXT))
    assert await desk.origin(await desk.write(text=TEXT)) is None


async def test_what_many_say_is_no_repeat(desk: Readers) -> None:
    for who in ("C-1", "C-2"):
        assert await desk.origin(await desk.write(who, text="很好用，下次再来")) is None


async def test_an_edit_is_compared_and_not_with_itself(desk: Readers) -> None:
    await desk.write("C-2", text=TEXT)
    post = await desk.write(text="一些完全不同的话，说的是另外一件东西")
    await desk.edit(post, text="一些完全不同的话，说的是另外一件东西！")
    assert await desk.origin(post) is None
    await desk.edit(post, text=TEXT)
    assert set(await desk.signals(post)) == {"repeats"}


async def test_an_edit_that_leaves_little_is_found_no_more(desk: Readers) -> None:
    post = await desk.write(text=TEXT)
    await desk.edit(post, text="好")
    assert await desk.origin(await desk.write("C-2", text=TEXT)) is None


async def test_comments_are_compared_with_posts(desk: Readers) -> None:
    post = await desk.write(text=TEXT)
    comment = await desk.comment(post, TEXT)
    assert (await desk.signals(comment))["repeats"]["others"] == 1
