"""What the activity log is told of posts: what each shows, and by what its author may earn.

Nothing of stars or words: nobody is rewarded for praise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from community.posts.store import PostRow
from domain.activity import LAURELS, Activity
from domain.posts import states
from infra.database import Sql
from infra.ids import Kind, encode_id, new_id


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a post, and when it occurred."""

    post: PostRow
    type_: str
    occurred_at: datetime
    more: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(slots=True)
class _Shown:
    images: list[str] = field(default_factory=list[str])
    products: list[str] = field(default_factory=list[str])
    purchases: list[str] = field(default_factory=list[str])


async def activities(tx: Sql, said: Sequence[Said], now: datetime) -> list[Activity]:
    """What is said as activities, in this order."""
    shown = await _shown(tx, [one.post.id for one in said])
    return [_activity(one, shown[one.post.id], now) for one in said]


def _activity(said: Said, shown: _Shown, now: datetime) -> Activity:
    post, type_ = said.post, said.type_
    once = type_ in {states.SUBMITTED, states.PUBLISHED}
    return Activity(
        id=new_id(),
        member_id=post.author_id,
        type=type_,
        source=LAURELS,
        external_id=f"{type_}:{post.id}" if once else f"{type_}:{post.id}:{new_id()}",
        occurred_at=said.occurred_at,
        received_at=now,
        attributes={
            "postId": encode_id(Kind.POST, post.id),
            "products": shown.products,
            "images": shown.images,
            "verifiedPurchase": bool(shown.purchases),
            "purchases": shown.purchases,
            **said.more,
        },
    )


_SHOWN: Final = """
SELECT post_id, position, image_id, NULL AS product, NULL AS purchase
FROM post_image WHERE post_id = ANY($1)
UNION ALL
SELECT x.post_id, x.position, NULL, d.sku, NULL
FROM post_product x JOIN product d ON d.id = x.product_id WHERE x.post_id = ANY($1)
UNION ALL
SELECT DISTINCT post_id, 0::smallint, NULL::uuid, NULL, sku
FROM post_order_line WHERE post_id = ANY($1)
ORDER BY post_id, position, purchase
"""


async def _shown(sql: Sql, post_ids: Sequence[UUID]) -> dict[UUID, _Shown]:
    """Each post's photos and products in their order, and what it earns by in that of its name."""
    found = {one: _Shown() for one in post_ids}
    for row in await sql.fetch(_SHOWN, list(found)):
        shown = found[row["post_id"]]
        if row["image_id"] is not None:
            shown.images.append(encode_id(Kind.IMAGE, row["image_id"]))
        elif row["product"] is not None:
            shown.products.append(row["product"])
        else:
            shown.purchases.append(row["purchase"])
    return found
