"""A text that has to wait waits with its item and its print, or is not there, wherever it dies."""

from __future__ import annotations

from domain.posts.visibility import PostState
from tests.support.dying import survive
from tests.support.readers import Readers

TEXT = "这里有色情内容，而且写得足够长，可以再被找到"
LEAST_STATEMENTS = 6


async def test_sending_is_whole_or_not_there(desk: Readers) -> None:
    await desk.list_words("色情")

    async def send() -> None:
        await desk.write(text=TEXT, key="once")

    assert await survive(desk.platform.database, send, step=3) > LEAST_STATEMENTS


async def test_an_edit_takes_the_reward_back_with_the_post(desk: Readers) -> None:
    await desk.rule("post", "20", trigger="post.published")
    await desk.list_words("色情")
    post = await desk.write(text="很好用")
    await desk.settle()

    async def edit() -> None:
        await desk.edit(post, text=TEXT)

    assert await survive(desk.platform.database, edit, step=3) > LEAST_STATEMENTS
    assert await desk.state(post) is PostState.IN_REVIEW
    assert await desk.points() == (0, 20)


async def test_a_list_is_saved_with_its_line_in_the_log(desk: Readers) -> None:
    async def save() -> None:
        await desk.list_words("色情", "赌博")

    assert await survive(desk.platform.database, save) > 1
