// urql, as an app configures it.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { bearer, socketUrl, url, whileOrdersCome } from "./shop.mjs";

const socket = createClient({
  url: socketUrl,
  webSocketImpl: WebSocket,
  connectionParams: bearer("urql"),
});
after(() => socket.dispose());

const overSocket = subscriptionExchange({
  forwardSubscription: (request) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe(request, sink) }),
  }),
});

function clientOf(headers, options = {}) {
  return new Client({
    url,
    exchanges: [cacheExchange, fetchExchange, overSocket],
    fetchOptions: { headers },
    preferGetMethod: false,
    ...options,
  });
}

const codes = ({ error }) => error.graphQLErrors.map((one) => one.extensions.code);

for (const preferGetMethod of [false, "force"]) {
  test(`a query is answered (${preferGetMethod ? "GET" : "POST"})`, async () => {
    const client = clientOf(bearer("urql"), { preferGetMethod });
    const { data, error } = await client.query("{ me { handle tier { key } } }", {});
    assert.equal(error, undefined);
    assert.equal(data.me.tier.key, "member");
  });

  test(`errors keep their codes (${preferGetMethod ? "GET" : "POST"})`, async () => {
    const visitor = clientOf({}, { preferGetMethod });
    assert.deepEqual(codes(await visitor.query("{ nothing }", {})), ["GRAPHQL_VALIDATION_FAILED"]);
    assert.deepEqual(codes(await visitor.query("{ earnRules { key } }", {})), ["UNAUTHENTICATED"]);
    const stranger = clientOf({ authorization: "Bearer nobody" }, { preferGetMethod });
    assert.deepEqual(codes(await stranger.query("{ me { handle } }", {})), ["UNAUTHENTICATED"]);
  });
}

test("a mutation is done, and a refusal comes as user errors", async () => {
  const rename = `mutation ($name: String!) {
    updateProfile(input: { displayName: $name }) { member { id displayName } userErrors { code field } }
  }`;
  const client = clientOf(bearer("urql"));
  const good = await client.mutation(rename, { name: "阿强" });
  assert.equal(good.data.updateProfile.member.displayName, "阿强");
  const bad = await client.mutation(rename, { name: "x".repeat(31) });
  assert.equal(bad.error, undefined);
  assert.deepEqual(bad.data.updateProfile.userErrors.map(({ code, field }) => [code, field]), [
    ["INVALID", ["displayName"]],
  ]);
});

test("a part that fails is null beside its error", async () => {
  const asked = clientOf(bearer("urql")).query("{ earnRules { key } programme { currency } }", {});
  const result = await asked;
  assert.equal(result.data.programme.currency, "CNY");
  assert.equal(result.data.earnRules, null);
  assert.deepEqual(codes(result), ["FORBIDDEN"]);
});

test("a subscription moves when the shop posts an order", async () => {
  const heard = new Promise((resolve) => {
    const { unsubscribe } = clientOf({})
      .subscription("subscription { pointsChanged { id amount } }", {})
      .subscribe((result) => {
        unsubscribe();
        resolve(result);
      });
  });
  const { data, error } = await whileOrdersCome("C-urql", "9.00", heard);
  assert.equal(error, undefined);
  assert.equal(data.pointsChanged.amount, 9);
});

test("a subscription that is wrong tells its code", async () => {
  const result = await new Promise((resolve) => {
    clientOf({}).subscription("subscription { nothing }", {}).subscribe(resolve);
  });
  assert.deepEqual(codes(result), ["GRAPHQL_VALIDATION_FAILED"]);
});
