"""What authors and staff hand in about posts."""

from __future__ import annotations

from uuid import UUID

import strawberry

from community.posts.writing import Asked, Edit
from domain.errors import NotFound
from domain.posts.writing import Parts, Writing
from infra.ids import Kind, decode_key


@strawberry.input(description="A post to write.")
class CreatePostInput:
    text: str = strawberry.field(
        description="Up to 2,000 characters as people see them, kept exactly. Topics in it are "
        "written #like #this."
    )
    image_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Up to nine photos of one's own that are in no other post."
    )
    product_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The products that it shows."
    )
    topics: list[str] | None = strawberry.field(
        default=None, description="Topics beside those in the text, up to 30 characters each."
    )
    rating: int | None = strawberry.field(default=None, description="1 to 5 stars.")
    draft: bool | None = strawberry.field(
        default=False, description="Keep it to oneself until `publishPost`."
    )
    idempotency_key: str = strawberry.field(
        description="The same key writes one post, however often it is sent."
    )

    def asked(self, author_id: UUID) -> Asked:
        """Raises: NotFound for what is no id of a picture or product."""
        return Asked(
            author_id=author_id,
            writing=Writing(self.text, tuple(self.topics or ()), self.rating),
            parts=Parts(
                _keys(self.image_ids, Kind.IMAGE, "imageIds"),
                _keys(self.product_ids, Kind.PRODUCT, "productIds"),
            ),
            draft=bool(self.draft),
            key=self.idempotency_key,
        )


@strawberry.input(description="What to change of a post; what is left out or null stays.")
class UpdatePostInput:
    post_id: strawberry.ID = strawberry.field(description="A post of one's own.")
    text: str | None = strawberry.field(default=None, description="The whole new text.")
    topics: list[str] | None = strawberry.field(
        default=None, description="The topics beside those in the text; none for an empty list."
    )
    rating: int | None = strawberry.field(default=None, description="1 to 5 stars.")

    def edit(self) -> Edit:
        topics = None if self.topics is None else tuple(self.topics)
        return Edit(text=self.text, topics=topics, rating=self.rating)


@strawberry.input(description="Which post.")
class PostRefInput:
    post_id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.input(description="Whether to show a post off.")
class FeaturePostInput:
    post_id: strawberry.ID = strawberry.field(description="A published post.")
    featured: bool = strawberry.field(description="True to feature it, false to stop.")


def post_key(post_id: str) -> UUID:
    """Raises: NotFound for what is no id of a post."""
    key = decode_key(post_id, Kind.POST)
    if key is None:
        raise NotFound("node.not_found", field=("postId",))
    return key


def _keys(ids: list[strawberry.ID] | None, kind: Kind, field: str) -> tuple[UUID, ...]:
    found: list[UUID] = []
    for place, one in enumerate(ids or ()):
        key = decode_key(one, kind)
        if key is None:
            raise NotFound("node.not_found", field=(field, str(place)))
        found.append(key)
    return tuple(found)
