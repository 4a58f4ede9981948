"""What it takes to send a picture."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.execution.cost.sizes import expected
from api.images.types import Image
from api.payloads import Payload
from community.media.uploads import Invitation
from infra.ids import Kind, encode_id


@strawberry.input(description="What the file is that is about to be sent.")
class CreateImageUploadInput:
    content_type: str = strawberry.field(
        description="Its media type: image/jpeg, image/png, image/webp, image/avif or image/gif."
    )
    byte_size: int = strawberry.field(description="Exactly how many bytes it has; at most 20 MiB.")


@strawberry.input(description="A file that has been sent.")
class CompleteImageUploadInput:
    upload_id: strawberry.ID = strawberry.field(description="As given with the ticket.")
    alt: str | None = strawberry.field(
        default=None,
        description="What the picture shows, for those who cannot see it; at most 500 characters.",
    )


@strawberry.type(description="A header to send along with the file.")
class UploadHeader:
    name: str = strawberry.field(description="For instance Content-Type.")
    value: str = strawberry.field(description="Exactly what to send.")


@strawberry.type(description="A ticket: where to PUT one file, and until when.")
class ImageUpload:
    id: strawberry.ID = strawberry.field(description="Names the ticket when it is completed.")
    url: str = strawberry.field(
        description="Where to PUT the file, without any token: the address is signed. A file may "
        "be sent again until the ticket is completed; the last one counts."
    )
    headers: list[UploadHeader] = strawberry.field(
        description="All to be sent with the file.", metadata=expected(1).metadata
    )
    expires_at: datetime = strawberry.field(
        description="Until when it may be sent and completed: for 15 minutes."
    )

    @classmethod
    def of(cls, invitation: Invitation) -> ImageUpload:
        return cls(
            id=strawberry.ID(encode_id(Kind.IMAGE_UPLOAD, invitation.ticket.id)),
            url=invitation.url,
            headers=[UploadHeader(name=name, value=it) for name, it in invitation.headers.items()],
            expires_at=invitation.ticket.expires_at,
        )


@strawberry.type(description="A ticket to send a picture.")
class ImageUploadPayload(Payload):
    upload: ImageUpload | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="The picture, ready to be shown.")
class ImagePayload(Payload):
    image: Image | None = strawberry.field(description="Null when refused.")
