"""What to try: commands for a terminal and documents for the query page, ready to be copied.

Each works as it stands against the deployment that shows it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from shlex import quote
from typing import Final

from server.http.hooks import PATH as HOOK

POINTS: Final = """{
  me {
    handle
    points {
      available pending lifetimeEarned
      entries(first: 5) {
        nodes { amount description explanation { steps { label factor amount } } }
      }
    }
  }
}"""
TOP_TEN: Final = """{
  leaderboard(key: "%s") {
    name unit
    top(first: 10) { rank score member { displayName } }
  }
}"""
LIVE: Final = """subscription {
  pointsChanged { amount description availableAfter }
}"""


@dataclass(frozen=True, slots=True)
class Example:
    """`name` is the last part of the catalogue's key; `terminal` tells commands from documents."""

    name: str
    text: str
    terminal: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What examples are made of. Tokens and the hook's secret are of a sandbox only."""

    address: str
    customer: str
    token: str
    hook_secret: str
    now: datetime
    board: str | None = None


def examples(facts: Facts) -> Sequence[Example]:
    """In the order in which they make sense."""
    found = [Example("points", _ask(facts, POINTS), terminal=True)]
    if facts.board is not None:
        found.append(Example("top", _ask(facts, TOP_TEN % facts.board), terminal=True))
    return [
        *found,
        Example("live", LIVE, terminal=False),
        Example("order", _order(facts), terminal=True),
    ]


def _ask(facts: Facts, document: str) -> str:
    body = json.dumps({"query": " ".join(document.split())})
    return "\n".join(
        (
            f"curl -s {facts.address}/graphql \\",
            f"  -H {quote(f'authorization: Bearer {facts.token}')} \\",
            "  -H 'content-type: application/json' \\",
            f"  -d {quote(body)}",
        )
    )


def _order(facts: Facts) -> str:
    """A signed message. Source: https://www.standardwebhooks.com"""
    body = json.dumps(
        {
            "customerRef": facts.customer,
            "occurredAt": facts.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "attributes": {"total": "88.00", "currency": "USD", "itemCount": 3},
        }
    )
    sign = f"openssl dgst -sha256 -mac HMAC -macopt hexkey:{_hex(facts.hook_secret)} -binary"
    return "\n".join(
        (
            f"BODY={quote(body)}",
            'TIME="$(date +%s)"; ID="order-$TIME-$RANDOM"',
            f'SIGNATURE="$(printf %s "$ID.$TIME.$BODY" | {sign} | base64)"',
            f"curl -s {facts.address}{HOOK} -H 'content-type: application/json' \\",
            '  -H "webhook-id: $ID" -H "webhook-timestamp: $TIME" \\',
            '  -H "webhook-signature: v1,$SIGNATURE" -d "$BODY"',
        )
    )


def _hex(secret: str) -> str:
    """The key of a `whsec_` secret as openssl takes it."""
    key = secret.removeprefix("whsec_")
    return base64.b64decode(key + "=" * (-len(key) % 4)).hex()
