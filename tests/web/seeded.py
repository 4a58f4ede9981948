"""A served shop with something on every screen: a programme, two members, posts, a deal."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import yaml

from server.demo_plan import FOLDER
from tests.support.command import LAURELS, Command

_READY: Final = "Laurels is ready at "
_MEMBERS: Final = ("C-ling", "C-bo")
_STAFF: Final = ("moderator", "admin", "service")
_TEXTS: Final = (
    "周末把老唱片都听了一遍，暖到心里。 #黑胶 #听歌时刻",
    "Side B, third listen. The quiet passages are worth it. #nowspinning",
    "換了新弦，聲音亮了不少，手指也比較不痛。 #吉他日常",
    "包裹很仔细，唱片一点没弯。",
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """Tokens are by customer number and by role."""

    address: str
    tokens: dict[str, str]
    deal: str

    def as_json(self) -> str:
        """As the programmes of the browser tests take it."""
        callers = [
            {"customer": one, "role": None, "token": self.tokens[one], "name": one}
            for one in _MEMBERS
        ]
        fill = {"/deals/:id": self.deal}
        staff = {role: self.tokens[role] for role in _STAFF}
        told = {"address": self.address, "callers": callers, "staff": staff, "fill": fill}
        return orjson.dumps(told).decode()

    def ask(self, who: str, query: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
        """The data of an answer without errors and refusals."""
        answer = httpx.post(
            f"{self.address}/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self.tokens[who]}"},
            timeout=30,
        ).json()
        assert "errors" not in answer, answer
        for payload in answer["data"].values():
            assert not (isinstance(payload, dict) and payload.get("userErrors")), payload
        return answer["data"]


@contextmanager
def serving(folder: Path) -> Iterator[Seeded]:
    """A sandbox in this folder, stopped at the end."""
    command = Command(
        {
            "LAURELS_HOME": str(folder / "home"),
            "DEMO": "0",
            "SANDBOX": "1",
            "PORT": str(_free_port()),  # signed addresses of uploads name it
            "API_WORKERS": "1",
            "LOG_LEVEL": "WARNING",
        }
    )
    log = folder / "log"
    with (
        log.open("w") as written,
        subprocess.Popen(  # noqa: S603 - our own command
            [*LAURELS, "up"],
            env=command.environment,
            stdout=subprocess.PIPE,
            stderr=written.fileno(),
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            assert line.startswith(_READY), log.read_text()
            yield _seeded(command, folder, line.removeprefix(_READY))
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


def _seeded(command: Command, folder: Path, address: str) -> Seeded:
    done = command("programme", "apply", str(_programme_file(folder)))
    assert done.returncode == 0, done.stdout + done.stderr
    words = [word for ref in _MEMBERS for word in ("--customer", ref)]
    tokens = dict(zip(_MEMBERS, command("token", *words).stdout.split(), strict=True))
    tokens |= {role: command("token", "--role", role).stdout.strip() for role in _STAFF}
    shop = Seeded(address, tokens, "")
    _programme(shop)
    _orders(shop)
    product = _products(shop)
    _posts(shop, product)
    return Seeded(address, tokens, _deal(shop, product))


def _programme_file(folder: Path) -> Path:
    """The demo's programme without what gets its days only when the demo shop is first started."""
    programme = yaml.safe_load((FOLDER / "programme.yaml").read_text("utf-8"))
    for section in ("challenges", "teamBoards", "intake", "wordLists"):
        programme.pop(section)
    programme["boards"].pop("opening")
    file = folder / "programme.yaml"
    file.write_text(yaml.safe_dump(programme, allow_unicode=True), "utf-8")
    return file


def _programme(shop: Seeded) -> None:
    now = datetime.now(UTC)
    challenge = {
        "key": "week",
        "name": "一周挑战 · A week",
        "description": "下两单。",
        "mode": "SOLO",
        "startsAt": (now - timedelta(days=1)).isoformat(),
        "endsAt": (now + timedelta(days=6)).isoformat(),
        "goals": [
            {
                "key": "orders",
                "name": "下单 · Orders",
                "metric": {"trigger": ["order.paid"], "measure": "COUNT"},
                "target": 2,
            }
        ],
        "reward": {"points": 50},
    }
    shop.ask(
        "admin",
        "mutation ($it: ChallengeInput!) { saveProgramme(input: {newAuthorReviews: 0})"
        " { userErrors { message } } saveChallenge(input: $it) { userErrors { message } } }",
        it=challenge,
    )


def _orders(shop: Seeded) -> None:
    now = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    orders = [
        {
            "type": "order.paid",
            "source": "shop",
            "externalId": f"order-{ref}-{number}",
            "customerRef": ref,
            "occurredAt": now,
            "attributes": {
                "orderRef": f"{ref}-{number}",
                "total": total,
                "currency": "USD",
                "itemCount": 1,
            },
        }
        for ref, totals in (("C-ling", ("250.00", "40.00")), ("C-bo", ("99.00",)))
        for number, total in enumerate(totals)
    ]
    shop.ask(
        "service",
        "mutation ($it: [ActivityInput!]!) { ingestActivities(input: {activities: $it})"
        " { userErrors { message } } }",
        it=orders,
    )


def _products(shop: Seeded) -> str:
    shop.ask(
        "service",
        "mutation { saveProducts(input: {products: ["
        '{sku: "LP-1", name: "月光海 LP · Moonlit Sea LP", price: "28.00", category: "唱片"},'
        '{sku: "ST-1", name: "民谣吉他弦 · Folk strings", price: "12.00"}]})'
        " { userErrors { message } } }",
    )
    found: str = shop.ask("service", '{ product(sku: "LP-1") { id } }')["product"]["id"]
    return found


def _posts(shop: Seeded, product: str) -> None:
    photo = next((FOLDER / "photos").glob("*.*g")).read_bytes()
    for number, text in enumerate(_TEXTS):
        images = [_image(shop, photo)] if number == 0 else []
        post = shop.ask(
            "C-bo",
            "mutation ($it: CreatePostInput!) { createPost(input: $it)"
            " { post { id } userErrors { message } } }",
            it={
                "text": text,
                "imageIds": images,
                "productIds": [product],
                "rating": 5 - number,
                "idempotencyKey": f"post-{number}",
            },
        )["createPost"]["post"]["id"]
        shop.ask(
            "C-ling",
            'mutation ($id: ID!, $key: String!) { addComment(input: {postId: $id, text: "真好听。",'
            " idempotencyKey: $key}) { userErrors { message } } }",
            id=post,
            key=f"comment-{number}",
        )


def _image(shop: Seeded, photo: bytes) -> str:
    ticket = shop.ask(
        "C-bo",
        'mutation ($size: Int!) { createImageUpload(input: {contentType: "image/jpeg",'
        " byteSize: $size}) { upload { id url headers { name value } } userErrors { message } } }",
        size=len(photo),
    )["createImageUpload"]["upload"]
    headers = {one["name"]: one["value"] for one in ticket["headers"]}
    httpx.put(ticket["url"], content=photo, headers=headers, timeout=30).raise_for_status()
    done: str = shop.ask(
        "C-bo",
        "mutation ($id: ID!) { completeImageUpload(input: {uploadId: $id})"
        " { image { id } userErrors { message } } }",
        id=ticket["id"],
    )["completeImageUpload"]["image"]["id"]
    return done


def _deal(shop: Seeded, product: str) -> str:
    shop.ask(
        "admin",
        "mutation ($it: DealOfferInput!) { saveDealOffer(input: $it) { userErrors { message } } }",
        it={"sku": "LP-1", "kind": "GROUP_BUY", "price": "22.00", "size": 3, "hours": 24},
    )
    deal: str = shop.ask(
        "C-bo",
        "mutation ($id: ID!) { startGroupBuy(input: {productId: $id})"
        " { groupBuy { id } userErrors { message } } }",
        id=product,
    )["startGroupBuy"]["groupBuy"]["id"]
    return deal
