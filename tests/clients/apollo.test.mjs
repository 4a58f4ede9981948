// Apollo Client, as an app configures it: queries and mutations by HTTP, subscriptions by socket.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { bearer, postOrder, socketUrl, url, whileOrdersCome } from "./shop.mjs";

globalThis.WebSocket ??= WebSocket; // which Apollo's link expects, as in every browser

const socket = createClient({
  url: socketUrl,
  webSocketImpl: WebSocket,
  connectionParams: bearer("apollo"),
});
after(() => socket.dispose());

function clientOf(whose, options = {}) {
  const headers = typeof whose === "string" ? bearer(whose) : whose;
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: url, headers, ...options }),
    ),
  });
}

function next(observable) {
  return new Promise((resolve, reject) => {
    const subscription = observable.subscribe({
      next: (value) => (subscription?.unsubscribe(), resolve(value)),
      error: reject,
    });
  });
}

async function codesOf(asked) {
  const problem = await asked.then(
    () => assert.fail("nothing was wrong"),
    (error) => error,
  );
  assert.ok(CombinedGraphQLErrors.is(problem), String(problem));
  return problem.errors.map((error) => error.extensions.code);
}

const ME = gql`
  query Me {
    me { id handle displayName points { available entries(first: 5) { nodes { id amount } } } }
  }
`;
const RENAME = gql`
  mutation Rename($name: String!) {
    updateProfile(input: { displayName: $name }) {
      member { id displayName }
      userErrors { code message field }
    }
  }
`;

test("a query is answered and remembered", async () => {
  const client = clientOf("apollo");
  const { data } = await client.query({ query: ME });
  assert.ok(data.me.handle);
  assert.deepEqual(client.readQuery({ query: ME }), data);
});

test("a query may come by GET", async () => {
  const client = clientOf("apollo", { useGETForQueries: true });
  assert.ok((await client.query({ query: ME })).data.me.id);
});

test("what a mutation changed changes in the cache", async () => {
  const client = clientOf("apollo");
  await client.query({ query: ME });
  const { data } = await client.mutate({ mutation: RENAME, variables: { name: "阿宝" } });
  assert.deepEqual(data.updateProfile.userErrors, []);
  assert.equal(client.readQuery({ query: ME }).me.displayName, "阿宝");
});

test("a refusal comes as user errors, not as an exception", async () => {
  const variables = { name: "x".repeat(31) };
  const { data } = await clientOf("apollo").mutate({ mutation: RENAME, variables });
  const [refusal] = data.updateProfile.userErrors;
  assert.deepEqual([refusal.code, refusal.field], ["INVALID", ["displayName"]]);
  assert.ok(refusal.message);
});

for (const [name, headers, query, variables, code] of [
  ["an unknown field", {}, gql`{ nothing }`, {}, "GRAPHQL_VALIDATION_FAILED"],
  ["a missing variable", {}, gql`query ($key: String!) { leaderboard(key: $key) { name } }`, {}, "BAD_USER_INPUT"],
  ["a bad token", { authorization: "Bearer nobody" }, gql`{ programme { name } }`, {}, "UNAUTHENTICATED"],
  ["a field for admins", bearer("apollo"), gql`{ earnRules { key } }`, {}, "FORBIDDEN"],
  ["a field for members", {}, gql`mutation { signOut { signedOut } }`, {}, "UNAUTHENTICATED"],
  ["a document of sixteen levels", {},
    gql`{ __schema { types { fields { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } } } } } }`,
    {}, "QUERY_TOO_COMPLEX"],
  ["a body that is too large", {}, gql`query ($key: String!) { leaderboard(key: $key) { name } }`,
    { key: "k".repeat(300_000) }, "BAD_USER_INPUT"],
]) {
  for (const useGETForQueries of [false, true]) {
    if (useGETForQueries && JSON.stringify(variables).length > 1_000) continue;
    test(`${name} is ${code} by ${useGETForQueries ? "GET" : "POST"}`, async () => {
      const options = { useGETForQueries };
      const kind = query.definitions[0].operation;
      const client = clientOf(headers, options);
      const asked = kind === "mutation"
        ? client.mutate({ mutation: query, variables })
        : client.query({ query, variables });
      assert.deepEqual(await codesOf(asked), [code]);
    });
  }
}

test("with errorPolicy all, what is good comes beside the errors", async () => {
  const { data, error } = await clientOf("apollo").query({
    query: gql`{ earnRules { key } programme { currency } }`,
    errorPolicy: "all",
  });
  assert.equal(data.programme.currency, "CNY");
  assert.equal(data.earnRules, null);
  assert.equal(error.errors[0].extensions.code, "FORBIDDEN");
});

test("pages are asked one after the other by cursors", async () => {
  const client = clientOf("apollo");
  for (const total of ["1.00", "2.00", "3.00"]) await postOrder("C-apollo", total);
  const query = gql`
    query Entries($after: String) {
      me { id points { entries(first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } } }
    }
  `;
  const seen = [];
  let after = null;
  do {
    const { data } = await client.query({ query, variables: { after } });
    const { nodes, pageInfo } = data.me.points.entries;
    seen.push(...nodes.map(({ id }) => id));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  assert.ok(seen.length >= 3);
  assert.equal(new Set(seen).size, seen.length);
});

test("a subscription moves when the shop posts an order", async () => {
  const query = gql`subscription { pointsChanged { id amount availableAfter } }`;
  const heard = next(clientOf("apollo").subscribe({ query }));
  const { data } = await whileOrdersCome("C-apollo", "7.00", heard);
  assert.equal(data.pointsChanged.amount, 7);
});

test("a subscription that is wrong tells its code", async () => {
  const query = gql`subscription { nothing }`;
  const { error } = await next(clientOf("apollo").subscribe({ query }));
  assert.ok(CombinedGraphQLErrors.is(error), String(error));
  assert.deepEqual(error.errors.map((one) => one.extensions.code), ["GRAPHQL_VALIDATION_FAILED"]);
});
