"""`laurels up` from nothing to Ctrl-C, with everything a first visitor does in between."""

from __future__ import annotations

import base64
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import psutil
import pytest
from standardwebhooks import Webhook
from websockets.sync.client import ClientConnection, connect

from tests.support.command import Command

SECRET = f"whsec_{base64.b64encode(b'e' * 32).decode()}"
READY = "Laurels is ready at "
RULE = """mutation Save($input: EarnRuleInput!) {
  saveEarnRule(input: $input) { rule { key version } userErrors { message } }
}"""
INGEST = """mutation Ingest($input: IngestActivitiesInput!) {
  ingestActivities(input: $input) { results { outcome } userErrors { message } }
}"""
POINTS = """{
  me { points { available entries { nodes {
    amount explanation { activity { externalId } rule { key } ruleVersion steps { amount } }
  } } } }
}"""
LIVE = "subscription { pointsChanged { amount availableAfter } }"


@dataclass(frozen=True, slots=True)
class Running:
    """A deployment that is up."""

    address: str
    command: Command
    process: subprocess.Popen[str]

    def token(self, *whose: str) -> str:
        return self.command("token", *whose).stdout.strip()

    def ask(self, token: str, query: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
        answer = httpx.post(
            f"{self.address}/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {token}"},
        ).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def post_order(self, name: str, total: str) -> httpx.Response:
        """As the shop's own system does."""
        order = paid(name, total)
        body = orjson.dumps(order).decode()
        now = datetime.now(UTC)
        headers = {
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(name, now, body),
        }
        return httpx.post(f"{self.address}/hooks/orders", content=body, headers=headers)

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return int(self.process.wait(timeout=30))

    def said(self) -> str:
        """What the processes have said since they were ready, once they have ended."""
        assert self.process.stdout is not None
        return str(self.process.stdout.read())


def paid(name: str, total: str) -> dict[str, object]:
    return {
        "type": "order.paid",
        "source": "shop",
        "externalId": name,
        "customerRef": "C-1",
        "occurredAt": datetime.now(UTC).isoformat(),
        "attributes": {"total": total, "currency": "CNY"},
    }


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    command = Command(
        {
            "LAURELS_HOME": str(tmp_path / "home"),
            "DEMO": "0",
            "SANDBOX": "1",
            "PORT": "0",
            "ORDERS_HOOK_SECRET": SECRET,
            "LOG_LEVEL": "WARNING",
        }
    )
    with command.start("up") as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            assert line.startswith(READY), line + process.stdout.read()
            yield Running(line.removeprefix(READY), command, process)
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def following(running: Running, token: str) -> Iterator[ClientConnection]:
    """A socket on which points are followed."""
    url = f"{running.address.replace('http', 'ws', 1)}/graphql"
    with connect(url, subprotocols=["graphql-transport-ws"]) as wire:  # type: ignore[list-item]
        send(wire, type="connection_init", payload={"authorization": f"Bearer {token}"})
        assert orjson.loads(wire.recv())["type"] == "connection_ack"
        send(wire, type="subscribe", id="1", payload={"query": LIVE})
        time.sleep(0.5)  # until the process listens; nothing tells when
        yield wire


def send(wire: ClientConnection, **message: object) -> None:
    wire.send(orjson.dumps(message).decode())


def test_a_deployment_serves_from_its_start_to_its_end(running: Running) -> None:
    admin, service = running.token("--role", "admin"), running.token("--role", "service")
    shopper = running.token("--customer", "C-1")

    rule = {
        "key": "base",
        "name": "消费积分",
        "state": "LIVE",
        "trigger": "order.paid",
        "points": "activity.attributes.total",
    }
    saved = running.ask(admin, RULE, input=rule)["saveEarnRule"]
    assert saved == {"rule": {"key": "base", "version": 1}, "userErrors": []}

    told = running.ask(service, INGEST, input={"activities": [paid("o-1", "19.99")]})
    assert told["ingestActivities"]["results"] == [{"outcome": "APPLIED"}]

    points = running.ask(shopper, POINTS)["me"]["points"]
    assert points == {
        "available": 19,
        "entries": {
            "nodes": [
                {
                    "amount": 19,
                    "explanation": {
                        "activity": {"externalId": "o-1"},
                        "rule": {"key": "base"},
                        "ruleVersion": 1,
                        "steps": [{"amount": "19.99"}, {"amount": "19"}],
                    },
                }
            ]
        },
    }

    with following(running, shopper) as wire:
        assert moves(running, wire) == {"amount": 7, "availableAfter": 26}

    children = psutil.Process(running.process.pid).children(recursive=True)
    assert len(children) > 3
    assert running.stop() == 0
    assert [child for child in children if child.is_running()] == []
    assert "Traceback" not in running.said()


def moves(running: Running, wire: ClientConnection) -> dict[str, int]:
    """What the subscriber is told of an order that the shop posts."""
    answer = running.post_order("o-2", "7.00")
    assert [one["outcome"] for one in answer.json()["results"]] == ["APPLIED"]
    message = orjson.loads(wire.recv(timeout=10))
    assert message["type"] == "next", message
    changed: dict[str, int] = message["payload"]["data"]["pointsChanged"]
    return changed


def test_a_port_that_is_taken_is_told_in_one_line(running: Running, tmp_path: Path) -> None:
    port = running.address.rsplit(":", 1)[1]
    done = running.command("up", PORT=port, LAURELS_HOME=str(tmp_path / "another"))
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("laurels: ")
