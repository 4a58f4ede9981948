"""Photos of posts: taken when the post is written, and gone with it in the end."""

from __future__ import annotations

import pytest

from community.media import store as media
from domain.errors import Conflict, NotFound
from gamification.programme.current import Programmes
from infra.pictures import store as pictures
from infra.pictures.store import Image
from tests.support.authors import Authors
from tests.support.studio import Studio


@pytest.fixture
def authors(studio: Studio, programmes: Programmes) -> Authors:
    return Authors(studio.platform, programmes)


async def known(studio: Studio, image: Image) -> bool:
    return image.id in await pictures.by_ids(studio.platform.database, [image.id])


async def unused(studio: Studio) -> int:
    return await media.count_unused(studio.platform.database, await studio.member("ana"))


async def test_photos_of_a_post_stay_with_it(studio: Studio, authors: Authors) -> None:
    image = await studio.upload()
    await authors.write("ana", images=(image.id,))
    await studio.let_pass(days=400)
    await studio.sweep()
    assert await known(studio, image)


async def test_a_photo_is_in_one_post(studio: Studio, authors: Authors) -> None:
    first, second = await studio.upload(), await studio.upload()
    await authors.write("ana", images=(first.id,))
    with pytest.raises(Conflict) as refused:
        await authors.write("ana", images=(second.id, first.id))
    assert (refused.value.reason, refused.value.field) == ("image.used", ("imageIds", "1"))
    assert await unused(studio) == 1, "what was refused took nothing"


async def test_nobody_posts_the_photo_of_somebody_else(studio: Studio, authors: Authors) -> None:
    image = await studio.upload("bo")
    with pytest.raises(NotFound):
        await authors.write("ana", images=(image.id,))


async def test_photos_of_a_deleted_post_go_when_moderators_may_not_see_it_any_more(
    studio: Studio, authors: Authors
) -> None:
    image = await studio.upload()
    await authors.delete(await authors.write("ana", images=(image.id,)), "ana")
    await studio.let_pass(days=29)
    await studio.sweep()
    assert await known(studio, image)
    await studio.let_pass(days=2)
    await studio.sweep()
    await studio.let_pass(days=2)
    await studio.sweep()
    assert not await known(studio, image)
