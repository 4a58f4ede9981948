"""From a ticket to a picture: what is taken, what is refused, what is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from community.media import store, uploads
from domain.errors import Refused, Unavailable
from infra.ids import new_id
from tests.support.studio import JPEG, Studio, photo, reason_of


async def original(studio: Studio, ticket_id: UUID) -> bytes | None:
    return await studio.platform.objects.get(f"uploads/{ticket_id.hex}")


async def test_a_file_becomes_a_picture_and_is_gone_itself(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    image = await studio.complete(invitation, alt="一杯咖啡")
    assert (image.alt, image.widths, image.heights) == ("一杯咖啡", (80,), (60,))
    assert await studio.there(image) == [True]
    assert await original(studio, invitation.ticket.id) is None


async def test_completing_twice_gives_the_same_picture(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    first = await studio.complete(invitation)
    assert await studio.complete(invitation) == first


async def test_completing_twice_at_once_gives_the_same_picture(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    both = await asyncio.gather(*(studio.complete(invitation) for _ in range(4)))
    assert len({image.id for image in both}) == 1
    assert await studio.platform.database.fetchval("SELECT count(*) FROM image") == 1


async def test_the_last_file_before_completion_counts(studio: Studio) -> None:
    small, large = photo(40, 30, "#aa0000"), photo(40, 30, "#00aa00")
    assert len(small) == len(large)
    invitation = await studio.ticket(data=small)
    await studio.send(invitation, small)
    await studio.send(invitation, large)
    assert (await studio.complete(invitation)).color.startswith("#0")


async def test_nothing_can_be_sent_after_completion(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    await studio.complete(invitation)
    with pytest.raises(Refused) as refused:
        await studio.send(invitation, photo())
    assert reason_of(refused) == ("CONFLICT", "upload.completed")


async def test_a_ticket_lives_for_a_quarter_of_an_hour(studio: Studio) -> None:
    early = await studio.ticket()
    await studio.send(early, photo())
    await studio.let_pass(minutes=14)
    assert await studio.complete(early)
    late = await studio.ticket()
    await studio.let_pass(minutes=15)
    for doing in (studio.send(late, photo()), studio.complete(late)):
        with pytest.raises(Refused) as refused:
            await doing
        assert reason_of(refused) == ("EXPIRED", "upload.expired")


async def test_a_completed_ticket_answers_as_long_as_its_picture_is_there(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    image = await studio.complete(invitation)
    await studio.let_pass(hours=1)
    assert await studio.complete(invitation) == image


async def test_somebody_else_s_ticket_is_not_there(studio: Studio) -> None:
    invitation = await studio.ticket("ana")
    await studio.send(invitation, photo())
    with pytest.raises(Refused) as refused:
        await studio.complete(invitation, "bo")
    assert reason_of(refused) == ("NOT_FOUND", "node.not_found")


@pytest.mark.parametrize("signature", ["", "x", "签", "A" * 43])
async def test_without_its_signature_an_address_takes_nothing(
    studio: Studio, signature: str
) -> None:
    invitation = await studio.ticket()
    with pytest.raises(Refused) as refused:
        await studio.send(invitation, photo(), signature=signature)
    assert reason_of(refused) == ("NOT_FOUND", "upload.unknown")
    assert await original(studio, invitation.ticket.id) is None


async def test_a_signature_is_good_for_its_own_ticket_alone(studio: Studio) -> None:
    mine, other = await studio.ticket("ana"), await studio.ticket("bo")
    swapped = uploads.Invitation(other.ticket, mine.url, mine.headers)
    with pytest.raises(Refused) as refused:
        await studio.send(swapped, photo())
    assert reason_of(refused) == ("NOT_FOUND", "upload.unknown")


@pytest.mark.parametrize(
    ("type_", "size", "reason"),
    [
        ("image/svg+xml", 100, "upload.type"),
        ("text/html", 100, "upload.type"),
        ("image/heic", 100, "image.heic"),
        (JPEG, 0, "upload.size"),
        (JPEG, -1, "upload.size"),
        (JPEG, 20 * 2**20 + 1, "upload.size"),
    ],
)
async def test_there_are_tickets_for_pictures_only(
    studio: Studio, type_: str, size: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.pictures.formats.reads_heic", lambda: False)
    member = await studio.member("ana")
    with pytest.raises(Refused) as refused:
        await studio.uploads.create(member, type_, size)
    assert reason_of(refused) == ("INVALID", reason)


async def test_a_file_of_another_type_is_not_taken(studio: Studio) -> None:
    invitation = await studio.ticket()
    with pytest.raises(Refused) as refused:
        await studio.send(invitation, photo(), content_type="image/png")
    assert reason_of(refused) == ("INVALID", "upload.wrong_type")


async def test_a_type_is_judged_by_the_file_itself(studio: Studio) -> None:
    png = photo(format_="PNG")
    invitation = await studio.ticket(data=png, type_=JPEG)
    await studio.send(invitation, png)
    with pytest.raises(Refused) as refused:
        await studio.complete(invitation)
    assert reason_of(refused) == ("INVALID", "upload.wrong_type")


@pytest.mark.parametrize("byte_size", [None, 1])
@pytest.mark.parametrize("change", [-1, 1], ids=["shorter", "longer"])
async def test_a_file_of_another_size_is_not_taken(
    studio: Studio, byte_size: int | None, change: int
) -> None:
    data = photo()
    invitation = await studio.ticket(data=data)
    other = data[:-1] if change < 0 else data + b"!"
    with pytest.raises(Refused) as refused:
        await studio.send(invitation, other, byte_size=byte_size and len(other))
    assert reason_of(refused) == ("INVALID", "upload.wrong_size")
    assert await original(studio, invitation.ticket.id) is None


async def test_no_more_is_read_than_was_announced(studio: Studio) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while read < 100_000:  # as good as endless, but for a test that fails
            read += 1000
            yield bytes(1000)

    invitation = await studio.ticket(data=bytes(5000))
    [_, signature] = invitation.url.split("signature=")
    with pytest.raises(Refused):
        await studio.uploads.receive(
            invitation.ticket.id,
            signature,
            content_type=JPEG,
            byte_size=None,
            pieces=endless(),
        )
    assert read == 6000


async def test_a_file_that_a_store_took_in_another_size_is_refused(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.platform.objects.put(invitation.ticket.object_name, photo() + b"more")
    with pytest.raises(Refused) as refused:
        await studio.complete(invitation)
    assert reason_of(refused) == ("INVALID", "upload.wrong_size")


async def test_there_must_be_a_file(studio: Studio) -> None:
    invitation = await studio.ticket()
    with pytest.raises(Refused) as refused:
        await studio.complete(invitation)
    assert reason_of(refused) == ("INVALID", "upload.missing")


async def test_who_sent_no_picture_may_send_one_instead(studio: Studio) -> None:
    good = photo()
    invitation = await studio.ticket(data=good)
    await studio.send(invitation, good[:2] + bytes(len(good) - 2))
    with pytest.raises(Refused) as refused:
        await studio.complete(invitation)
    assert reason_of(refused) == ("INVALID", "image.unreadable")
    await studio.send(invitation, good)
    assert await studio.complete(invitation)


async def test_bad_files_are_not_read_for_ever(studio: Studio) -> None:
    invitation = await studio.ticket(data=b"bad")
    await studio.send(invitation, b"bad")
    reasons: list[tuple[str, str]] = []
    for _ in range(6):
        with pytest.raises(Refused) as refused:
            await studio.complete(invitation)
        reasons.append(reason_of(refused))
    assert reasons == [("INVALID", "image.unreadable")] * 5 + [
        ("LIMIT_REACHED", "upload.too_many_tries")
    ]


async def test_what_a_picture_shows_is_told_in_so_many_words(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    with pytest.raises(Refused) as refused:
        await studio.complete(invitation, alt="长" * 501)
    assert reason_of(refused) == ("INVALID", "text.too_long")
    assert (await studio.complete(invitation, alt="长" * 500)).alt == "长" * 500


async def test_open_tickets_are_limited_whoever_asks_at_once(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_MOST_OPEN", 3)
    asked = await asyncio.gather(*(studio.ticket() for _ in range(6)), return_exceptions=True)
    refused = [one for one in asked if isinstance(one, Refused)]
    assert [one.reason for one in refused] == ["upload.too_many_open"] * 3
    assert await studio.ticket("bo")
    await studio.let_pass(minutes=15)
    assert await studio.ticket()


async def test_pictures_that_hang_nowhere_are_limited(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_MOST_UNUSED", 1)
    await studio.upload()
    with pytest.raises(Refused) as refused:
        await studio.ticket()
    assert reason_of(refused) == ("LIMIT_REACHED", "upload.too_many_unused")


async def test_what_a_picture_looks_like_is_kept_for_moderators(studio: Studio) -> None:
    first, again, other = [
        await studio.upload(data=data) for data in (ramp(90), ramp(90), ramp(270))
    ]
    ids = [image.id for image in (first, again, other)]
    looks = await store.likenesses(studio.platform.database, ids)
    assert looks[first.id].distance(looks[again.id]) == 0
    assert looks[first.id].upright == looks[other.id].mirrored


def ramp(degrees: int) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").rotate(degrees).save(out, "JPEG")
    return out.getvalue()


async def test_a_ticket_that_nobody_gave_out_is_not_there(studio: Studio) -> None:
    with pytest.raises(Refused) as refused:
        await studio.uploads.complete(await studio.member("ana"), new_id(), None)
    assert reason_of(refused) == ("NOT_FOUND", "node.not_found")


async def test_a_client_that_goes_away_leaves_nothing(studio: Studio) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError

    invitation = await studio.ticket()
    with pytest.raises(ConnectionError):
        await studio.uploads.receive(
            invitation.ticket.id,
            invitation.url.split("signature=")[1],
            content_type=JPEG,
            byte_size=None,
            pieces=breaking(),
        )
    assert await original(studio, invitation.ticket.id) is None


async def test_a_file_may_be_tried_again_once_the_store_is_back(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())

    async def away(*_: object) -> None:
        raise Unavailable("objects")

    with monkeypatch.context() as patched:
        patched.setattr(studio.platform.objects, "put", away)
        with pytest.raises(Unavailable):
            await studio.complete(invitation)
    assert await studio.complete(invitation)
