"""A manifest: the documents of a client, as its build wrote them down. Read, and looked at closely.

Two forms are known. A plain map from hashes to texts, as Relay and GraphQL Code Generator write it:

    {"sha256:…": "query Home { … }"}

And Apollo's, which names its operations:

    {"format": "apollo-persisted-query-manifest", "version": 1,
     "operations": [{"id": "…", "name": "Home", "type": "query", "body": "query Home { … }"}]}

A hash is the SHA-256 of the text's UTF-8 in hexadecimal digits, with `sha256:` before it or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import orjson
from graphql import DocumentNode, OperationDefinitionNode

from api.execution.documents.document import Document, Documents
from api.execution.errors import Reader, present
from domain.errors import Invalid
from infra.registered_documents import RegisteredDocument, digest_of

APOLLO: Final = "apollo-persisted-query-manifest"
_BOM: Final = b"\xef\xbb\xbf"
_LONGEST_LABEL: Final = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One document as a manifest has it; `label` is what its author would call it."""

    label: str
    id: str
    body: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a document is not taken, and where in its text. Lines and columns count from 1."""

    label: str
    reason: str
    line: int | None = None
    column: int | None = None


def read(raw: bytes) -> Sequence[Entry]:
    """The documents of a manifest, in its order.

    Raises: Invalid for a file that is no manifest.
    """
    try:
        parsed: object = orjson.loads(raw.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise Invalid("documents.not_json", line=error.lineno, column=error.colno) from None
    if not isinstance(parsed, dict):
        raise Invalid("documents.no_manifest")
    manifest = cast("dict[str, object]", parsed)
    entries = list(_of_apollo(manifest) if "format" in manifest else _of_map(manifest))
    if not entries:
        raise Invalid("documents.empty")
    return entries


def examine(
    entries: Sequence[Entry], documents: Documents, reader: Reader
) -> tuple[Sequence[RegisteredDocument], Sequence[Fault]]:
    """The documents that may be registered, and everything that is wrong with the others."""
    good: dict[str, RegisteredDocument] = {}
    faults: list[Fault] = []
    for entry in entries:
        if entry.id.removeprefix("sha256:").lower() != digest_of(entry.body):
            faults.append(Fault(entry.label, reader.say("documents.hash")))
        document = documents.examine(entry.body)
        if document.tree is None:
            faults.extend(_faults(entry, document, reader))
        else:
            digest = digest_of(entry.body)
            name = _name(document.tree) or entry.label
            good[digest] = RegisteredDocument(name, entry.body, digest)
    return list(good.values()), faults


def _of_map(manifest: Mapping[str, object]) -> Iterator[Entry]:
    for id_, body in manifest.items():
        if not isinstance(body, str):
            raise Invalid("documents.no_text", name=id_[:_LONGEST_LABEL])
        yield Entry(id_[:_LONGEST_LABEL], id_, body)


def _of_apollo(manifest: Mapping[str, object]) -> Iterator[Entry]:
    operations = manifest.get("operations")
    if manifest["format"] != APOLLO or manifest.get("version") != 1:
        raise Invalid("documents.format", format=APOLLO)
    if not isinstance(operations, list):
        raise Invalid("documents.no_manifest")
    for number, operation in enumerate(cast("list[object]", operations), 1):
        match operation:
            case {"id": str(id_), "body": str(body), "name": str(name)}:
                yield Entry(name[:_LONGEST_LABEL], id_, body)
            case _:
                raise Invalid("documents.operation", number=number)


def _faults(entry: Entry, document: Document, reader: Reader) -> Iterator[Fault]:
    for told in present(document.errors, reader):
        places: list[dict[str, int]] = told.get("locations") or [{}]
        line, column = places[0].get("line"), places[0].get("column")
        yield Fault(entry.label, told["message"], line, column)


def _name(tree: DocumentNode) -> str:
    """What the operations of a document are called."""
    return ", ".join(
        node.name.value
        for node in tree.definitions
        if isinstance(node, OperationDefinitionNode) and node.name
    )
