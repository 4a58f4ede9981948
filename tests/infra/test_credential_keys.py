"""Signatures that others verify with what is published, and with nothing of ours."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from joserfc import jwt
from joserfc.jwk import RSAKey

from infra import credential_keys
from infra.database import Database
from tests.support.proofs import decoded, verified

NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def test_what_was_signed_is_verified_by_what_is_published(database: Database) -> None:
    token = await credential_keys.sign(database, {"name": "黑胶"}, NOW)
    keys = await credential_keys.published(database)
    assert verified(token, keys) == {"name": "黑胶"}
    header = json.loads(decoded(token.split(".")[0]))
    assert (header["alg"], header["jwk"]["n"]) == ("RS256", keys[0]["n"])


async def test_nothing_private_is_published(database: Database) -> None:
    token = await credential_keys.sign(database, {}, NOW)
    [key] = await credential_keys.published(database)
    header = json.loads(decoded(token.split(".")[0]))
    assert not {"d", "p", "q", "dp", "dq", "qi"} & {*key, *header["jwk"]}


async def test_what_was_changed_is_noticed(database: Database) -> None:
    head, _, signature = (await credential_keys.sign(database, {"level": 1}, NOW)).split(".")
    other = (await credential_keys.sign(database, {"level": 2}, NOW)).split(".")[1]
    keys = await credential_keys.published(database)
    with pytest.raises(InvalidSignature):
        verified(f"{head}.{other}.{signature}", keys)


async def test_what_an_old_key_signed_stays_true(database: Database) -> None:
    old = await credential_keys.sign(database, {"n": 1}, NOW)
    kid = await credential_keys.rotate(database, NOW)
    new = await credential_keys.sign(database, {"n": 2}, NOW)
    keys = await credential_keys.published(database)
    assert [verified(token, keys)["n"] for token in (old, new)] == [1, 2]
    assert json.loads(decoded(new.split(".")[0]))["kid"] == kid


async def test_processes_that_sign_at_once_for_the_first_time_agree_on_a_key(
    database: Database,
) -> None:
    tokens = await asyncio.gather(
        *(credential_keys.sign(database, {"n": n}, NOW) for n in range(4))
    )
    assert len(await credential_keys.published(database)) == 1
    assert len({token.split(".")[0] for token in tokens}) == 1


async def test_what_was_signed_is_known_again_as_what_it_was_signed_for(database: Database) -> None:
    token = await credential_keys.sign(database, {"n": 1}, NOW, kind="season+jwt")
    keys = await credential_keys.published(database)
    assert credential_keys.signed(token, keys, kind="season+jwt") == {"n": 1}
    assert credential_keys.signed(token, keys, kind=credential_keys.TYPE) is None
    assert credential_keys.signed("no.such.token", keys, kind="season+jwt") is None


async def test_a_key_that_a_token_brings_along_proves_nothing(database: Database) -> None:
    await credential_keys.sign(database, {"n": 1}, NOW)
    [ours] = await credential_keys.published(database)
    key = RSAKey.generate_key(2048, {"kid": ours["kid"]}, private=True)
    brought = key.as_dict(private=False)
    header = {"alg": "RS256", "typ": credential_keys.TYPE, "kid": ours["kid"], "jwk": brought}
    token = jwt.encode(header, {"n": 1}, key, ["RS256"])
    assert credential_keys.signed(token, [ours], kind=credential_keys.TYPE) is None
