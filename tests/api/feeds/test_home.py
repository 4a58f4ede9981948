"""A home screen of posts with everything on it: how many statements and trips to Redis it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from community.feeds.jobs import keep_trending
from infra.clock import Clock
from tests.support.authors import Authors
from tests.support.trips import Asked, Trips, trips_of

MANY, FEW, MOST, MOST_INTERPRETED = 20, 2, 10, 12
SCREEN = """query ($kind: FeedKind, $first: Int) { feed(kind: $kind, first: $first) {
  nodes {
    id text rating verifiedPurchase featured state publishedAt editedAt revision
    likeCount commentCount shareCount viewerLiked topics
    author { id handle displayName viewerFollows avatar { url thumbhash } }
    images { url width height thumbhash color }
    products { id sku name price { amount currency } rating image { url } }
    comments(first: 3) { nodes { text likeCount viewerLiked author { displayName } } }
  }
  pageInfo { hasNextPage startCursor endCursor }
} }"""

DECORATE = """
INSERT INTO image (id, origin, alt, thumbhash, color, widths, heights, objects)
SELECT gen_random_uuid(), NULL, 'alt', 'h', '#aabbcc', '{320,800}', '{240,600}', '{a.webp,b.webp}'
FROM generate_series(1, 80);
INSERT INTO post_image (post_id, position, image_id)
SELECT p.id, i.n % 2, i.id FROM (SELECT id, row_number() OVER () AS n FROM post) p
JOIN (SELECT id, row_number() OVER () - 1 AS n FROM image) i ON i.n / 2 + 1 = p.n;
UPDATE member m SET avatar_image_id = i.id FROM (SELECT id, row_number() OVER () AS n FROM image) i
JOIN (SELECT id, row_number() OVER () + 60 AS n FROM member) w USING (n) WHERE w.id = m.id;
UPDATE product SET image_id = (SELECT id FROM image LIMIT 1), price = 1, currency = 'CNY';
INSERT INTO comment (id, post_id, author_id, thread_id, state, text, submitted_at)
SELECT c.id, p.id, (SELECT id FROM member WHERE customer_ref = 'talker'), c.id, 'PUBLISHED', 'ok',
  now()
FROM post p, LATERAL (SELECT gen_random_uuid() AS id FROM generate_series(1, 4) WHERE p.id = p.id) c
"""
FOLLOW = "INSERT INTO member_follow SELECT $1, id, now() FROM member WHERE id <> $1"


@pytest.mark.parametrize("kind", ["TRENDING", "LATEST", "FOLLOWING", "FEATURED"])
async def test_a_home_screen_takes_ten_trips_however_long_it_is(
    authors: Authors, kind: str
) -> None:
    await authors.join("reader", "talker")
    reader = await authors.member("reader")
    await authors.join(*(f"A-{n}" for n in range(5)))
    for n in range(MANY):
        made = await authors.write(
            f"A-{n % 5}", f"#第{n}天 很好用", skus=(f"s-{n}", "lip"), rating=5
        )
        await authors.decide("feature", made, featured=True)
    await authors.platform.database.execute(DECORATE)
    await authors.platform.database.execute(FOLLOW, reader)
    await keep_trending(authors.platform)
    # In a sandbox the time of an operation is a statement more.
    platform = replace(authors.platform, clock=Clock(authors.platform.database, sandbox=False))
    told: dict[int, list[Trips]] = {}
    for first in (FEW, MANY):
        asked = Asked(SCREEN, {"kind": kind, "first": first}, reader)
        data, told[first] = await trips_of(asked, platform, authors.programmes)
        assert [len(one["images"]) for one in data["feed"]["nodes"]] == [2] * first
        assert [len(one["comments"]["nodes"]) for one in data["feed"]["nodes"]] == [3] * first
    (interpreted, few), (also_interpreted, many) = told[FEW], told[MANY]
    assert many == few
    assert many.total() <= MOST, "\n".join(f"{n} {one}" for one, n in many.items())
    # Interpreted, avatars and pictures of products are asked for together or one after the other.
    assert max(interpreted.total(), also_interpreted.total()) <= MOST_INTERPRETED
