// Automatic persisted queries, as Apollo's and urql's own parts for them do it.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { test } from "node:test";

import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

import { url } from "./shop.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const fresh = () => `query Q${randomUUID().replaceAll("-", "")} { programme { currency } }`;

/** A fetch that notes of each request whether it brought the text. */
function noting() {
  const texts = [];
  return {
    texts,
    fetch: (address, options) => {
      const body = JSON.parse(options.body ?? "{}");
      texts.push("query" in body || new URL(address).searchParams.has("query"));
      return fetch(address, options);
    },
  };
}

function urqlOf(noted) {
  const client = new Client({
    url,
    fetch: noted.fetch,
    preferGetMethod: false,
    exchanges: [persistedExchange(), fetchExchange],
  });
  return async (text) => {
    const { data, error } = await client.query(text, {}, { requestPolicy: "network-only" });
    assert.equal(error, undefined);
    return data;
  };
}

function apolloOf(noted, useGETForHashedQueries) {
  const link = new PersistedQueryLink({ sha256, useGETForHashedQueries });
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: link.concat(new HttpLink({ uri: url, fetch: noted.fetch })),
  });
  return async (text) => {
    const { data } = await client.query({ query: gql(text), fetchPolicy: "network-only" });
    return data;
  };
}

const clients = {
  urql: urqlOf,
  Apollo: (noted) => apolloOf(noted, false),
  "Apollo by GET": (noted) => apolloOf(noted, true),
};

for (const [name, clientOf] of Object.entries(clients)) {
  test(`${name} sends a text once, and its hash from then on`, async () => {
    const text = fresh();
    const noted = noting();
    const ask = clientOf(noted);
    for (let time = 0; time < 3; time++) {
      assert.equal((await ask(text)).programme.currency, "CNY");
    }
    assert.deepEqual(noted.texts, [false, true, false, false]);
  });
}
