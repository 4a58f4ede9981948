"""A picture that another post shows is found again, also mirrored; it queues and never holds."""

from __future__ import annotations

import pytest

from domain.posts.visibility import PostState
from infra.pictures.picture import Likeness
from tests.support.readers import Readers

LOOKS = Likeness(0xF0F0_1234_ABCD_5A5A, 0x0F0F_8421_3377_A5A5)


def changed(hashed: int, bits: int) -> int:
    """With so many bits, far from each other, turned."""
    for bit in range(bits):
        hashed ^= 1 << (bit * 9)
    return hashed


async def test_a_photo_of_another_post_is_queued_and_named(desk: Readers) -> None:
    first = await desk.photo(LOOKS)
    post = await desk.write(images=(first,))
    twin = await desk.photo(Likeness(changed(LOOKS.upright, 7), 0), "C-2")
    copied = await desk.write("C-2", images=(twin,))
    assert await desk.state(copied) is PostState.PUBLISHED
    [found] = (await desk.signals(copied))["photos"]["twins"]
    assert (found["twin"], found["post"], found["own"]) == (str(first), str(post), False)
    assert found["bits"] == 7


async def test_a_mirrored_photo_is_the_same(desk: Readers) -> None:
    await desk.write(images=(await desk.photo(LOOKS),))
    mirrored = Likeness(LOOKS.mirrored, LOOKS.upright)
    again = await desk.write(images=(await desk.photo(mirrored),))
    assert (await desk.signals(again))["photos"]["own"] == 1


@pytest.mark.parametrize("bits", [8, 20])
async def test_other_pictures_are_not(desk: Readers, bits: int) -> None:
    await desk.write(images=(await desk.photo(LOOKS),))
    other = Likeness(changed(LOOKS.upright, bits) if bits == 8 else 0x1357_9BDF_0246_8ACE, 0)
    assert await desk.origin(await desk.write(images=(await desk.photo(other),))) is None


async def test_drafts_and_deleted_posts_show_nothing(desk: Readers) -> None:
    await desk.write(images=(await desk.photo(LOOKS),), draft=True)
    await desk.delete(await desk.write(images=(await desk.photo(LOOKS),)))
    assert await desk.origin(await desk.write(images=(await desk.photo(LOOKS),))) is None


async def test_pictures_of_next_to_nothing_are_not_compared(desk: Readers) -> None:
    for _ in range(2):
        post = await desk.write(images=(await desk.photo(Likeness(1, 2)),))
        assert await desk.origin(post) is None
