/** An answer in a language of one's choice, past the cache: what is shown there stays as it is. */
import { stringifyDocument, type TypedDocumentNode } from "@urql/core";
import { freshToken } from "@/graph/session";
import { hashOf } from "@/graph/trusted";
import type { Language } from "@/i18n";

/** Throws where there is no answer. */
export async function inLanguage<Data>(document: TypedDocumentNode<Data, Record<string, never>>, language: Language): Promise<Data> {
  const token = await freshToken();
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept-language": language,
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      query: stringifyDocument(document),
      extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(document) } },
    }),
  });
  const { data } = (await answer.json()) as { data?: Data | null };
  if (!data) throw new Error(`there was no answer: ${answer.status}`);
  return data;
}
