"""The welcome page as HTML: everything that is shown comes in, nothing is asked for here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from infra.i18n import Locale
from server.http.inline import hash_of
from server.http.web_app import AppState
from server.http.welcome.examples import Example
from server.http.welcome.offer import LANGUAGES, Say, whose
from server.http.welcome.tokens import Ticket

_FILE: Final = Path(__file__).parent.parent / "static" / "welcome" / "page.html"
_LINKS: Final = ("/graphql", "/healthz", "/readyz", "/metrics")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a board."""

    rank: int
    name: str
    score: int


@dataclass(frozen=True, slots=True)
class TopTen:
    """The first of a board."""

    name: str
    unit: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says. `now` is in the programme's zone."""

    shop: str
    now: datetime
    app: AppState
    sandbox: bool
    top: TopTen | None = None
    tickets: Sequence[Ticket] = ()
    examples: Sequence[Example] = ()
    staff_left_out: bool = False


class Page:
    """The page of one process: its frame is read once."""

    def __init__(self) -> None:
        frame = _FILE.read_text("utf-8")
        self._frame = Template(frame)
        self.policy = (
            f"default-src 'none'; img-src data:; script-src {hash_of(frame, 'script')}; "
            f"style-src {hash_of(frame, 'style')}; base-uri 'none'; frame-ancestors 'none'"
        )

    def render(self, shown: Shown, locale: Locale, say: Say) -> str:
        sections = [_app(shown, say), _now(shown, say), _top(shown.top, say)]
        if shown.sandbox:
            sections += [_examples(shown.examples, say), _tickets(shown, say)]
        else:
            sections.append(
                _section(say("welcome.not_sandbox_title"), [_p(say("welcome.not_sandbox"))])
            )
        return self._frame.substitute(
            lang=locale.value,
            title=escape(f"{shown.shop} · Laurels"),
            shop=escape(shown.shop),
            tagline=escape(say("welcome.tagline")),
            languages=escape(say("welcome.languages")),
            switch=" ".join(_language(one, locale) for one in Locale),
            sections="\n".join(section for section in sections if section),
        )


def _language(locale: Locale, current: Locale) -> str:
    here = ' aria-current="true"' if locale is current else ""
    return f'<a href="?lang={locale}" lang="{locale}"{here}>{LANGUAGES[locale]}</a>'


def _app(shown: Shown, say: Say) -> str:
    """Where the app is, or which step is missing until it is there."""
    body = [_p(say(f"welcome.app.{shown.app}"))]
    if shown.app == "ready":
        links = (("/", "welcome.app.open"), ("/console", "welcome.app.console"))
        body.append(
            "<nav>"
            + "".join(f'<a href="{path}">{escape(say(key))}</a>' for path, key in links)
            + "</nav>"
        )
    return _section(say("welcome.app.title"), body, wide=True)


def _now(shown: Shown, say: Say) -> str:
    sandbox = (
        f' <span class="badge">{escape(say("welcome.sandbox"))}</span>' if shown.sandbox else ""
    )
    stamp, written = shown.now.isoformat(), shown.now.strftime("%Y-%m-%d %H:%M:%S %Z")
    links = "".join(f'<a href="{link}">{link}</a>' for link in _LINKS)
    body = [
        f'<div><time datetime="{escape(stamp)}">{escape(written)}</time>{sandbox}</div>',
        _p(say("welcome.now_note")),
        f"<nav>{links}</nav>",
    ]
    return _section(say("welcome.now"), body)


def _top(top: TopTen | None, say: Say) -> str:
    if top is None:
        return ""
    rows = "".join(
        f"<tr><th scope=row>{row.rank}<td>{escape(row.name)}<td>{row.score:,} {escape(top.unit)}"
        for row in top.rows
    )
    body = f"<table>{rows}</table>" if top.rows else _p(say("welcome.board_empty"))
    return _section(top.name, [body])


def _examples(examples: Sequence[Example], say: Say) -> str:
    body: list[str] = []
    for example in examples:
        note = say("welcome.in_terminal" if example.terminal else "welcome.in_query_page")
        body.append(f"<h3>{escape(say(f'welcome.example.{example.name}'))}</h3>")
        body.append(_p(note) + _copied(example.text, say))
    return _section(say("welcome.try"), body, wide=True) if body else ""


def _tickets(shown: Shown, say: Say) -> str:
    body = [_p(say("welcome.tokens_note"))] if shown.tickets else []
    for ticket in shown.tickets:
        name = escape(whose(ticket, say))
        body.append(f'<h3>{name}</h3><div class="token">{_copied(ticket.text, say)}</div>')
    if shown.staff_left_out:
        body.append(_p(say("welcome.staff_left_out")))
    return _section(say("welcome.tokens"), body, wide=True)


def _copied(text: str, say: Say) -> str:
    done, label = escape(say("welcome.copied")), escape(say("welcome.copy"))
    button = f'<button type="button" data-done="{done}">{label}</button>'
    return f'<div class="copied"><pre tabindex="0">{escape(text)}</pre>{button}</div>'


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _section(title: str, body: Sequence[str], *, wide: bool = False) -> str:
    kind = ' class="wide"' if wide else ""
    return f"<section{kind}><h2>{escape(title)}</h2>{''.join(body)}</section>"
