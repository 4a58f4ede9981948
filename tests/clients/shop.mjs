// The shop that is served: its address, whose tokens there are, and how an order comes in.

import { randomUUID } from "node:crypto";
import { createConnection, createServer } from "node:net";

export const { address, tokens } = JSON.parse(process.env.LAURELS_SHOP);
export const url = `${address}/graphql`;
export const socketUrl = url.replace("http", "ws");

export const bearer = (whose) => ({ authorization: `Bearer ${tokens[whose]}` });

/** The answer to a plain request, as any HTTP client sends it. */
export async function post(body, headers = {}) {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const INGEST = `mutation Ingest($input: IngestActivitiesInput!) {
  ingestActivities(input: $input) { results { outcome } }
}`;

/** The shop's own system reports a paid order, which earns as many points. */
export async function postOrder(customerRef, total) {
  const activity = {
    type: "order.paid",
    source: "shop",
    externalId: randomUUID(),
    customerRef,
    occurredAt: new Date().toISOString(),
    attributes: { total, currency: "CNY" },
  };
  const variables = { input: { activities: [activity] } };
  const answer = await (await post({ query: INGEST, variables }, bearer("service"))).json();
  const outcome = answer.data?.ingestActivities.results[0].outcome;
  if (outcome !== "APPLIED") throw new Error(JSON.stringify(answer));
}

/**
 * Resolves like `heard`, and posts orders until it does: nothing tells a client when the server
 * has begun to listen on its behalf.
 */
export async function whileOrdersCome(customerRef, total, heard) {
  let over = false;
  const ended = Promise.resolve(heard).finally(() => (over = true));
  const posting = (async () => {
    while (!over) {
      await postOrder(customerRef, total);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const [what] = await Promise.all([ended, posting]);
  return what;
}

/** A network between client and server, which can be cut. */
export async function network() {
  const wires = new Set();
  const { hostname, port } = new URL(address);
  const server = createServer((near) => {
    const far = createConnection(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      wires.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => wires.delete(one) && other.destroy());
      one.pipe(other);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    socketUrl: `ws://127.0.0.1:${server.address().port}/graphql`,
    cut: () => wires.forEach((wire) => wire.destroy()),
    close: () => {
      server.close();
      wires.forEach((wire) => wire.destroy());
    },
  };
}
