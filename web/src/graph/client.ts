/** The client of one person on this device: its cache is theirs alone. */
import { Client, fetchExchange, subscriptionExchange, type Exchange } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import { cacheExchange, offlineExchange, type CacheExchangeOpts, type StorageAdapter } from "@urql/exchange-graphcache";
import { makeDefaultStorage } from "@urql/exchange-graphcache/default-storage";
import { persistedExchange } from "@urql/exchange-persisted";
import { openLine, type Line } from "./line";
import { freshToken, isStale } from "./session";
import { hashOf } from "./trusted";

const SENT_AGAIN = 10_000;

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
  const { exchange, forget, stop } = caching(owner, cache, line);
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
  const end = () => {
    stop(); // what waits is this person's, and must not be sent by the next one's token
    line.end();
  };
  return { client, line, forget, end };
}

interface Caching {
  exchange: Exchange;
  forget: () => void;
  stop: () => void;
}

function caching(owner: string | null, options: CacheExchangeOpts, line: Line): Caching {
  if (owner === null || typeof indexedDB === "undefined") {
    return { exchange: cacheExchange(options), forget: () => {}, stop: () => {} };
  }
  const idbName = `laurels-${owner}`;
  let stop = () => {};
  const storage: StorageAdapter = makeDefaultStorage({ idbName, maxAge: 14 });
  // What was done without a network is sent when the line is back, whatever the browser believes;
  // and now and then, for a request may get lost while the line holds.
  storage.onOnline = (send) => {
    const attempt = () => {
      if (line.state() === "here") send();
    };
    const unsubscribe = line.subscribe(attempt);
    const timer = setInterval(attempt, SENT_AGAIN);
    window.addEventListener("online", attempt);
    stop = () => {
      unsubscribe();
      clearInterval(timer);
      window.removeEventListener("online", attempt);
    };
  };
  const exchange = offlineExchange({ ...options, storage, isOfflineError: (error) => !!error?.networkError && !error.response });
  return { exchange, forget: () => void indexedDB.deleteDatabase(idbName), stop: () => stop() };
}
