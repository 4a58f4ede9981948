"""The real schema over real engines, behind the fixtures that serve the small one."""

from __future__ import annotations

import httpx
import pytest
import strawberry

from api.execution.services import Services
from api.members.types import existing_members
from api.schema import build_schema
from bench.hostile_documents import SETTING
from community.media.uploads import Uploads
from community.referrals.digests import Digests
from community.referrals.registering import Registering
from gamification.programme.current import Programmes
from infra.pictures.decoders import Decoders
from infra.platform import Platform
from members.sessions import Sessions
from members.sign_in import SignIn
from members.tokens import Tokens
from messaging.development_outbox import DevelopmentOutbox

SECRET = b"swordfish" * 4


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture
def services(platform: Platform, programmes: Programmes) -> Services:
    sessions = Sessions(platform.database, Tokens(platform.database))
    return Services(
        platform=platform,
        programmes=programmes,
        sessions=sessions,
        sign_in=SignIn(platform.database, sessions, DevelopmentOutbox(), secret=SECRET),
        registering=Registering(platform, Digests(SECRET)),
        members=existing_members,
        uploads=Uploads(platform, secret=SECRET, address="", decoders=Decoders(1)),
    )


@pytest.fixture
async def board(http: httpx.AsyncClient) -> None:
    """Something to ask for."""
    headers = {"authorization": "Bearer admin"}
    answer = await http.post("/graphql", json={"query": SETTING}, headers=headers)
    assert answer.json()["data"] == {"saveLeaderboard": {"userErrors": []}}
