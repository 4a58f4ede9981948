"""One operation: who asks, in which language, at what time, and what answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeVar
from uuid import UUID

import strawberry

from api.execution.loading import Loaders
from api.execution.services import MembersById, Services
from domain.errors import Forbidden, Unauthenticated
from domain.members import Role, Viewer
from domain.posts.visibility import Reader
from infra import acting
from infra.i18n import Locale

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class Context:
    """Made fresh for each operation, and for each event of a subscription.

    `viewer` is None for a visitor. `asked` says of what each field is asked for by compiled code,
    as `Type.field.field`: what can be fetched along with it. Where a document is interpreted it is
    empty, and each loads for itself.

    `address` is where the request came from, and `invite` the referral code that the browser keeps
    of the first invitation that was opened in it; None where nothing is known.
    """

    viewer: Viewer | None
    locale: Locale
    request_id: str
    services: Services
    asked: frozenset[str] = field(default=frozenset(), init=False, repr=False)
    address: str | None = field(default=None, init=False, repr=False)
    invite: str | None = field(default=None, init=False, repr=False)
    _now: datetime | None = field(default=None, init=False, repr=False)
    _loaders: Loaders | None = field(default=None, init=False, repr=False)

    async def now(self) -> datetime:
        """The programme's time, the same throughout the operation."""
        if self._now is None:
            self._now = await self.load(_times, None)  # asked by many at once, read once
        return self._now

    async def load(self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]], key: K) -> V:
        """What `batch` loads for `key`, together with everything else asked of it meanwhile."""
        return (await self.load_many(batch, (key,)))[0]

    async def load_many(
        self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]], keys: Iterable[K]
    ) -> list[V]:
        """What `batch` loads for each of the keys: `load` for batch resolvers."""
        if self._loaders is None:
            self._loaders = Loaders()
        return await self._loaders.load(self, batch, keys)

    def members_for(self, field: str) -> MembersById:
        """Loads the members of a field (`Type.field`), with their avatars where those are shown."""
        services = self.services
        wanted = f"{field}.avatar" in self.asked
        return (wanted and services.members_with_avatars) or services.members

    def know(
        self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]], found: Mapping[K, V]
    ) -> None:
        """Keeps what another statement brought along, so that `batch` need not load it."""
        if self._loaders is None:
            self._loaders = Loaders()
        self._loaders.know(batch, found)

    def say(self, key: str, /, **params: object) -> str:
        """A sentence of the catalogues in the reader's language."""
        return self.services.platform.catalogue.say(key, self.locale, **params)

    def signed_in(self) -> UUID:
        """The viewer's member id.

        Raises: Unauthenticated for a visitor.
        """
        if self.viewer is None:
            raise Unauthenticated
        return self.viewer.member_id

    def require(self, *roles: Role) -> UUID:
        """The viewer's member id, for whoever has one of the roles.

        Raises: Unauthenticated for a visitor, Forbidden for anybody else.
        """
        if self.viewer is None:
            raise Unauthenticated
        if self.viewer.roles.isdisjoint(roles):
            raise Forbidden
        if self.has(Role.MODERATOR, Role.ADMIN):
            acting.by(self.viewer.member_id)
        return self.viewer.member_id

    def has(self, *roles: Role) -> bool:
        """Whether the viewer has one of the roles."""
        return self.viewer is not None and not self.viewer.roles.isdisjoint(roles)

    @property
    def reader(self) -> Reader:
        """Who looks, as the predicate of what members write wants to know it."""
        viewer = self.viewer
        if viewer is None:
            return Reader()
        return Reader(viewer.member_id, staff=self.has(Role.MODERATOR, Role.ADMIN))

    def sees_private(self, member_id: UUID) -> bool:
        """Whether the private fields of this member are for the viewer.

        Source: the contract's "Who sees what": the member, admins and service accounts.
        """
        own = self.viewer is not None and self.viewer.member_id == member_id
        return own or self.has(Role.ADMIN, Role.SERVICE)


class SharedContext(Context):
    """The context of an execution whose result goes to many: there is no viewer to read.

    Whoever asks for one gets an exception, and `viewer_asked` becomes True for good: what was
    made with this context must then not be shown to anybody.
    """

    __slots__ = ("viewer_asked",)

    def __init__(self, locale: Locale, request_id: str, services: Services) -> None:
        self.viewer_asked = False
        super().__init__(None, locale, request_id, services)

    def __repr__(self) -> str:
        return f"SharedContext({self.locale!r}, {self.request_id!r})"  # logs do not ask

    @property
    def viewer(self) -> Viewer | None:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Raises: NoViewer, always."""
        self.viewer_asked = True
        raise NoViewer

    @viewer.setter
    def viewer(self, viewer: Viewer | None) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        if viewer is not None:
            self.viewer_asked = True
            raise NoViewer


class NoViewer(RuntimeError):
    """What is shared between viewers asked who the viewer is."""


Info: TypeAlias = strawberry.Info[Context, None]


async def _times(context: Context, keys: list[None]) -> list[datetime]:
    """The programme's time, for whoever asks."""
    return [await context.services.platform.clock.now()] * len(keys)
