/** Documents of this build: typed, and known to servers by the hash of their text. */
import { gql, type TypedDocumentNode } from "@urql/core";

const HASHES = new Map<string, string>();

/** The document of an operation. Its name finds its hash again, whatever exchanges made of it. */
export function trusted<Data, Variables extends Record<string, unknown> | Record<string, never>>(
  name: string,
  hash: string,
  text: string,
): TypedDocumentNode<Data, Variables> {
  HASHES.set(name, hash);
  return gql<Data, Variables>(text);
}

/** The SHA-256 of an operation's text, in hexadecimal digits; empty for one that is not ours. */
export function hashOf(document: { definitions: readonly unknown[] }): string {
  for (const one of document.definitions) {
    const node = one as { kind: string; name?: { value: string } };
    if (node.kind === "OperationDefinition") return HASHES.get(node.name?.value ?? "") ?? "";
  }
  return "";
}
