"""Mutations by which pictures come: a ticket first, then what was sent by it."""

from __future__ import annotations

import strawberry

from api.execution.context import Info
from api.images.inputs import (
    CompleteImageUploadInput,
    CreateImageUploadInput,
    ImagePayload,
    ImageUpload,
    ImageUploadPayload,
)
from api.images.types import Image
from api.payloads import mutation
from domain.errors import NotFound
from infra.ids import Kind, decode_key


@strawberry.type
class ImageMutations:
    @mutation(description="First step of an upload: where to PUT the file, and until when.")
    async def create_image_upload(
        self,
        info: Info,
        input: CreateImageUploadInput,  # noqa: A002
    ) -> ImageUploadPayload:
        context = info.context
        invitation = await context.services.taking_uploads().create(
            context.signed_in(), input.content_type, input.byte_size
        )
        return ImageUploadPayload(upload=ImageUpload.of(invitation))

    @mutation(
        description="Second step: the file is checked, cleaned of metadata and made into sizes. "
        "Completing twice gives the same image."
    )
    async def complete_image_upload(
        self,
        info: Info,
        input: CompleteImageUploadInput,  # noqa: A002
    ) -> ImagePayload:
        context = info.context
        member_id = context.signed_in()
        upload_id = decode_key(input.upload_id, Kind.IMAGE_UPLOAD)
        if upload_id is None:
            raise NotFound("node.not_found", field=("uploadId",))
        image = await context.services.taking_uploads().complete(member_id, upload_id, input.alt)
        return ImagePayload(image=Image.of(image))
