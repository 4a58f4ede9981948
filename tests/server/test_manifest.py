"""Manifests: both forms, and everything that can be wrong with one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.execution.compiler.core import core_schema
from api.execution.documents.document import Documents
from api.execution.errors import Reader
from api.schema import build_schema
from domain.errors import Invalid
from infra.i18n import Catalogue, Locale
from infra.registered_documents import digest_of
from server import manifest
from server.manifest import Fault

NOW = "query Now { programme { now } }"
BOARD = 'query Board { leaderboard(key: "month") { name } }'


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(core_schema(build_schema()))


@pytest.fixture
def reader(catalogue: Catalogue) -> Reader:
    return Reader(catalogue, Locale.EN, "")


def apollo(*operations: Any, **more: Any) -> bytes:  # noqa: ANN401
    whole = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    return json.dumps(whole | more).encode()


def operation(name: str, body: str) -> dict[str, str]:
    return {"id": digest_of(body), "name": name, "type": "query", "body": body}


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps({digest_of(NOW): NOW, f"sha256:{digest_of(BOARD)}": BOARD}).encode(),
        b"\xef\xbb\xbf" + json.dumps({digest_of(t).upper(): t for t in (NOW, BOARD)}).encode(),
        apollo(operation("Now", NOW), operation("Board", BOARD)),
        apollo(operation("Now", NOW), operation("Board", BOARD), operation("Now", NOW)),
    ],
    ids=["map", "map with a mark", "apollo", "apollo twice"],
)
def test_both_forms_are_read(raw: bytes, documents: Documents, reader: Reader) -> None:
    good, faults = manifest.examine(manifest.read(raw), documents, reader)
    assert [(one.name, one.body, one.digest) for one in good] == [
        ("Now", NOW, digest_of(NOW)),
        ("Board", BOARD, digest_of(BOARD)),
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "documents.not_json"),
        (b'{\n "a": }', "documents.not_json"),
        (b'"\xff"', "documents.not_json"),
        (b"[]", "documents.no_manifest"),
        (b"{}", "documents.empty"),
        (b'{"abc": {"body": "{ a }"}}', "documents.no_text"),
        (b'{"format": "relay", "operations": []}', "documents.format"),
        (apollo(version=2), "documents.format"),
        (apollo(operations={}), "documents.no_manifest"),
        (apollo(), "documents.empty"),
        (apollo({"id": "a", "name": "A"}), "documents.operation"),
        (apollo("query { a }"), "documents.operation"),
    ],
)
def test_what_is_no_manifest_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        manifest.read(raw)
    assert refused.value.reason == reason


def test_a_fault_in_the_json_is_told_with_its_place() -> None:
    with pytest.raises(Invalid) as refused:
        manifest.read(b'{\n "a": }')
    assert refused.value.params == {"line": 2, "column": 7}


DEEP = "query Deep " + "{ a " * 16 + "}" * 16
FAULTS = {
    "query Now { programme { now }": [("Syntax Error: Expected Name, found <EOF>.", 1, 30)],
    "query Now {\n  programme {\n    then\n  }\n  xyzzy\n}": [
        ("Cannot query field 'then' on type 'Programme'.", 3, 5),
        ("Cannot query field 'xyzzy' on type 'Query'.", 5, 3),
    ],
    DEEP: [("Fields may be nested at most 15 deep.", None, None)],
    "fragment F on Query { programme { now } }": [("Fragment 'F' is never used.", 1, 1)],
}


@pytest.mark.parametrize(
    ("body", "faults"), FAULTS.items(), ids=["syntax", "fields", "depth", "no operation"]
)
def test_all_that_is_wrong_with_a_document_is_told_with_its_place(
    documents: Documents, reader: Reader, body: str, faults: list[tuple[str, int, int]]
) -> None:
    entries = manifest.read(apollo(operation("Named", body)))
    _, found = manifest.examine(entries, documents, reader)
    assert list(found) == [Fault("Named", *fault) for fault in faults]


def test_a_hash_of_another_text_is_a_fault(documents: Documents, reader: Reader) -> None:
    raw = json.dumps({digest_of(BOARD): NOW, "0" * 32: BOARD}).encode()
    _, faults = manifest.examine(manifest.read(raw), documents, reader)
    said = "The id is not the SHA-256 of the text."
    assert list(faults) == [Fault(digest_of(BOARD), said), Fault("0" * 32, said)]
