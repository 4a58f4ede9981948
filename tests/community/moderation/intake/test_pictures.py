"""A classifier that a deployment brings is asked after the commit; it queues and never holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from community.moderation.intake.pictures import Classify, Pictures, named
from community.moderation.intake.receiving import Intake
from domain.posts.visibility import PostState
from infra.pictures.picture import Likeness
from tests.support.readers import Readers

SEEN: list[bytes] = []


def classify(picture: bytes) -> Mapping[str, float]:
    SEEN.append(picture)
    return {"weapon": 0.93, "cat": 0.2}


def fails(_picture: bytes) -> Mapping[str, float]:
    raise RuntimeError("no model")


async def shown(desk: Readers, by: Classify) -> UUID:
    """A post with a picture, once it was looked at."""
    looking = Pictures(by)
    image = await desk.photo(Likeness(1, 2))
    await desk.platform.objects.put(image.hex, b"webp")
    review = Intake(b"key", looking).receive
    here = Readers(replace(desk.platform, review=review), desk.programmes)
    post = await here.write(images=(image,))
    await looking.finish()
    return post


async def test_what_it_is_sure_of_is_queued(desk: Readers) -> None:
    SEEN.clear()
    post = await shown(desk, classify)
    assert [bytes(one) for one in SEEN] == [b"webp"]
    assert await desk.state(post) is PostState.PUBLISHED
    assert (await desk.signals(post))["picture"] == {
        "labels": {"weapon": 0.93},
        "shown": "weapon 93 %",
    }


async def test_one_that_fails_changes_nothing(desk: Readers) -> None:
    post = await shown(desk, fails)
    assert await desk.state(post) is PostState.PUBLISHED
    assert await desk.origin(post) is None


def test_it_is_found_by_its_name() -> None:
    assert named("math:sqrt") is math.sqrt
    with pytest.raises(ValueError, match="is named"):
        named("math")
