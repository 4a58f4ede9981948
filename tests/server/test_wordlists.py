"""`laurels moderation`: a word list is tried out before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.conftest import Clone
from tests.support.command import Command


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "words.txt"
    file.write_text("色情\n\n王八蛋\n", "utf-8")
    return file


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    file = tmp_path / "texts.csv"
    file.write_text("id,said\n1,性价比很高\n2,不是色情内容\n3,色 情内容\n4,物流很快\n", "utf-8")
    return file


def test_a_list_is_measured_without_a_deployment(tmp_path: Path, words: Path, texts: Path) -> None:
    laurels = Command({"LAURELS_HOME": str(tmp_path / "home")})
    asked = ("moderation", "measure", str(texts), "--words", str(words), "--column", "said")
    done = laurels(*asked, "--examples", "2", LC_ALL="zh_CN.UTF-8")
    assert done.returncode == 0, done.stderr
    assert "普通文本 4 篇：拦下 1（25.00 %），送审 1（25.00 %）" in done.stdout
    assert "  送审  SPLIT 色情  [色 情]内容" in done.stdout
    assert "谐音：" in done.stdout
    assert not (tmp_path / "home").exists()


def test_a_column_that_is_not_there_is_told(tmp_path: Path, words: Path, texts: Path) -> None:
    laurels = Command({"LAURELS_HOME": str(tmp_path / "home")})
    done = laurels("moderation", "measure", str(texts), "--words", str(words))
    assert (done.returncode, done.stderr) == (2, "texts.csv has no column text.\n")


async def test_a_list_is_rehearsed_on_the_shops_posts(
    clone: Clone, tmp_path: Path, words: Path
) -> None:
    engines = await clone("words")
    laurels = Command(
        {
            "LAURELS_HOME": str(tmp_path),
            "DATABASE_URL": engines.database_url,
            "REDIS_URL": engines.redis_url,
            "DEMO": "0",
        }
    )
    done = laurels("moderation", "rehearse", "--words", str(words))
    assert done.returncode == 0, done.stderr
    assert "0 published posts: 0 would be held (–), 0 queued (–)" in done.stdout
