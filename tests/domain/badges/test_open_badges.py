"""What is signed of an award."""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.badges.open_badges import (
    PLACES,
    Achievement,
    Held,
    Holder,
    Issuer,
    achievement,
    claims,
    credential,
    status_list,
)

NOW = datetime(2026, 11, 22, 4, 5, 6, 789, tzinfo=UTC)
ISSUER = Issuer("https://shop.example", "云音唱片行")
BADGE = Achievement("bdA", "黑胶收藏家", "Thirty records.", "/media/a.webp", (3, 10, 30))
HELD = Held("awA", BADGE, Holder("mbA", "lin", "小林"), level=2, awarded_at=NOW, place=131_075)


def bits_of(encoded: str) -> bytes:
    assert encoded.startswith("u")
    text = encoded[1:]
    return gzip.decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def is_set(bits: bytes, index: int) -> bool:
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def test_a_credential_says_who_holds_what_since_when() -> None:
    document = credential(ISSUER, HELD)
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["id"] == "https://shop.example/badges/awards/awA"
    assert document["validFrom"] == "2026-11-22T04:05:06Z"
    subject = document["credentialSubject"]
    assert subject["achievement"]["name"] == "黑胶收藏家"
    assert subject["result"][0]["value"] == "2"
    assert [one["identityHash"] for one in subject["identifier"]] == ["lin", "小林"]


def test_its_result_names_the_description_of_the_badge() -> None:
    subject = credential(ISSUER, HELD)["credentialSubject"]
    described = achievement(ISSUER, BADGE)["resultDescription"][0]
    assert subject["result"][0]["resultDescription"] == described["id"]
    assert (described["valueMin"], described["valueMax"]) == ("1", "3")


def test_a_badge_of_one_level_has_no_result() -> None:
    single = replace(HELD, achievement=replace(BADGE, thresholds=(1,)))
    document = credential(ISSUER, single)
    assert "result" not in document["credentialSubject"]
    assert "resultDescription" not in document["credentialSubject"]["achievement"]


def test_its_status_is_in_the_list_of_its_place() -> None:
    status = credential(ISSUER, HELD)["credentialStatus"]
    assert status["statusListCredential"] == "https://shop.example/badges/status/1"
    assert status["statusListIndex"] == "3"
    document = status_list(ISSUER, 1, [HELD.place], NOW)
    assert document["id"] == status["statusListCredential"]
    assert is_set(bits_of(document["credentialSubject"]["encodedList"]), 3)


@given(st.sets(st.integers(0, 2 * PLACES - 1), max_size=50), st.integers(0, 1))
def test_a_list_marks_its_own_places_and_no_other(revoked: set[int], number: int) -> None:
    document = status_list(ISSUER, number, revoked, NOW)
    bits = bits_of(document["credentialSubject"]["encodedList"])
    marked = {index + number * PLACES for index in range(PLACES) if is_set(bits, index)}
    assert len(bits) * 8 == PLACES
    assert marked == {place for place in revoked if place // PLACES == number}


def test_claims_repeat_the_document() -> None:
    document = credential(ISSUER, HELD)
    signed = claims(document)
    assert signed.items() >= document.items()
    assert signed["iss"] == "https://shop.example/badges/issuer"
    assert signed["jti"] == document["id"]
    assert signed["sub"] == document["credentialSubject"]["id"]
    assert signed["nbf"] == int(NOW.replace(microsecond=0).timestamp())
    assert claims(status_list(ISSUER, 0, [], NOW))["iss"] == signed["iss"]
