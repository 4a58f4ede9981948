"""Refusals of posts and products."""

from __future__ import annotations

from community.posts import deciding, writing
from community.posts.writing import Asked
from domain.posts.writing import Parts, Writing
from infra.ids import Kind, encode_id, new_id
from tests.support.refusals.scene import Input, Scene, case


def _post(**more: object) -> Input:
    return {"text": "好", "idempotencyKey": str(new_id()), **more}


def _ids(kind: Kind, many: int) -> list[str]:
    return [encode_id(kind, new_id()) for _ in range(many)]


@case("post.rating", "INVALID", "createPost", "C-1")
async def six_stars(_scene: Scene) -> Input:
    return _post(rating=6)


@case("post.topic", "INVALID", "createPost", "C-1")
async def a_topic_without_a_name(_scene: Scene) -> Input:
    return _post(topics=["##"])


@case("post.too_many_topics", "INVALID", "createPost", "C-1")
async def twenty_one_topics(_scene: Scene) -> Input:
    return _post(topics=[f"t{n}" for n in range(21)])


@case("post.too_many_images", "INVALID", "createPost", "C-1")
async def ten_photos(_scene: Scene) -> Input:
    return _post(imageIds=_ids(Kind.IMAGE, 10))


@case("post.too_many_products", "INVALID", "createPost", "C-1")
async def twenty_one_products(_scene: Scene) -> Input:
    return _post(productIds=_ids(Kind.PRODUCT, 21))


@case("post.named_twice", "INVALID", "createPost", "C-1")
async def one_photo_twice(_scene: Scene) -> Input:
    return _post(imageIds=_ids(Kind.IMAGE, 1) * 2)


@case("post.step", "NOT_ALLOWED", "updatePost", "C-1")
async def a_post_that_was_taken_down(scene: Scene) -> Input:
    platform = scene.club.platform
    asked = Asked(await scene.club.member(), Writing("好"), Parts(), draft=False, key="k")
    post = await writing.create(platform, asked, new_author_reviews=0)
    async with platform.database.transaction() as tx:
        await deciding.remove(tx, platform, post)
    return {"postId": encode_id(Kind.POST, post), "text": "更好"}


@case("product.too_many", "INVALID", "saveProducts")
async def a_thousand_and_one_products(_scene: Scene) -> Input:
    return {"products": [{"sku": f"s{n}", "name": "n"} for n in range(1_001)]}


@case("product.price", "INVALID", "saveProducts")
async def a_price_below_nothing(_scene: Scene) -> Input:
    return {"products": [{"sku": "s", "name": "n", "price": "-1"}]}


@case("product.image_url", "INVALID", "saveProducts")
async def a_picture_that_is_a_script(_scene: Scene) -> Input:
    return {"products": [{"sku": "s", "name": "n", "imageUrl": "javascript:1"}]}
