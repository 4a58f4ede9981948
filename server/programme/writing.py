"""A document as the text of a programme file: the same document is always the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final, cast

import yaml

from domain.programme_document import LONE, Document, Value
from server.programme.reading import FORMAT, VERSION
from server.programme.sections import SECTIONS

_STEP: Final = "  "
_BREAKS: Final = frozenset("\r\x85\u2028\u2029")  # YAML would read them as \n


def write(document: Document, where: tzinfo) -> str:
    """The text of a file with these sections, in the order of the form; times are told in `where`.

    Entries stand apart, so that a change of one is a change of its lines and no others.
    """
    return "\n".join([f"{FORMAT}: {VERSION}\n", *_sections(document, where)])


def _sections(document: Document, where: tzinfo) -> Iterator[str]:
    for section in SECTIONS:
        entries = document.get(section.name)
        if entries is None:
            continue
        if section.lone:
            yield from (_yaml({section.name: entry}, where) for entry in entries.values())
        elif not entries:
            yield f"{section.name}: {{}}\n"
        else:
            texts = (_yaml({key: entry}, where) for key, entry in entries.items() if key != LONE)
            yield f"{section.name}:\n" + "\n".join(_indented(text) for text in texts)


def _indented(text: str) -> str:
    return "\n".join(f"{_STEP}{line}" if line else line for line in text.split("\n"))


def _yaml(value: Value, where: tzinfo) -> str:
    return yaml.dump(
        _plain(value, where),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=2**31,
        default_flow_style=False,
    )


def _plain(value: Value, where: tzinfo) -> Any:  # noqa: ANN401 - what YAML can say
    match value:
        case Mapping():
            return {name: _plain(inner, where) for name, inner in value.items()}
        case tuple():
            return [_plain(inner, where) for inner in value]
        case datetime():
            return _AsIs(value.astimezone(where).isoformat())
        case Decimal():
            return _AsIs(format(value, "f"))
        case _:
            return value


class _AsIs(str):
    """A text that is written without quotes."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as they are; lists stand inside their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _text(_: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _BREAKS & set(text) else "|" if "\n" in text else None
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)


def _as_is(dumper: _Dumper, text: _AsIs) -> yaml.ScalarNode:
    # The stubs leave the types of `resolve` open.
    tag = cast("str", dumper.resolve(yaml.ScalarNode, text, (True, False)))  # type: ignore[no-untyped-call]  # pyright: ignore[reportUnknownMemberType]
    return yaml.ScalarNode(tag, text)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_AsIs, _as_is)
