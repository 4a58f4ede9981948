"""YAML as a tree of texts that know where they stand.

Only the plain part of YAML is read: mappings, lists and texts. Tags, anchors and aliases are
refused, so that nothing is built but what is seen and nothing small unfolds into something big.
What a text means (a number, a time) is for whoever asks the field, never guessed by YAML: `no` is
a text where a text is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

import yaml

from server.programme.faults import Fault, NotAProgramme, Path, Place

LARGEST: Final = 1 << 20  # bytes
DEEPEST: Final = 8
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Text:
    """`plain` is one without quotes, in which nothing and `null` stand for no text at all."""

    place: Place
    text: str
    plain: bool

    @property
    def missing(self) -> bool:
        return self.plain and self.text in _NOTHING


@dataclass(frozen=True, slots=True)
class List:
    place: Place
    items: list[Node] = field(default_factory=list["Node"])


@dataclass(frozen=True, slots=True)
class Map:
    """In the order of the file. `keys` tells where each key stands."""

    place: Place
    items: dict[str, Node] = field(default_factory=dict[str, "Node"])
    keys: dict[str, Place] = field(default_factory=dict[str, Place])


Node: TypeAlias = Text | List | Map


def parse(raw: bytes) -> Map:
    """The tree of a file of which the whole is a mapping; an empty file is an empty one.

    Raises: NotAProgramme for what is no YAML, not UTF-8, too large, too deep, or not plain.
    """
    if len(raw) > LARGEST:
        raise NotAProgramme([Fault((), None, "programme_file.too_large", {"most": LARGEST})])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotAProgramme([Fault((), None, "programme_file.not_utf8")]) from None
    try:
        return _Builder().build(yaml.parse(text, Loader=yaml.SafeLoader))  # events, no objects
    except yaml.reader.ReaderError as error:  # a character that YAML does not know
        before = text[: error.position]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _not_yaml(place, error.reason) from None
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(_place(error.problem_mark), error.problem or "") from None


def _not_yaml(place: Place, reason: str) -> NotAProgramme:
    return NotAProgramme([Fault((), place, "programme_file.not_yaml", {"reason": reason})])


class _Builder:
    """Builds the tree from events, without recursion."""

    def __init__(self) -> None:
        self._open: list[List | Map] = []
        self._keys: list[Text | None] = []  # of the open ones, the key that waits for its value
        self._root: Node | None = None
        self._documents = 0

    def build(self, events: Iterator[yaml.Event]) -> Map:
        for event in events:
            self._take(event, _place(event.start_mark))
        if self._root is None or (isinstance(self._root, Text) and self._root.missing):
            return Map(Place(1, 1))
        if not isinstance(self._root, Map):
            raise self._refusal(self._root.place, "programme_file.not_a_mapping")
        return self._root

    def _take(self, event: yaml.Event, place: Place) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self._refusal(place, "programme_file.two_documents")
            case yaml.NodeEvent():
                self._check_plain(event, place)
                self._add_node(event, place)
            case yaml.CollectionEndEvent():
                self._open.pop()
                self._keys.pop()
            case _:
                pass

    def _check_plain(self, event: yaml.NodeEvent, place: Place) -> None:
        match event:
            case yaml.AliasEvent() | yaml.NodeEvent(anchor=str()):
                raise self._refusal(place, "programme_file.alias")
            case yaml.ScalarEvent(tag=str()) | yaml.CollectionStartEvent(tag=str()):
                raise self._refusal(place, "programme_file.tag")
            case yaml.ScalarEvent(value=text) if not _storable(text):
                raise self._refusal(place, "programme_file.character")
            case _:
                pass

    def _add_node(self, event: yaml.NodeEvent, place: Place) -> None:
        match event:
            case yaml.ScalarEvent():
                self._add(Text(place, event.value, plain=event.style is None))
            case yaml.MappingStartEvent():
                self._begin(Map(place))
            case _:
                self._begin(List(place))

    def _begin(self, node: List | Map) -> None:
        if len(self._open) >= DEEPEST:
            raise self._refusal(node.place, "programme_file.too_deep", most=DEEPEST)
        self._add(node)
        self._open.append(node)
        self._keys.append(None)

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        match self._open[-1], self._keys[-1]:
            case List() as parent, _:
                parent.items.append(node)
            case Map() as parent, None:
                self._keys[-1] = self._key(parent, node)
            case Map() as parent, key:
                assert key is not None  # noqa: S101 - the case above took the other
                parent.items[key.text] = node
                parent.keys[key.text] = key.place
                self._keys[-1] = None

    def _key(self, parent: Map, node: Node) -> Text:
        if not isinstance(node, Text):
            raise self._refusal(node.place, "programme_file.key_no_text")
        if node.text in parent.items:
            raise self._refusal(node.place, "programme_file.twice", key=node.text[:60])
        return node

    def _refusal(self, place: Place, reason: str, **params: object) -> NotAProgramme:
        return NotAProgramme([Fault(self._path(), place, reason, params)])

    def _path(self) -> Path:
        return tuple(key.text for key in self._keys if key is not None)


def _storable(text: str) -> bool:
    """Whether PostgreSQL has such a text: escapes can write NUL, and halves of characters."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


class _Mark(Protocol):
    """PyYAML has two classes of marks, one for each of its parsers."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def _place(mark: _Mark | None) -> Place:
    return Place(1, 1) if mark is None else Place(mark.line + 1, mark.column + 1)
