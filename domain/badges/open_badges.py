"""An award as an Open Badges 3.0 credential: what is signed, as JSON, and nothing else.

Every address is below the `base` of the deployment. The credential says of its holder what the
public profile says: the handle and the name shown. Source: Open Badges Specification 3.0 (sections
8.2, B.1 and B.2), Verifiable Credentials Data Model 2.0, Bitstring Status List 1.0.
"""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

Document: TypeAlias = dict[str, Any]

CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
PLACES: Final = 131_072
"""Places of one status list: the least that the specification takes, so that nobody is
found by its size."""

_SCHEMAS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: the programme, at the address of its deployment, without a slash at the end."""

    base: str
    name: str

    @property
    def id(self) -> str:
        return f"{self.base}/badges/issuer"

    def award(self, award: str) -> str:
        """Where an award's credential is; `award` is its opaque id."""
        return f"{self.base}/badges/awards/{award}"

    def achievement(self, badge: str) -> str:
        return f"{self.base}/badges/achievements/{badge}"

    def status_list(self, number: int) -> str:
        return f"{self.base}/badges/status/{number}"


@dataclass(frozen=True, slots=True)
class Achievement:
    """A badge, by its opaque id; `image` an address below the base, `thresholds` of its levels."""

    id: str
    name: str
    description: str
    image: str
    thresholds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds it, as everybody may see them."""

    id: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """An award as it stands now. `place` is its own among all credentials, from 0 on."""

    id: str
    achievement: Achievement
    holder: Holder
    level: int
    awarded_at: datetime
    place: int


def profile(issuer: Issuer) -> Document:
    """The issuer's profile."""
    return {
        "@context": list(CONTEXTS),
        "id": issuer.id,
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.base,
    }


def achievement(issuer: Issuer, badge: Achievement) -> Document:
    """What it takes and how it looks."""
    found: Document = {
        "id": issuer.achievement(badge.id),
        "type": ["Achievement"],
        "creator": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
        "name": badge.name,
        "description": badge.description,
        "criteria": {"narrative": badge.description},
        "image": {"id": issuer.base + badge.image, "type": "Image", "caption": badge.name},
    }
    if len(badge.thresholds) > 1:
        found["resultDescription"] = [
            {
                "id": _levels(issuer, badge),
                "type": ["ResultDescription"],
                "name": "Level",
                "resultType": "RawScore",
                "valueMin": "1",
                "valueMax": str(len(badge.thresholds)),
            }
        ]
    return found


def credential(issuer: Issuer, held: Held) -> Document:
    """What is signed of an award."""
    badge = held.achievement
    subject: Document = {
        "id": f"{issuer.base}/members/{held.holder.id}",
        "type": ["AchievementSubject"],
        "identifier": [
            _identity("systemId", held.holder.handle),
            _identity("name", held.holder.name),
        ],
        "achievement": achievement(issuer, badge),
    }
    if len(badge.thresholds) > 1:
        subject["result"] = [
            {
                "type": ["Result"],
                "resultDescription": _levels(issuer, badge),
                "value": str(held.level),
            }
        ]
    return {
        "@context": list(CONTEXTS),
        "id": issuer.award(held.id),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": badge.name,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.base},
        "validFrom": _instant(held.awarded_at),
        "credentialSubject": subject,
        "credentialStatus": _status(issuer, held.place),
        "credentialSchema": [
            {
                "id": f"{_SCHEMAS}/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
    }


def status_list(issuer: Issuer, number: int, revoked: Iterable[int], now: datetime) -> Document:
    """Which of the credentials with places in this list were taken back. Signed like a credential.

    `revoked` are places among all credentials; those of other lists are left out.
    """
    address = issuer.status_list(number)
    return {
        "@context": [CONTEXTS[0]],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": _instant(now),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": _encoded(place - number * PLACES for place in revoked),
        },
    }


def claims(document: Document) -> Document:
    """The document with the claims by which a JWT repeats it. Source: section 8.2.4."""
    issuer: str | Document = document["issuer"]
    subject: Document = document["credentialSubject"]
    issued = datetime.fromisoformat(document["validFrom"])
    return document | {
        "iss": issuer if isinstance(issuer, str) else issuer["id"],
        "jti": document["id"],
        "sub": subject["id"],
        "nbf": int(issued.timestamp()),
    }


def _levels(issuer: Issuer, badge: Achievement) -> str:
    return f"{issuer.achievement(badge.id)}#levels"


def _identity(kind: str, text: str) -> Document:
    return {"type": "IdentityObject", "identityType": kind, "identityHash": text, "hashed": False}


def _status(issuer: Issuer, place: int) -> Document:
    number, index = divmod(place, PLACES)
    address = issuer.status_list(number)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def _encoded(indices: Iterable[int]) -> str:
    """Bits from the left, compressed, in multibase: `u` and Base64 without padding."""
    bits = bytearray(PLACES // 8)
    for index in indices:
        if 0 <= index < PLACES:
            bits[index // 8] |= 0x80 >> (index % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + urlsafe_b64encode(packed).decode().rstrip("=")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
