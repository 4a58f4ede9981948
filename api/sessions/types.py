"""Sessions, codes and profile changes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import strawberry

from api.execution.context import Context
from api.members.types import Member, existing_members
from api.payloads import Payload
from domain.errors import NotFound
from domain.members import Viewer
from infra.ids import Kind, decode_key
from members.profile import UNSET, ProfileChanges
from members.sessions import Session as Granted


@strawberry.input(description="Where to send the code.")
class RequestSignInCodeInput:
    account: str = strawberry.field(description="E-mail address or E.164 phone number.")


@strawberry.type(description="Whether a code is on its way; never tells whether anybody has it.")
class RequestSignInCodePayload(Payload):
    sent: bool = strawberry.field(description="True unless refused.")


@strawberry.input(description="The account and the code that was sent to it.")
class SignInInput:
    account: str = strawberry.field(description="The account that the code was sent to.")
    code: str = strawberry.field(description="Six digits; five wrong tries burn it.")
    referral_code: str | None = strawberry.field(
        default=None,
        description="Referral code of the person who invited. The first touch counts: a browser in "
        "which an invitation was opened keeps its code, which comes before this one.",
    )
    device_token: str | None = strawberry.field(
        default=None,
        description="What tells this device from others, up to 200 characters; only a keyed digest "
        "is kept, to find people who invite themselves.",
    )


@strawberry.input(description="The newest refresh token of a session; it is used up.")
class RefreshSessionInput:
    refresh_token: str = strawberry.field(description="As given with the session.")


@strawberry.type(description="A signed-in device. Both tokens live in real time.")
class Session:
    access_token: str = strawberry.field(description="Goes into `Authorization: Bearer …`.")
    expires_at: datetime = strawberry.field(description="When the access token ends.")
    refresh_token: str = strawberry.field(description="Good for one refresh, within 30 days.")
    member: Member = strawberry.field(description="Who is signed in.")

    @classmethod
    async def of(cls, context: Context, granted: Granted) -> Session:
        """The session; who was a visitor until now is its member for the rest of the operation."""
        member = await context.load(existing_members, granted.member_id)
        if context.viewer is None:
            roles = member.profile.roles
            context.viewer = Viewer(granted.member_id, roles, None, granted.expires_at)
        return cls(
            access_token=granted.access_token,
            expires_at=granted.expires_at,
            refresh_token=granted.refresh_token,
            member=member,
        )


@strawberry.type(description="The session, when signing in or refreshing succeeded.")
class SessionPayload(Payload):
    session: Session | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="Whether there was a session, which has ended now.")
class SignOutPayload(Payload):
    signed_out: bool = strawberry.field(description="False when the token had no session.")


@strawberry.input(description="What to change; null takes a value back.")
class UpdateProfileInput:
    display_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 30 characters; null: the handle again."
    )
    bio: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 200 characters."
    )
    locale: str | None = strawberry.field(
        default=strawberry.UNSET, description="zh-CN, zh-TW or en."
    )
    birthday: date | None = strawberry.field(
        default=strawberry.UNSET, description="Seen by nobody else; may earn a present."
    )
    avatar_image_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="A picture that the viewer has uploaded and that hangs nowhere else.",
    )

    def changes(self) -> ProfileChanges:
        """Raises: NotFound for what is no picture."""
        names = ("display_name", "bio", "locale", "birthday")
        given = {name: getattr(self, name) for name in names}
        shown = self.avatar_image_id
        given["avatar_image_id"] = _image_id(shown) if isinstance(shown, str) else shown
        return ProfileChanges(
            **{name: UNSET if value is strawberry.UNSET else value for name, value in given.items()}
        )


def _image_id(given: str) -> UUID:
    key = decode_key(given, Kind.IMAGE)
    if key is None:
        raise NotFound("image.unknown", field=("avatarImageId",))
    return key


@strawberry.input(description="A member who signed up here, and the shop's own number for them.")
class LinkCustomerInput:
    member_id: strawberry.ID = strawberry.field(description="The member who signed up here.")
    customer_ref: str = strawberry.field(description="The shop's own customer number.")
