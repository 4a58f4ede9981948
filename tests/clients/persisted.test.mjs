// Automatic persisted queries, by the links of Apollo and urql as they come.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { test } from "node:test";

import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

import { bearer, post, url } from "./shop.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const fresh = () => `Q${randomUUID().replaceAll("-", "")}`;

/** A fetch that notes for each request whether it carried the text of its document. */
function watched() {
  const texts = [];
  const methods = [];
  const fetching = (target, options) => {
    const body = options.body
      ? JSON.parse(options.body)
      : Object.fromEntries(new URL(target).searchParams);
    texts.push(body.query !== undefined && body.query !== "");
    methods.push(options.method ?? "GET");
    return fetch(target, options);
  };
  return { texts, methods, fetch: fetching };
}

for (const useGETForHashedQueries of [false, true]) {
  const method = useGETForHashedQueries ? "GET" : "POST";

  const apollo = (wire) =>
    new ApolloClient({
      cache: new InMemoryCache(),
      link: new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(
        new HttpLink({ uri: url, headers: bearer("apollo"), fetch: wire.fetch }),
      ),
    });

  test(`Apollo sends a text once, and for everybody (${method})`, async () => {
    const query = gql(`query ${fresh()} { me { handle } }`);
    const first = watched();
    assert.ok((await apollo(first).query({ query })).data.me.handle);
    assert.deepEqual(first.texts, [false, true]);
    const second = watched();
    assert.ok((await apollo(second).query({ query })).data.me.handle);
    assert.deepEqual([second.texts, second.methods], [[false], [method]]);
  });

  test(`Apollo hears what is wrong with a persisted query (${method})`, async () => {
    const query = gql(`query ${fresh()} { nothing }`);
    await assert.rejects(apollo(watched()).query({ query }), (error) => {
      assert.ok(CombinedGraphQLErrors.is(error), String(error));
      return error.errors[0].extensions.code === "GRAPHQL_VALIDATION_FAILED";
    });
  });

  const urql = (wire) =>
    new Client({
      url,
      exchanges: [
        persistedExchange({
          preferGetForPersistedQueries: useGETForHashedQueries ? "force" : false,
          generateHash: async (text) => sha256(text),
        }),
        fetchExchange,
      ],
      fetchOptions: { headers: bearer("urql") },
      preferGetMethod: false,
      fetch: wire.fetch,
    });

  test(`urql sends a text once, and for everybody (${method})`, async () => {
    const query = `query ${fresh()} { me { handle } }`;
    const first = watched();
    assert.ok((await urql(first).query(query, {})).data.me.handle);
    assert.deepEqual(first.texts, [false, true]);
    const second = watched();
    assert.ok((await urql(second).query(query, {})).data.me.handle);
    assert.deepEqual([second.texts, second.methods], [[false], [method]]);
  });
}

test("a text under another's hash is refused, and not kept", async () => {
  const query = `query ${fresh()} { me { handle } }`;
  const persistedQuery = { version: 1, sha256Hash: sha256(`${query} `) };
  const lying = await (await post({ query, extensions: { persistedQuery } })).json();
  assert.equal(lying.errors[0].extensions.code, "BAD_USER_INPUT");
  const asked = await (await post({ extensions: { persistedQuery } })).json();
  assert.equal(asked.errors[0].extensions.code, "PERSISTED_QUERY_NOT_FOUND");
});
