"""Pictures as clients send and see them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from api.execution.engine import Engine
from api.schema import build_schema
from domain.errors import Unauthenticated, Unavailable
from domain.members import Role
from domain.posts.visibility import PostState
from gamification.programme.current import Programmes
from infra.ids import Kind, encode_id, new_id
from infra.objects import Objects
from infra.pictures import processing, store
from infra.pictures.decoders import Decoders
from infra.pictures.store import Image
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.studio import Studio, photo

CREATE = """mutation ($type: String!, $size: Int!) {
  createImageUpload(input: {contentType: $type, byteSize: $size}) {
    upload { id url headers { name value } expiresAt }
    userErrors { code field message }
  }
}"""
COMPLETE = """mutation ($id: ID!, $alt: String) {
  completeImageUpload(input: {uploadId: $id, alt: $alt}) {
    image { id url(width: 320) width height alt thumbhash color }
    userErrors { code field message }
  }
}"""
SHOW = """mutation ($id: ID) { updateProfile(input: {avatarImageId: $id}) {
  member { avatar { id } } userErrors { code field }
} }"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"
NOBODY = UUID(int=1)


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def studio(platform: Platform, programmes: Programmes) -> AsyncIterator[Studio]:
    decoders = Decoders(seconds=30)
    made = Studio.over(replace(platform, objects=Objects()), programmes, decoders)
    await made.open("ana", "bo")
    yield made
    await decoders.close()


@pytest.fixture
def clients(studio: Studio, engine: Engine) -> Clients:
    made = Clients(studio.shop, engine)
    made.services = replace(made.services, uploads=studio.uploads)
    return made


async def send(clients: Clients, studio: Studio, who: str = "ana") -> Any:  # noqa: ANN401
    """The picture that a client gets for its file."""
    invitation = await studio.ticket(who)
    await studio.send(invitation, photo())
    upload_id = encode_id(Kind.IMAGE_UPLOAD, invitation.ticket.id)
    answer = await clients.ask(COMPLETE, who, id=upload_id, alt="海边")
    return answer["completeImageUpload"]["image"]


async def test_a_ticket_says_where_and_how_to_send(clients: Clients) -> None:
    answer = await clients.ask(CREATE, "ana", type="image/PNG", size=1000)
    upload = answer["createImageUpload"]["upload"]
    assert upload["headers"] == [{"name": "Content-Type", "value": "image/png"}]
    assert upload["url"].startswith(f"http://shop/uploads/{upload['id']}?signature=")


async def test_a_completed_upload_is_a_picture(clients: Clients, studio: Studio) -> None:
    image = await send(clients, studio)
    assert (image["width"], image["height"], image["alt"]) == (80, 60, "海边")
    assert image["url"].startswith("/media/")
    assert image["color"][0] == "#"


async def test_visitors_send_nothing(clients: Clients) -> None:
    assert await clients.raised(CREATE, None, type="image/png", size=9) == [Unauthenticated]
    assert await clients.raised(COMPLETE, None, id="x") == [Unauthenticated]


async def test_refusals_name_the_field(clients: Clients) -> None:
    for given, field in (
        ({"type": "text/html", "size": 9}, "contentType"),
        ({"type": "image/png", "size": 0}, "byteSize"),
    ):
        answer = await clients.ask(CREATE, "ana", **given)
        [error] = answer["createImageUpload"]["userErrors"]
        assert (error["code"], error["field"]) == ("INVALID", [field])


@pytest.mark.parametrize("kind", [Kind.IMAGE_UPLOAD, Kind.IMAGE, None])
async def test_what_is_no_ticket_of_ones_own_is_not_found(
    clients: Clients, kind: Kind | None
) -> None:
    given = encode_id(kind, new_id()) if kind else "nonsense"
    answer = await clients.ask(COMPLETE, "ana", id=given)
    [error] = answer["completeImageUpload"]["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["uploadId"])


async def test_a_process_that_takes_no_pictures_says_so(clients: Clients) -> None:
    clients.services = replace(clients.services, uploads=None)
    assert await clients.raised(CREATE, "ana", type="image/png", size=9) == [Unavailable]


async def test_a_member_shows_a_picture_to_everybody(clients: Clients, studio: Studio) -> None:
    image = await send(clients, studio)
    done = (await clients.ask(SHOW, "ana", id=image["id"]))["updateProfile"]
    assert done["member"]["avatar"] == {"id": image["id"]}
    assert (await clients.ask(NODE, "bo", id=image["id"]))["node"] == {"id": image["id"]}
    done = (await clients.ask(SHOW, "ana", id=None))["updateProfile"]
    assert done["member"]["avatar"] is None
    assert (await clients.ask(NODE, "bo", id=image["id"]))["node"] is None


async def test_a_profile_without_mention_of_it_keeps_its_picture(
    clients: Clients, studio: Studio
) -> None:
    image = await send(clients, studio)
    await clients.ask(SHOW, "ana", id=image["id"])
    query = 'mutation { updateProfile(input: {bio: "茶"}) { member { avatar { id } } } }'
    done = (await clients.ask(query, "ana"))["updateProfile"]
    assert done["member"]["avatar"] == {"id": image["id"]}


@pytest.mark.parametrize("given", ["", "nonsense", encode_id(Kind.MEMBER, NOBODY)])
async def test_what_is_no_picture_is_no_avatar(clients: Clients, given: str) -> None:
    done = (await clients.ask(SHOW, "ana", id=given))["updateProfile"]
    assert done["userErrors"] == [{"code": "NOT_FOUND", "field": ["avatarImageId"]}]


READERS = {
    "the member": ("ana", ()),
    "a stranger": ("bo", ()),
    "a visitor": (None, ()),
    "a moderator": (None, (Role.MODERATOR,)),
    "a service": (None, (Role.SERVICE,)),
}
EVERYBODY = frozenset(READERS)
SEEN = {
    "of the programme": EVERYBODY,
    "just uploaded": {"the member"},
    PostState.DRAFT: {"the member"},
    PostState.IN_REVIEW: {"the member", "a moderator"},
    PostState.PUBLISHED: EVERYBODY,
    PostState.REJECTED: {"the member", "a moderator"},
    PostState.REMOVED: {"the member", "a moderator"},
    PostState.DELETED: {"the member", "a moderator"},
}
POST = """
INSERT INTO post (id, author_id, state, text, created_at, submitted_at, published_at, deleted_at)
VALUES ($1, $2, $3, '', now(), CASE WHEN $3 <> 'DRAFT' THEN now() END,
  CASE WHEN $3 IN ('PUBLISHED', 'REMOVED') THEN now() END,
  CASE WHEN $3 = 'DELETED' THEN now() END)
"""


async def hung(studio: Studio, where: str) -> Image:
    """A picture of Ana's, in a post of this state; or one of the programme's."""
    database = studio.platform.database
    if where == "of the programme":
        picture = processing.read(photo())
        return await store.put(database, studio.platform.objects, picture, alt=None)
    image = await studio.upload("ana")
    if where != "just uploaded":
        post_id = new_id()
        await database.execute(POST, post_id, await studio.member("ana"), str(where))
        await database.execute("INSERT INTO post_image VALUES ($1, 0, $2)", post_id, image.id)
    return image


@pytest.mark.parametrize("where", SEEN, ids=str)
async def test_who_sees_a_picture_by_its_id(clients: Clients, studio: Studio, where: str) -> None:
    image_id = encode_id(Kind.IMAGE, (await hung(studio, where)).id)
    seen = {
        reader
        for reader, (who, roles) in READERS.items()
        if (await clients.ask(NODE, who, *roles, id=image_id))["node"]
    }
    assert seen == SEEN[where]
