"""What the query page offers: documents to try, callers to be, languages, and its own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from infra.i18n import Locale
from server.http.welcome.examples import LIVE
from server.http.welcome.tokens import Ticket

LANGUAGES: Final = {Locale.ZH_CN: "简体中文", Locale.ZH_TW: "繁體中文", Locale.EN: "English"}
_WORDS: Final = ("examples", "caller", "visitor", "language")

Say: TypeAlias = Callable[..., str]
"""A sentence of the catalogue by its key, in the reader's language."""


def offer_of(
    tickets: Sequence[Ticket],
    names: Mapping[str, str],
    documents: Sequence[tuple[str, str]],
    say: Say,
) -> dict[str, Any]:
    """As JSON. A caller has a name, a token, and a customer number or a role.

    `names` are what customers call themselves, by their numbers. A language has its tag and its own
    name.
    """
    return {
        "languages": [{"tag": tag.value, "name": name} for tag, name in LANGUAGES.items()],
        "words": {word: say(f"welcome.query_page.{word}") for word in _WORDS},
        "callers": [_caller(one, names, say) for one in tickets],
        "examples": [
            {
                "name": say(f"welcome.example.{name}"),
                "note": say("welcome.query_page.live") if query == LIVE else None,
                "query": query,
            }
            for name, query in documents
        ],
    }


def _caller(ticket: Ticket, names: Mapping[str, str], say: Say) -> dict[str, str | None]:
    return {
        "name": whose(ticket, say),
        "displayName": names.get(ticket.customer or ""),
        "customer": ticket.customer,
        "role": ticket.role,
        "token": ticket.text,
    }


def whose(ticket: Ticket, say: Say) -> str:
    """Whose a token is, in words."""
    if ticket.role is None:
        return say("welcome.customer", ref=ticket.customer)
    return say(f"welcome.role.{ticket.role.lower()}")
