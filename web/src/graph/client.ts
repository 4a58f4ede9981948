/** The client of one person on this device: its cache is theirs alone. */
import { Client, fetchExchange, subscriptionExchange, type Exchange } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import { cacheExchange, offlineExchange, type CacheExchangeOpts, type StorageAdapter } from "@urql/exchange-graphcache";
import { makeDefaultStorage } from "@urql/exchange-graphcache/default-storage";
import { persistedExchange } from "@urql/exchange-persisted";
import { openLine, type Line } from "./line";
import { freshToken, isStale } from "./session";
import { hashOf } from "./trusted";

export interface Graph {
  client: Client;
  line: Line;
  /** Forgets what is kept here for this person. */
  forget: () => void;
  end: () => void;
}

/** `owner` names the cache. Null keeps nothing on the device. */
export function openGraph(owner: string | null, language: () => string, cache: CacheExchangeOpts): Graph {
  const line = openLine(freshToken, language);
  const { exchange, forget } = caching(owner, cache, line);
  const client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    fetchOptions: () => ({ headers: { "accept-language": language() } }),
    exchanges: [
      exchange,
      authExchange(async (utils) => {
        let token = await freshToken().catch(() => null);
        let refused = false;
        return {
          addAuthToOperation: (operation) =>
            token === null ? operation : utils.appendHeaders(operation, { authorization: `Bearer ${token}` }),
          willAuthError: () => isStale(),
          didAuthError: (error) => {
            refused = error.graphQLErrors.some((one) => one.extensions?.["code"] === "UNAUTHENTICATED");
            return refused;
          },
          refreshAuth: async () => {
            token = await freshToken(refused).catch(() => token);
            refused = false;
          },
        };
      }),
      persistedExchange({
        preferGetForPersistedQueries: false,
        enableForMutation: true,
        generateHash: async (_text, document) => hashOf(document),
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: line.client.subscribe(
              { query: request.query ?? "", variables: request.variables ?? null },
              sink as Parameters<typeof line.client.subscribe>[1],
            ),
          }),
        }),
      }),
    ],
  });
  return { client, line, forget, end: () => line.end() };
}

function caching(owner: string | null, options: CacheExchangeOpts, line: Line): { exchange: Exchange; forget: () => void } {
  if (owner === null || typeof indexedDB === "undefined") {
    return { exchange: cacheExchange(options), forget: () => {} };
  }
  const idbName = `laurels-${owner}`;
  const storage: StorageAdapter = makeDefaultStorage({ idbName, maxAge: 14 });
  // What was done without a network is sent when the line is back, whatever the browser believes.
  storage.onOnline = (send) => {
    line.subscribe(() => line.state() === "here" && send());
  };
  const exchange = offlineExchange({ ...options, storage, isOfflineError: (error) => !!error?.networkError && !error.response });
  return { exchange, forget: () => void indexedDB.deleteDatabase(idbName) };
}
