// What is sent is what was hashed, so that registered documents are found.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Client, createRequest, fetchExchange, stringifyDocument, type TypedDocumentNode } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { persistedExchange } from "@urql/exchange-persisted";
import { expect, test } from "vitest";
import { cacheOptions } from "@/graph/cache";
import * as generated from "@/graph/generated";
import { hashOf } from "@/graph/trusted";

const documents = Object.entries(generated as unknown as Record<string, object>)
  .filter(([, one]) => "definitions" in one)
  .map(([name, one]) => [name, one as TypedDocumentNode] as const);
const manifest = JSON.parse(await readFile(new URL("../../public/documents.json", import.meta.url), "utf-8")) as Record<string, string>;

test("there are documents", () => expect(documents.length).toBeGreaterThan(40));

test.each(documents)("%s has the hash of its text", (_name, document) => {
  const text = stringifyDocument(document);
  const hash = createHash("sha256").update(text).digest("hex");
  expect(hashOf(document)).toBe(hash);
  expect(manifest[`sha256:${hash}`]).toBe(text);
});

test("a query is asked for by its hash alone, and by its text when the shop does not know it", async () => {
  const sent: { query?: string; extensions: { persistedQuery: { sha256Hash: string } } }[] = [];
  const client = new Client({
    url: "http://shop/graphql",
    preferGetMethod: false,
    exchanges: [
      cacheExchange(cacheOptions()),
      persistedExchange({ preferGetForPersistedQueries: false, generateHash: async (_text, document) => hashOf(document) }),
      fetchExchange,
    ],
    fetch: async (_url, init) => {
      const body = JSON.parse(String(init?.body));
      sent.push(body);
      const unknown = { errors: [{ message: "PersistedQueryNotFound" }] };
      return new Response(JSON.stringify(sent.length === 1 ? unknown : { data: { topics: null } }), {
        headers: { "content-type": "application/json" },
      });
    },
  });
  await client.executeQuery(createRequest(generated.Topics, {}));
  await client.query(generated.Topics, {}).toPromise();
  const [first, second] = sent;
  expect(first?.query).toBeUndefined();
  expect(createHash("sha256").update(second?.query ?? "").digest("hex")).toBe(first?.extensions.persistedQuery.sha256Hash);
});
