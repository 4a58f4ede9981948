"""A shop of a few fields, served as the real one is: over HTTP in process, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import httpx
import orjson
import pytest
import strawberry
import uvicorn
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import ConnectionClosed

from api.execution.context import Context, Info
from api.execution.cost.charging import Charging
from api.execution.engine import Engine
from api.execution.fields import field as resolved
from api.execution.fields import subscription
from api.execution.http.endpoint import Endpoint
from api.execution.metrics import Metrics
from api.execution.operations import Operations, Patience
from api.execution.scope import Scope
from api.execution.services import Services
from api.execution.sockets import SocketEndpoint
from api.execution.sockets.attendance import Attendance
from api.execution.sockets.places import Places
from api.payloads import Payload, mutation
from api.relay import Node, Nodes, PageInfo, edges_of, node_query
from api.scalars import JSON, Long, schema_config
from domain.errors import Invalid, RateLimited, Unauthenticated, Unavailable
from domain.members import Role, Viewer
from infra.i18n import Catalogue
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset
from infra.pubsub import PubSub
from infra.redis import Redis
from server.websocket import PING_SECONDS, WebSocketProtocol

SECRET = "the-password-is-swordfish"
SHOPPER = UUID(int=1)
THINGS = keyset(int)


@dataclass
class Stage:
    """What the fields of the shop do beside answering."""

    asked: list[list[int]] = field(default_factory=list)
    contexts: list[Context] = field(default_factory=list)
    open_streams: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)
    over: set[UUID] = field(default_factory=set[UUID])
    board: str = "first"
    watchers: set[asyncio.Queue[str]] = field(default_factory=set[asyncio.Queue[str]])
    sources: int = 0
    executions: int = 0

    def show(self, board: str) -> None:
        """Changes what stands on the board."""
        self.board = board
        for watcher in self.watchers:
            watcher.put_nowait(board)

    async def boards(self) -> AsyncIterator[str]:
        """The board as it stands, and then as it changes."""
        self.sources += 1
        self.open_streams += 1
        watcher = asyncio.Queue[str]()
        self.watchers.add(watcher)
        try:
            yield self.board
            while True:
                yield await watcher.get()
        finally:
            self.watchers.discard(watcher)
            self.open_streams -= 1


def thing_id(number: int) -> str:
    return encode_id(Kind.TIER, UUID(int=number))


@strawberry.type
class Thing(Node):
    number: int

    @resolved(description="The next.")
    def next(self) -> Thing:
        return thing(self.number + 1)


def thing(number: int) -> Thing:
    return Thing(id=strawberry.ID(thing_id(number)), number=number)


@strawberry.type
class ThingEdge:
    cursor: str
    node: Thing


@strawberry.type
class ThingConnection:
    edges: list[ThingEdge]
    nodes: list[Thing]
    page_info: PageInfo

    @classmethod
    def of(cls, page: Page[Thing]) -> ThingConnection:
        return cls(
            edges=edges_of(page, ThingEdge), nodes=list(page.items), page_info=PageInfo.of(page)
        )


@strawberry.type
class ThingPayload(Payload):
    thing: Thing | None = None
    total: Long = 0
    done: bool = False
    others: list[Thing] = strawberry.field(default_factory=list)


@strawberry.input
class PutInput:
    number: Long


def stage_of(info: Info) -> Stage:
    return cast("Any", info.context.services).stage


@strawberry.type
class Query:
    @resolved(description="A greeting.")
    async def hello(self) -> str:
        return "你好"

    @resolved(description="The viewer's id.")
    async def whoami(self, info: Info) -> str | None:
        stage_of(info).contexts.append(info.context)
        return str(info.context.viewer.member_id) if info.context.viewer else None

    @resolved(description="For members.")
    async def mine(self, info: Info) -> str | None:
        return str(info.context.signed_in())

    @resolved(description="For admins.")
    async def private(self, info: Info) -> str | None:
        info.context.require(Role.ADMIN)
        return "gold"

    @resolved(description="Fails in a way that is named.")
    async def fails(self, how: str) -> str | None:
        raise {
            "refused": Invalid("page.first", field=("first",), limit=100),
            "limited": RateLimited(2.3),
            "away": Unavailable("redis"),
            "broken": RuntimeError(SECRET),
        }[how]

    @resolved(description="Fails, and takes everything along.")
    async def breaks(self) -> str:
        raise RuntimeError(SECRET)

    @resolved(description="Values that their types cannot show.")
    async def odd(self, how: str) -> datetime | None:
        return cast("datetime", {"naive": datetime(2026, 1, 1), "text": SECRET}[how])  # noqa: DTZ001

    @resolved(description="A number that is no Int.")
    async def enormous(self) -> int | None:
        return 77_777_777_777

    @resolved(description="What JSON cannot hold.")
    async def unspeakable(self) -> JSON | None:
        return {"set": {1, 2}}

    @resolved(description="What came in goes out.")
    async def echo(
        self,
        at: datetime | None = None,
        day: date | None = None,
        amount: Decimal | None = None,
        count: Long | None = None,
        free: JSON | None = None,
    ) -> Echo:
        return Echo(at=at, day=day, amount=amount, count=count, free=free)

    @resolved(description="The first of many.")
    async def thing(self) -> Thing:
        return thing(1)

    @resolved(description="Nine things.")
    async def things(
        self, first: int | None = 20, after: str | None = None
    ) -> ThingConnection | None:
        window = THINGS.window(first, after)
        behind = window.after[0] if window.after else 0
        page = window.page(list(range(1, 10))[behind:][: window.limit], key=lambda row: (row,))
        return ThingConnection.of(page.map(thing))


@strawberry.type
class Echo:
    at: datetime | None
    day: date | None
    amount: Decimal | None
    count: Long | None
    free: JSON | None


@strawberry.type
class Mutation:
    @mutation(description="Puts a thing.")
    async def put(self, info: Info, input: PutInput) -> ThingPayload:  # noqa: A002, ARG002
        if input.number > 9:
            raise Invalid("page.first", field=("number",), limit=9)
        if input.number < 0:
            raise RuntimeError(SECRET)
        return ThingPayload(thing=thing(input.number), total=input.number, done=True)


@strawberry.type
class Board:
    shown: strawberry.Private[str]

    @resolved(description="What stands on it.")
    async def text(self, info: Info) -> str:
        stage_of(info).executions += 1
        return self.shown

    @resolved(description="The viewer's id.", reads_viewer=True)
    async def me(self, info: Info) -> str | None:
        return viewer_id(info)

    @resolved(description="The viewer's id, and nothing says so.")
    async def hidden_me(self, info: Info) -> str | None:
        try:
            return viewer_id(info)
        except RuntimeError:
            return "nobody"


def viewer_id(info: Info) -> str | None:
    return str(info.context.viewer.member_id) if info.context.viewer else None


@strawberry.type
class Subscription:
    @subscription(description="A board, for everybody.", scope=Scope.PUBLIC, state=True)
    async def board(self, info: Info, size: int = 0) -> AsyncIterator[Board]:
        async with aclosing(stage_of(info).boards()) as boards:
            async for text in boards:
                if text == "breaks":
                    raise RuntimeError(SECRET)
                yield Board(shown=text.ljust(size))

    @subscription(description="A board, whose changes must all arrive.", scope=Scope.PUBLIC)
    async def news(self, info: Info) -> AsyncIterator[Board]:
        async with aclosing(stage_of(info).boards()) as boards:
            async for text in boards:
                yield Board(shown=text)

    @subscription(description="Says it is public, and is not.", scope=Scope.PUBLIC, state=True)
    async def sneaky(self, info: Info) -> AsyncIterator[str]:
        yield viewer_id(info) or "nobody"
        await stage_of(info).go.wait()

    @subscription(description="Counts up.")
    async def ticks(self, upto: int) -> AsyncIterator[int]:
        for number in range(1, upto + 1):
            yield number

    @subscription(description="One event, and then only waiting.")
    async def waits(self, info: Info) -> AsyncIterator[int]:
        stage = stage_of(info)
        stage.open_streams += 1
        try:
            yield 1
            await stage.go.wait()
        finally:
            stage.open_streams -= 1

    @subscription(description="Breaks after one event.")
    async def breaks(self) -> AsyncIterator[int]:
        yield 1
        raise RuntimeError(SECRET)

    @subscription(description="For members.")
    async def mine(self, info: Info) -> AsyncIterator[int]:
        info.context.signed_in()
        yield 1

    @subscription(description="Things, whose fields need a context.")
    async def contexts(self) -> AsyncIterator[Thing]:
        yield thing(1)
        yield thing(2)


async def load_things(context: Context, ids: list[GlobalId]) -> list[Thing | None]:
    numbers = [id_.key.int for id_ in ids]
    cast("Any", context.services).stage.asked.append(numbers)
    if 66 in numbers:
        raise Unavailable("postgres")
    if 77 in numbers:
        raise RuntimeError(SECRET)
    return [thing(number) if number < 9 else None for number in numbers]


@strawberry.type(name="Query")
class Everything(node_query(Nodes({Kind.TIER: load_things})), Query):  # type: ignore[misc]
    pass


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Everything, mutation=Mutation, subscription=Subscription, config=schema_config()
    )


async def authenticate(token: str) -> Viewer:
    if token == "broken":
        raise RuntimeError(SECRET)
    if token == "away":
        raise Unavailable("postgres")
    if token.startswith("brief"):
        return _viewer(Role.SHOPPER, timedelta(seconds=0.3))
    if token.startswith("member-"):
        number = int(token.removeprefix("member-"))
        ends = datetime.now(UTC) + timedelta(hours=1)
        return Viewer(UUID(int=number), frozenset({Role.SHOPPER}), UUID(int=number + 100), ends)
    if token not in {"shopper", "admin", "service"}:
        raise Unauthenticated("auth.token_invalid")
    return _viewer(Role(token.upper()), timedelta(hours=1))


def _viewer(role: Role, lasts: timedelta) -> Viewer:
    return Viewer(SHOPPER, frozenset({role}), None, datetime.now(UTC) + lasts)


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def services(catalogue: Catalogue, stage: Stage) -> Services:
    clock = SimpleNamespace(now=_now)
    platform = SimpleNamespace(catalogue=catalogue, clock=clock)
    return cast("Services", SimpleNamespace(platform=platform, stage=stage))


async def _now() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def charging() -> Charging:
    """As in a sandbox: without buckets."""
    return Charging()


@pytest.fixture
def patience() -> Patience:
    return Patience()


@pytest.fixture
def operations(
    schema: strawberry.Schema,
    services: Services,
    registry: CollectorRegistry,
    charging: Charging,
    patience: Patience,
) -> Operations:
    engine, metrics = Engine(schema), Metrics(registry)
    return Operations(engine, services, authenticate, metrics, charging=charging, patience=patience)


@pytest.fixture
async def pubsub(redis: Redis) -> AsyncIterator[PubSub]:
    pubsub = PubSub(redis)
    hearing = asyncio.create_task(pubsub.run())
    yield pubsub
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
    await pubsub.close()


@pytest.fixture
def attendance(redis: Redis, pubsub: PubSub, stage: Stage) -> Attendance:
    async def over(sessions: Collection[tuple[UUID, UUID]]) -> set[UUID]:
        return {session_id for session_id, _ in sessions} & stage.over

    return Attendance(Places(redis), pubsub, over, look_seconds=0.02)


@pytest.fixture
def sockets(operations: Operations, attendance: Attendance) -> SocketEndpoint:
    return SocketEndpoint(operations, attendance, initialise_seconds=0.3)


@pytest.fixture
def app(operations: Operations, sockets: SocketEndpoint) -> Starlette:
    return Starlette(
        routes=[
            Route("/graphql", Endpoint(operations)),
            WebSocketRoute("/graphql", sockets),
        ]
    )


@pytest.fixture
async def http(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    headers = {"accept": "application/graphql-response+json", "accept-language": "en"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://shop", headers=headers
    ) as client:
        yield client


Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def ask(http: httpx.AsyncClient) -> Ask:
    """Asks a query over HTTP and gives the response's JSON."""

    async def post(query: str, token: str | None = None, **variables: object) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = await http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        return answer.json()

    return post


class Wire:
    """A client's end of a socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: object) -> None:
        await self.connection.send(orjson.dumps(message).decode())

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(30):
            return orjson.loads(await self.connection.recv())

    async def data(self) -> dict[str, Any]:
        """The data of the next message, which must be a result."""
        message = await self.receive()
        assert message["type"] == "next", message
        return message["payload"]["data"]

    async def init(self, **payload: object) -> None:
        await self.send(type="connection_init", payload=payload)
        assert (await self.receive())["type"] == "connection_ack"

    async def subscribe(self, query: str, id: str = "1") -> None:  # noqa: A002
        await self.send(id=id, type="subscribe", payload={"query": query})

    def pause(self) -> None:
        """Reads nothing from now on."""
        self.connection.transport.pause_reading()

    def resume(self) -> None:
        self.connection.transport.resume_reading()

    async def read_out(self) -> int:
        """Reads all that is left and tells the code with which it was closed."""
        self.resume()
        async with asyncio.timeout(30):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        return self.connection.close_code or 0

    async def closed(self) -> int:
        """Reads to the end and tells the code."""
        async with asyncio.timeout(30):
            await self.connection.wait_closed()
        return self.connection.close_code or 0


@dataclass
class Door:
    """Opens sockets to a real server."""

    open: Callable[..., Awaitable[Wire]]
    server: uvicorn.Server

    async def __call__(self, *subprotocols: str, **headers: str) -> Wire:
        return await self.open(*subprotocols, **headers)


@pytest.fixture
def websocket_protocol() -> type[asyncio.Protocol] | str:
    """What uvicorn serves sockets with: as in production."""
    return WebSocketProtocol


@pytest.fixture
def ping_seconds() -> float:
    return PING_SECONDS


@pytest.fixture
async def connect(
    app: Starlette,
    websocket_protocol: Any,  # noqa: ANN401 - what uvicorn takes
    ping_seconds: float,
    tmp_path: Path,
) -> AsyncIterator[Door]:
    address = str(tmp_path / "api.sock")
    config = uvicorn.Config(
        app,
        uds=address,
        lifespan="off",
        log_config=None,
        ws=websocket_protocol,
        ws_ping_interval=ping_seconds,
        ws_ping_timeout=ping_seconds,
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells in no other way
        await asyncio.sleep(0.005)
    opened: list[ClientConnection] = []

    async def open_socket(*subprotocols: str, **headers: str) -> Wire:
        connection = await unix_connect(
            address,
            uri="ws://shop/graphql",
            subprotocols=cast("Any", subprotocols or ("graphql-transport-ws",)),
            additional_headers={"accept-language": "en", **headers},
            ping_interval=None,
        )
        opened.append(connection)
        return Wire(connection)

    yield Door(open_socket, server)
    for connection in opened:
        connection.transport.abort()  # some of them do not read
    server.should_exit = True
    await serving
