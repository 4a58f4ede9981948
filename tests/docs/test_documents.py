"""The documents hang together: links lead somewhere, tables list what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.database import Database
from server.settings import Settings
from tests.docs.documents import DOCUMENTS, ROOT, anchors, links

README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), link
        if anchor:
            assert anchor in anchors(file), link


def test_the_readme_lists_every_setting() -> None:
    aliases = {str(field.alias) for field in Settings.model_fields.values()}
    table = README.split("## Settings")[1].split("\n## ")[0]
    assert aliases == set(re.findall(r"`([A-Z][A-Z_]+)`", table)) - {
        "DEBUG",
        "WARNING",
        "ERROR",
        "INFO",
    }


def test_every_decision_is_listed_and_says_how_it_is_enforced() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text("utf-8")
    for page in sorted(folder.glob("[0-9]*.md")):
        text = page.read_text("utf-8")
        assert f"({page.name})" in index
        for part in ("**Context.**", "**Decision.**", "**Cost.**", "**Enforced by.**"):
            assert part in text, (page.name, part)


def test_the_changelog_has_an_unreleased_section() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_glossary_has_each_term_once() -> None:
    rows = re.findall(r"^\| (.+?) \|", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(set(rows)) == sorted(rows)


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


async def test_the_tables_said_to_have_no_foreign_keys_have_none(database: Database) -> None:
    page = (ROOT / "docs/adr/0005-hot-tables-without-foreign-keys.md").read_text("utf-8")
    named = page.split("no foreign keys:")[1].split("Two exceptions")[0]
    rows = await database.fetch(
        "SELECT c.relname AS name FROM pg_class c WHERE c.relname = ANY($1) AND c.relkind = 'r'"
        " AND NOT EXISTS (SELECT FROM pg_constraint k"
        "   WHERE k.conrelid = c.oid AND k.contype = 'f')",
        tables := re.findall(r"`(\w+)`", named),
    )
    assert {row["name"] for row in rows} == set(tables)
    assert len(tables) >= 10
