"""The `laurels` command, run as its users run it, on a deployment that is stopped."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from PIL import Image

from infra.ids import Kind, decode_key
from server.engines import Engines
from tests.server.conftest import Clone
from tests.support.command import Command


@pytest.fixture(scope="session")
async def sandbox(clone: Clone) -> Engines:
    engines = await clone("sandbox")
    connection = await asyncpg.connect(engines.database_url)
    await connection.execute("UPDATE programme_clock SET sandbox = true")
    await connection.close()
    return engines


@pytest.fixture(scope="session")
async def real(clone: Clone) -> Engines:
    return await clone("real")


def on(engines: Engines, home: Path) -> Command:
    return Command(
        {
            "LAURELS_HOME": str(home),
            "DATABASE_URL": engines.database_url,
            "REDIS_URL": engines.redis_url,
            "DEMO": "0",
        }
    )


@pytest.fixture
def laurels(sandbox: Engines, tmp_path: Path) -> Command:
    """A sandbox on engines that run. Commands of one worker share its data."""
    return on(sandbox, tmp_path)


@pytest.fixture
def stopped(tmp_path: Path) -> Command:
    """A deployment of which nothing is there yet, not even its data folder."""
    return Command({"LAURELS_HOME": str(tmp_path / "home"), "DEMO": "0", "SANDBOX": "1"})


def one_line(text: str) -> str:
    [line] = text.splitlines()
    assert line.startswith("laurels: ")
    return line.removeprefix("laurels: ")


def test_a_stopped_deployment_gives_tokens(stopped: Command) -> None:
    done = stopped("token", "--role", "admin")
    assert (done.returncode, done.stderr) == (0, "")
    [token] = done.stdout.splitlines()
    assert token.count(".") == 2


def test_each_customer_gets_a_line(laurels: Command) -> None:
    done = laurels("token", "--customer", "C-1", "--customer", "C-2", "--customer", "C-1")
    assert len(set(done.stdout.splitlines())) == 3


def test_an_unknown_role_is_told_with_the_known_ones(laurels: Command) -> None:
    done = laurels("token", "--role", "king")
    assert done.returncode == 2
    assert "--role is one of moderator, admin, service" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_token_is_for_somebody(laurels: Command) -> None:
    assert laurels("token").returncode == 2


def test_the_schema_needs_no_engines(stopped: Command) -> None:
    done = stopped("schema")
    assert done.returncode == 0
    assert "type Query {" in done.stdout
    assert not Path(stopped.settings["LAURELS_HOME"]).exists()


def test_a_sandbox_moves_its_clock(laurels: Command) -> None:
    before = datetime.fromisoformat(laurels("clock", "show").stdout.strip())
    after = datetime.fromisoformat(laurels("clock", "advance", "31d").stdout.strip())
    assert (after - before).days == 31


def test_a_step_that_is_none_is_told_in_one_line(laurels: Command) -> None:
    done = laurels("clock", "advance", "nonsense")
    assert done.returncode == 1
    assert one_line(done.stderr) == (
        "“nonsense” is not a duration. Write it like 90s, 15m, 36h or 31d."
    )


def test_a_real_shop_does_not_move_its_clock(real: Engines, tmp_path: Path) -> None:
    done = on(real, tmp_path)("clock", "advance", "31d")
    assert done.returncode == 1
    assert one_line(done.stderr) == "Only a sandbox lets its clock be moved."


def test_migrating_again_changes_nothing(stopped: Command) -> None:
    first, again = stopped("migrate"), stopped("migrate")
    assert "applied infra.0001_foundation" in first.stdout.splitlines()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_orders_are_imported_and_verified(laurels: Command, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,date,items,amount_usd\nC-9,2026-01-01,1,9.90\n")
    imported = laurels("import", "orders", str(path))
    assert imported.stdout == "1 new, 0 already there, 0 refused.\n"
    verified = laurels("verify")
    assert verified.returncode == 0, verified.stdout
    assert "0 broken" in verified.stdout


def test_a_file_that_is_not_there_is_wrong_usage(laurels: Command) -> None:
    assert laurels("import", "orders", "/nowhere.csv").returncode == 2


def test_wrong_settings_are_told_in_a_line_each(laurels: Command) -> None:
    done = laurels("clock", "show", PORT="http", ORDERS_HOOK_SECRET="swordfish")
    assert done.returncode == 2
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == [
        "PORT",
        "ORDERS_HOOK_SECRET",
    ]


def test_a_database_that_is_away_is_told_in_one_line(laurels: Command, tmp_path: Path) -> None:
    away = f"postgres://laurels@/laurels?host={tmp_path}"
    done = laurels("clock", "show", DATABASE_URL=away, REDIS_URL=f"unix://{tmp_path}/none")
    assert done.returncode == 1
    assert one_line(done.stderr)


def test_a_database_that_does_not_exist_is_told_in_one_line(laurels: Command) -> None:
    url = laurels.settings["DATABASE_URL"].replace("/laurels_", "/nowhere_")
    assert "does not exist" in one_line(laurels("clock", "show", DATABASE_URL=url).stderr)


def test_a_picture_is_taken_in_and_told_by_its_id(laurels: Command, tmp_path: Path) -> None:
    picture = tmp_path / "shop.png"
    Image.new("RGB", (700, 500), "#cc3322").save(picture)
    done = laurels("image", "add", str(picture), "--alt", "我们的店")
    assert decode_key(done.stdout.strip(), Kind.IMAGE) is not None
    assert [path.suffix for path in (tmp_path / "objects").iterdir()] == [".webp"] * 2


def test_what_is_no_picture_is_refused_in_one_line(laurels: Command, tmp_path: Path) -> None:
    (tmp_path / "shop.png").write_text("<svg/>")
    done = laurels("image", "add", str(tmp_path / "shop.png"))
    assert done.returncode == 1
    assert "cannot be read" in one_line(done.stderr)


def test_credentials_have_keys_of_their_own(laurels: Command) -> None:
    kids = {
        laurels("keys", "rotate", *more).stdout.split()[-1] for more in ((), ("--credentials",))
    }
    assert len(kids) == 2
