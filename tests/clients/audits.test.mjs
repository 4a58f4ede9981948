// Every audit of the reference implementation of GraphQL over HTTP: MUST, SHOULD and MAY alike.

import assert from "node:assert/strict";
import { test } from "node:test";

import { serverAudits } from "graphql-http";

import { url } from "./shop.mjs";

const audits = serverAudits({ url });

test("there are as many audits as this version of the reference has", () => {
  assert.equal(audits.length, 61);
});

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, "ok", result.reason);
  });
}
