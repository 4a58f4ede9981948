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

POINTS: Final = """query Points {
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
TOP_TEN: Final = """query TopTen {
  leaderboard(key: "%s") {
    name unit
    top(first: 10) { rank score member { displayName } }
  }
}"""
FEED: Final = """query Feed {
  feed(kind: TRENDING, first: 5) {
    nodes {
      text rating verifiedPurchase
      author { displayName avatar { url } }
      images { url alt }
      products { name rating ratingCount }
      topics likeCount commentCount shareCount
      comments(first: 3) { nodes { text author { displayName } } }
    }
    pageInfo { endCursor hasNextPage }
  }
}"""
SEARCH: Final = """query Search {
  searchPosts(query: "%s", first: 5) { nodes { text author { displayName } likeCount } }
  searchTopics(query: "%s") { name postCount }
  products(query: "%s") { nodes { sku name rating ratingCount } }
}"""
SOUGHT: Final = ("月光海", "黑胶", "LP")
POST: Final = """mutation WritePost {
  createPost(input: { text: "%s", rating: 4, idempotencyKey: "%s" }) {
    post { id state text topics }
    userErrors { code message field }
  }
}"""
WORDS: Final = "第一面放了三遍。 #听歌时刻"
LIVE: Final = """subscription Live {
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
    """What examples are made of. What the reader may not have is None, with its examples."""

    address: str
    customer: str
    now: datetime
    token: str | None = None
    hook_secret: str | None = None
    board: str | None = None


def examples(facts: Facts) -> Sequence[Example]:
    """In the order in which they make sense."""
    found: list[Example] = []
    for name, document in documents(facts.board):
        terminal = document != LIVE
        if facts.token is not None:
            text = _ask(facts.address, facts.token, document) if terminal else document
            found.append(Example(name, text, terminal=terminal))
    if facts.hook_secret is not None:
        found.append(Example("order", _order(facts, facts.hook_secret), terminal=True))
    return found


def documents(board: str | None) -> Sequence[tuple[str, str]]:
    """What to ask in GraphQL: names as examples have them, and documents."""
    top = [] if board is None else [("top", TOP_TEN % board)]
    return [
        ("points", POINTS),
        *top,
        ("feed", FEED),
        ("search", SEARCH % SOUGHT),
        ("post", POST % (WORDS, "try-it")),
        ("live", LIVE),
    ]


def _ask(address: str, token: str, document: str) -> str:
    body = json.dumps({"query": " ".join(document.split())}, ensure_ascii=False)
    return "\n".join(
        (
            f"curl -s {address}/graphql \\",
            f"  -H {quote(f'authorization: Bearer {token}')} \\",
            "  -H 'content-type: application/json' \\",
            f"  -d {quote(body)}",
        )
    )


def _order(facts: Facts, secret: str) -> str:
    """A signed message. Source: https://www.standardwebhooks.com"""
    body = json.dumps(
        {
            "customerRef": facts.customer,
            "occurredAt": facts.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "attributes": {"total": "88.00", "currency": "USD", "itemCount": 3},
        }
    )
    sign = f"openssl dgst -sha256 -mac HMAC -macopt hexkey:{_hex(secret)} -binary"
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
