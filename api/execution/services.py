"""What resolvers may call: one field for each slice's services, filled by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from community.media.uploads import Uploads
from community.moderation.measures.meters import Meters
from community.referrals.registering import Registering
from domain.errors import Unavailable
from gamification.programme.current import Programmes
from infra.platform import Platform
from members.sessions import Sessions
from members.sign_in import SignIn

if TYPE_CHECKING:
    from api.execution.context import Context

MembersById: TypeAlias = "Callable[[Context, list[UUID]], Awaitable[Sequence[object]]]"
PostsById: TypeAlias = "Callable[[Context, list[UUID]], Awaitable[Sequence[object]]]"
PostsOfProducts: TypeAlias = (
    "Callable[[Context, Sequence[UUID], int | None, str | None], Awaitable[Sequence[object]]]"
)
OffersOfProducts: TypeAlias = "Callable[[Context, Sequence[UUID]], Awaitable[Sequence[object]]]"


@dataclass(frozen=True, slots=True)
class Services:
    """Lives as long as the process. A slice adds its service as a field of its own type.

    `members` loads the `Member` objects of ids that rows of ours name: types that a member's own
    fields lead to cannot import the member, and ask here; `members_with_avatars` does the same for
    lists that show those. In the same way `product_posts` gives a
    page of posts of each product, `product_offers` its offers of deals, and `posts` loads those of
    comments: posts lead to both.
    `moderation` counts what is decided, where somebody wants to know.
    `address` is where everybody reaches the deployment, without a slash at the end.
    """

    platform: Platform
    programmes: Programmes
    sessions: Sessions
    sign_in: SignIn
    members: MembersById
    members_with_avatars: MembersById | None = None
    address: str = "http://127.0.0.1:8000"
    uploads: Uploads | None = None
    product_posts: PostsOfProducts | None = None
    posts: PostsById | None = None
    moderation: Meters | None = None
    product_offers: OffersOfProducts | None = None
    registering: Registering | None = None

    def reading_posts(self) -> PostsById:
        """Raises: Unavailable in a process that shows no posts."""
        if self.posts is None:
            raise Unavailable("posts")
        return self.posts

    def bringing_friends(self) -> Registering:
        """Raises: Unavailable in a process that takes no codes."""
        if self.registering is None:
            raise Unavailable("referrals")
        return self.registering

    def taking_uploads(self) -> Uploads:
        """Raises: Unavailable in a process that takes no pictures."""
        if self.uploads is None:
            raise Unavailable("pictures")
        return self.uploads
