"""The shop's own provider vouches for its customers, and for nothing else."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from domain.errors import Unauthenticated, Unavailable
from domain.members import Role
from infra.clock import Clock
from infra.database import Database
from members import store
from members.authentication import Authentication
from members.jose import _Registry
from members.oidc import IdentityProvider, ShopTokens
from members.staff import issue
from members.tokens import Tokens

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://id.shop.example/jwks"
CLAIMS: Mapping[str, Any] = {
    "iss": "https://id.shop.example",
    "aud": ["laurels", "other"],
    "sub": "C-1",
    "exp": int(NOW.timestamp()) + 300,
}
KEYS: Mapping[str, Key] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "r", "alg": "RS256", "use": "sig"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "e"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "o"}),
}


class Provider:
    """A provider that answers from memory, and counts."""

    def __init__(self) -> None:
        self.keys: list[Key] = list(KEYS.values())
        self.asked = 0
        self.away = False

    def answer(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def shop(database: Database, provider: Provider) -> ShopTokens:
    return ShopTokens(
        IdentityProvider("https://id.shop.example", "laurels", jwks_url=URL),
        database,
        Clock(database, sandbox=False),
        httpx.AsyncClient(transport=httpx.MockTransport(provider.answer)),
        now=lambda: NOW,
    )


def signed(
    algorithm: str = "ES256", key: Key | None = None, kid: str | None = None, **changes: object
) -> str:
    key = key or KEYS[algorithm]
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    header = {"alg": algorithm, "kid": key.kid if kid is None else kid, "vendor": "x"}
    if not kid and kid is not None:
        del header["kid"]
    return jwt.encode(header, claims, key, registry=_Registry([algorithm]))


async def refused(shop: ShopTokens, token: str) -> bool:
    try:
        await shop.viewer(token)
    except Unauthenticated:
        return True
    return False


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
async def test_a_customer_is_enrolled_on_first_sight(
    database: Database, shop: ShopTokens, algorithm: str
) -> None:
    first = await shop.viewer(signed(algorithm))
    assert await shop.viewer(signed(algorithm)) == first
    assert first.roles == {Role.SHOPPER}
    assert await store.find_by_refs(database, ["C-1"]) == {"C-1": first.member_id}
    assert await database.fetchval("SELECT count(*) FROM activity") == 1


async def test_a_crowd_on_first_sight_is_one_member(database: Database, shop: ShopTokens) -> None:
    viewers = await asyncio.gather(*(shop.viewer(signed()) for _ in range(8)))
    assert len({one.member_id for one in viewers}) == 1
    assert await database.fetchval("SELECT count(*) FROM activity") == 1


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
async def test_without_a_key_id_the_only_key_of_its_kind_decides(
    shop: ShopTokens, provider: Provider, algorithm: str
) -> None:
    assert not await refused(shop, signed(algorithm, kid=""))
    provider.keys.append(ECKey.generate_key("P-256"))
    shop._jwks._fetched = shop._jwks._tried = float("-inf")
    assert await refused(shop, signed("ES256", kid=""))


@pytest.mark.parametrize(
    "token",
    [
        lambda: signed(aud="other"),
        lambda: signed(aud=None),
        lambda: signed(iss="https://evil.example"),
        lambda: signed(exp=int(NOW.timestamp()) - 61),
        lambda: signed(exp=None),
        lambda: signed(nbf=int(NOW.timestamp()) + 3600),
        lambda: signed(sub=None),
        lambda: signed(sub=""),
        lambda: signed(sub=7),
        lambda: signed(sub="a\0"),
        lambda: signed(key=ECKey.generate_key("P-256"), kid="e"),
        lambda: signed(key=ECKey.generate_key("P-256", {"kid": "new"})),
        lambda: signed("ES256", kid="r"),
        lambda: signed("HS256", key=OctKey.generate_key(256, {"kid": "r"})),
        lambda: "a.b.c",
    ],
)
async def test_what_the_provider_did_not_say_is_refused(
    shop: ShopTokens, token: Callable[[], str]
) -> None:
    assert await refused(shop, token())


async def test_unknown_keys_are_asked_for_once_a_minute(
    shop: ShopTokens, provider: Provider
) -> None:
    new = ECKey.generate_key("P-256", {"kid": "new"})
    for _ in range(5):
        assert await refused(shop, signed(key=new))
    assert provider.asked == 1
    provider.keys.append(new)
    shop._jwks._tried -= 61
    assert not await refused(shop, signed(key=new))
    assert provider.asked == 2


async def test_known_keys_outlast_an_absence(shop: ShopTokens, provider: Provider) -> None:
    assert not await refused(shop, signed())
    provider.away = True
    shop._jwks._tried -= 7200
    shop._jwks._fetched -= 7200
    assert not await refused(shop, signed())


async def test_without_any_key_nobody_can_be_told(shop: ShopTokens, provider: Provider) -> None:
    provider.away = True
    with pytest.raises(Unavailable):
        await shop.viewer(signed())


async def test_the_claim_with_the_number_is_configured(database: Database) -> None:
    jwks = {"keys": [key.as_dict(private=False) for key in KEYS.values()]}
    shop = ShopTokens(
        IdentityProvider(
            "https://id.shop.example", "laurels", jwks=jwks, customer_claim="customer_number"
        ),
        database,
        Clock(database, sandbox=False),
        httpx.AsyncClient(),
        now=lambda: NOW,
    )
    viewer = await shop.viewer(signed(customer_number="C-9"))
    assert await store.find_by_refs(database, ["C-9"]) == {"C-9": viewer.member_id}


async def test_both_kinds_of_token_are_accepted(database: Database, shop: ShopTokens) -> None:
    tokens = Tokens(database)
    [own] = await issue(database, tokens, ["C-1"], now=NOW)
    authentication = Authentication(tokens, shop)
    ours, theirs = await authentication.viewer(own), await authentication.viewer(signed())
    assert ours.member_id == theirs.member_id
    with pytest.raises(Unauthenticated):
        await Authentication(tokens).viewer(signed())
