"""Every sentence in three languages, every refusal with its sentence, the best for each reader."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import errors
from infra.i18n import Catalogue, Locale, load_catalogue, negotiate
from infra.i18n.catalogue import CatalogueFault

ROOT = Path(__file__).parents[2]
LAYERS = (
    "api", "community", "domain", "gamification", "infra", "insights", "members", "messaging",
    "server",
)  # fmt: skip
REFUSALS = {
    name for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.Refused)
}  # fmt: skip


def refusals() -> Iterator[tuple[str, str, set[str]]]:
    """Where each refusal is raised, its sentence, and the parameters it brings."""
    for path in (path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in REFUSALS and node.args and isinstance(node.args[0], ast.Constant):
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield where, str(node.args[0].value), {one.arg or "**" for one in node.keywords}


def test_every_refusal_has_its_sentence(catalogue: Catalogue) -> None:
    silent = [(where, key) for where, key, _ in refusals() if not catalogue.has(key)]
    assert silent == []


def test_every_refusal_brings_what_its_sentence_names(catalogue: Catalogue) -> None:
    lacking: list[tuple[str, str]] = []
    for where, key, brought in refusals():
        sentence = catalogue._sentences[key][Locale.EN]
        named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        if "**" not in brought and not named <= brought:
            lacking.append((where, key))
    assert lacking == []


def test_a_sentence_is_said_in_each_language(catalogue: Catalogue) -> None:
    said = {catalogue.say("clock.step", locale, text="7x") for locale in Locale}
    assert len(said) == 3
    assert all("7x" in sentence for sentence in said)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


GOOD = '["a.b"]\nzh-CN = "一{n}"\nzh-TW = "一{n}"\nen = "one {n}"\n'


def test_a_sentence_may_use_its_parameters_in_any_order(tmp_path: Path) -> None:
    text = '["a.b"]\nzh-CN = "{a}{b}"\nzh-TW = "{b}{a}"\nen = "{a} {b}"\n'
    assert load_catalogue(write(tmp_path, x=text)).say("a.b", Locale.ZH_TW, a=1, b=2) == "21"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace('zh-TW = "一{n}"\n', ""),
        GOOD + 'fr = "un {n}"\n',
        GOOD.replace("one {n}", "one"),
        GOOD.replace("one {n}", "one {m}"),
    ],
)
def test_a_sentence_that_is_not_whole_is_refused_when_loaded(tmp_path: Path, text: str) -> None:
    with pytest.raises(CatalogueFault):
        load_catalogue(write(tmp_path, x=text))


def test_a_sentence_stands_in_one_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFault):
        load_catalogue(write(tmp_path, x=GOOD, y=GOOD))


def test_a_key_that_no_catalogue_has_is_a_fault(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        catalogue.say("no.such.key", Locale.EN)


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, Locale.ZH_CN),
        ("", Locale.ZH_CN),
        ("en-GB,en;q=0.9", Locale.EN),
        ("zh-HK", Locale.ZH_TW),
        ("zh-Hant-CN", Locale.ZH_TW),
        ("zh", Locale.ZH_CN),
        ("zh-SG, en", Locale.ZH_CN),
        ("fr, de;q=0.9, en;q=0.1", Locale.EN),
        ("en;q=0.2, zh-TW;q=0.8", Locale.ZH_TW),
        ("en;q=0, zh-TW", Locale.ZH_TW),
        ("fr", Locale.ZH_CN),
        ("*", Locale.ZH_CN),
        ("EN-us", Locale.EN),
    ],
)
def test_the_header_chooses_the_language(header: str | None, locale: Locale) -> None:
    assert negotiate(header) is locale


@given(st.text(max_size=300))
def test_no_header_is_a_fault(header: str) -> None:
    assert negotiate(header) in Locale
