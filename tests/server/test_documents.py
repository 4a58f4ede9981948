"""`laurels documents`, run as its users run it, and the deployment that learns of what it does."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from api.schema import build_schema
from infra.registered_documents import digest_of
from server.api_process import application
from server.settings import Settings
from server.wiring import Laurels
from tests.support.command import Command

NOW = "query Now { programme { now } }"
TIERS = "query Tiers { tiers { name } }"


@pytest.fixture
def command(laurels: Laurels, tmp_path: Path) -> Command:
    """On the test's own database."""
    return Command(
        {
            "LAURELS_HOME": str(tmp_path),
            "DATABASE_URL": laurels.engines.database_url,
            "REDIS_URL": laurels.engines.redis_url,
            "DEMO": "0",
        }
    )


def written(folder: Path, *texts: str, **more: str) -> str:
    path = folder / "manifest.json"
    path.write_text(json.dumps({digest_of(text): text for text in texts} | more))
    return str(path)


def names(command: Command) -> list[str]:
    return [line.split()[-1] for line in command("documents", "list").stdout.splitlines()]


def test_registering_again_changes_nothing(command: Command, tmp_path: Path) -> None:
    first = command("documents", "register", written(tmp_path, NOW))
    assert (first.returncode, first.stdout) == (0, "1 new, 0 already registered.\n")
    again = command("documents", "register", written(tmp_path, NOW, TIERS))
    assert again.stdout == "1 new, 1 already registered.\n"
    assert names(command) == ["Now", "Tiers"]


def test_one_wrong_document_keeps_out_all_of_a_manifest(command: Command, tmp_path: Path) -> None:
    bad = "query Bad {\n  xyzzy\n}"
    path = written(tmp_path, NOW, bad, **{"0" * 64: TIERS})
    done = command("documents", "register", path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Nothing was registered. Faults: 2",
        f"  {digest_of(bad)}:2:3: Cannot query field 'xyzzy' on type 'Query'.",
        f"  {'0' * 64}: The id is not the SHA-256 of the text.",
    ]
    assert names(command) == []


def test_what_is_no_manifest_is_told_in_one_line(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,date\n")
    done = command("documents", "register", str(path))
    said = "laurels: The file is not valid JSON (line 1, column 1).\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_documents_are_removed_by_their_hashes(command: Command, tmp_path: Path) -> None:
    command("documents", "register", written(tmp_path, NOW, TIERS))
    unknown = command("documents", "remove", f"sha256:{digest_of(NOW)}", "0" * 64)
    assert (unknown.returncode, unknown.stderr) == (1, f"Not registered: {'0' * 64}\n")
    assert names(command) == ["Now", "Tiers"]
    gone = command("documents", "remove", f"sha256:{digest_of(NOW)}")
    assert (gone.returncode, gone.stdout.split(".")[0]) == (0, "Removed: 1")
    assert names(command) == ["Tiers"]


async def test_a_running_deployment_learns_of_new_documents(
    laurels: Laurels, command: Command, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, demo=False, trusted_documents_only=True)
    app = application(settings, laurels, build_schema())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop")
    by_hash = {"documentId": f"sha256:{digest_of(TIERS)}"}
    async with app.rest.router.lifespan_context(app.rest), client as http:
        before = (await http.post("/graphql", json=by_hash)).json()
        assert before["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        manifest = written(tmp_path, TIERS)
        await asyncio.to_thread(command, "documents", "register", manifest)
        await asyncio.sleep(1)  # a process looks for new ones once a second
        after = (await http.post("/graphql", json=by_hash)).json()
        free = (await http.post("/graphql", json={"query": NOW})).json()
    assert after["data"] == {"tiers": [{"name": "会员"}]}
    assert free["errors"][0]["extensions"]["code"] == "FORBIDDEN"
