// The client of the protocol's authors.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { bearer, network, postOrder, socketUrl, tokens, whileOrdersCome } from "./shop.mjs";

const BOARD = `subscription {
  leaderboardChanged(key: "spend") { top { score member { handle } } me { score } }
}`;
const open = [];
after(() => open.forEach((client) => client.dispose()));

function connect(options = {}) {
  const client = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: bearer("ws"),
    retryAttempts: 0,
    ...options,
  });
  open.push(client);
  return client;
}

async function first(client, query, variables) {
  for await (const result of client.iterate({ query, variables })) return result;
}

test("a query is answered", async () => {
  const { data } = await first(connect(), "{ programme { currency } }");
  assert.deepEqual(data, { programme: { currency: "CNY" } });
});

test("an iteration of a query ends by itself", async () => {
  const all = [];
  for await (const one of connect().iterate({ query: "{ __typename }" })) all.push(one.data);
  assert.deepEqual(all, [{ __typename: "Query" }]);
});

test("a mutation is done, and a refusal comes as user errors", async () => {
  const query = `mutation ($name: String!) {
    updateProfile(input: { displayName: $name }) { member { displayName } userErrors { code field } }
  }`;
  const client = connect();
  const good = await first(client, query, { name: "小明" });
  assert.equal(good.data.updateProfile.member.displayName, "小明");
  const bad = await first(client, query, { name: "x".repeat(31) });
  assert.deepEqual(bad.data.updateProfile.userErrors, [{ code: "INVALID", field: ["displayName"] }]);
});

test("points move when the shop posts an order", async () => {
  const heard = first(connect(), "subscription { pointsChanged { kind amount availableAfter } }");
  const { data } = await whileOrdersCome("C-ws", "12.00", heard);
  assert.equal(data.pointsChanged.kind, "EARN");
  assert.equal(data.pointsChanged.amount, 12);
  assert.equal(data.pointsChanged.availableAfter % 12, 0);
});

test("a board is told at once, and again when an order changes it", async () => {
  const changes = connect().iterate({ query: BOARD });
  const before = (await changes.next()).value.data.leaderboardChanged.me?.score ?? 0;
  await postOrder("C-ws", "100.00");
  let score = before;
  while (score < before + 100) {
    score = (await changes.next()).value.data.leaderboardChanged.me.score;
  }
  assert.equal(score, before + 100);
  await changes.return();
});

test("many operations share a socket, and one that ends leaves the others", async () => {
  const sockets = [];
  const client = connect({ on: { connected: (socket) => sockets.push(socket) } });
  const kept = client.iterate({ query: BOARD });
  const ended = client.iterate({ query: BOARD });
  await Promise.all([kept.next(), ended.next()]);
  await ended.return();
  const names = await Promise.all(
    Array.from({ length: 20 }, () => first(client, "{ __typename }")),
  );
  assert.deepEqual(new Set(names.map(({ data }) => data.__typename)), new Set(["Query"]));
  await postOrder("C-ws", "1.00");
  assert.ok((await kept.next()).value.data.leaderboardChanged.me.score > 0);
  await kept.return();
  assert.equal(sockets.length, 1);
});

test("what the schema does not have is an error with its code and place", async () => {
  await assert.rejects(first(connect(), "{ nothing }"), ([error]) => {
    assert.equal(error.extensions.code, "GRAPHQL_VALIDATION_FAILED");
    assert.ok(error.extensions.requestId);
    assert.deepEqual(error.locations, [{ line: 1, column: 3 }]);
    return true;
  });
});

test("a part that fails is null beside its error", async () => {
  const { data, errors } = await first(connect(), "{ earnRules { key } programme { currency } }");
  assert.deepEqual(data, { earnRules: null, programme: { currency: "CNY" } });
  assert.deepEqual(errors[0].path, ["earnRules"]);
  assert.equal(errors[0].extensions.code, "FORBIDDEN");
});

test("messages come in the language of connection_init", async () => {
  const client = connect({ connectionParams: { acceptLanguage: "zh-TW" } });
  const { errors } = await first(client, "{ earnRules { key } }");
  assert.equal(errors[0].message, "請先登入。");
});

test("a bad token closes with 4403", async () => {
  const client = connect({ connectionParams: { authorization: "Bearer nobody" } });
  await assert.rejects(first(client, "{ __typename }"), { code: 4403, reason: "Forbidden" });
});

test("after a bad token the client comes back with a good one", async () => {
  const offered = ["nobody", tokens.ws];
  const client = connect({
    connectionParams: () => ({ authorization: `Bearer ${offered.shift()}` }),
    retryAttempts: 1,
    retryWait: async () => {},
    shouldRetry: (event) => event.code === 4403,
  });
  const { data } = await first(client, "{ me { handle } }");
  assert.ok(data.me.handle);
  assert.equal(offered.length, 0);
});

test("after the network broke a subscription goes on with the present state", async () => {
  const wire = await network();
  let connections = 0;
  const client = connect({
    url: wire.socketUrl,
    retryAttempts: 5,
    retryWait: async () => {},
    on: { connected: () => (connections += 1) },
  });
  const changes = client.iterate({ query: BOARD });
  await changes.next();
  wire.cut();
  assert.ok((await changes.next()).value.data.leaderboardChanged.top);
  assert.equal(connections, 2);
  await changes.return();
  wire.close();
});

test("pings are answered", async () => {
  const pong = new Promise((resolve) => {
    connect({
      lazy: false,
      keepAlive: 20,
      on: { pong: (received, payload) => received && resolve(payload ?? null) },
    });
  });
  assert.equal(await pong, null);
});

test("an idle socket stays open while nothing is said for longer than its first five seconds", async () => {
  const client = connect({ lazy: false });
  let closed = false;
  client.on("closed", () => (closed = true));
  await new Promise((resolve) => client.on("connected", resolve));
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  assert.equal(closed, false);
});

for (const [name, protocols, frames, code] of [
  // Nothing that it offered is chosen, upon which a client gives up before it hears of 4406.
  ["the legacy protocol", ["graphql-ws"], [], 1006],
  ["no protocol at all", [], [], 4406],
  ["what is not JSON", ["graphql-transport-ws"], ["hello"], 4400],
  ["an operation before connection_init", ["graphql-transport-ws"],
    ['{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}'], 4401],
  ["connection_init twice", ["graphql-transport-ws"],
    ['{"type":"connection_init"}', '{"type":"connection_init"}'], 4429],
  ["silence", ["graphql-transport-ws"], [], 4408],
]) {
  test(`${name} is closed with ${code}`, async () => {
    const socket = new WebSocket(socketUrl, protocols);
    socket.on("error", () => {}); // the package minds that no subprotocol is chosen
    socket.on("open", () => frames.forEach((frame) => socket.send(frame)));
    assert.equal(await new Promise((resolve) => socket.on("close", resolve)), code);
  });
}
