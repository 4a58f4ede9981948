/**
 * The line to the shop: one WebSocket, held as long as the app is open.
 *
 * It tells whether we are connected, better than `navigator.onLine`, and comes back by itself:
 * with growing pauses, and at once when the phone wakes or finds a network.
 */
import { createClient, type Client } from "graphql-ws";

export type State = "connecting" | "here" | "away";

const LONGEST_PAUSE = 15_000;
const SOON = 2_500;
const LONGEST_SILENCE = 5_000;

export interface Line {
  client: Client;
  state: () => State;
  /** How often it came back after having been away. */
  returns: () => number;
  subscribe: (listener: () => void) => () => void;
  end: () => void;
}

/** Full jitter. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export function pause(attempt: number, random = Math.random): number {
  return Math.min(LONGEST_PAUSE, 500 * 2 ** attempt) * (0.5 + random() / 2);
}

export function openLine(token: (force: boolean) => Promise<string | null>, language: () => string): Line {
  const listeners = new Set<() => void>();
  let state: State = "connecting";
  let returns = 0;
  let opened = false;
  let connected = false;
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  let refused = false;
  let wake: (() => void) | null = null;
  let late: ReturnType<typeof setTimeout> | undefined;

  const become = (next: State) => {
    clearTimeout(late);
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  const lost = () => {
    clearTimeout(late);
    late = setTimeout(() => become("away"), SOON);
  };
  const here = () => {
    if (connected) become("here");
  };
  const rouse = () => {
    if (document.visibilityState !== "visible") return;
    wake?.();
    here(); // the browser may have been away while the socket was not
  };
  window.addEventListener("online", rouse);
  window.addEventListener("offline", lost);
  document.addEventListener("visibilitychange", rouse);
  late = setTimeout(() => become("away"), SOON);

  const client = createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    lazy: false,
    keepAlive: 15_000,
    connectionAckWaitTimeout: 8_000,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    onNonLazyError: () => {},
    connectionParams: async () => {
      const authorization = await token(refused);
      refused = false;
      return { acceptLanguage: language(), ...(authorization && { authorization: `Bearer ${authorization}` }) };
    },
    retryWait: (attempt) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, pause(attempt));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    on: {
      connected: () => {
        wake = null;
        connected = true;
        if (opened) returns += 1;
        opened = true;
        const again = state === "here";
        become("here");
        if (again) for (const listener of listeners) listener();
      },
      message: here,
      ping: (received) => {
        // A socket whose other end is gone says nothing by itself.
        if (!received) unanswered = setTimeout(() => client.terminate(), LONGEST_SILENCE);
      },
      pong: (received) => {
        if (received) clearTimeout(unanswered);
      },
      closed: (event) => {
        connected = false;
        clearTimeout(unanswered);
        if ((event as CloseEvent).code === 4403) refused = true;
        lost();
      },
    },
  });

  return {
    client,
    state: () => state,
    returns: () => returns,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: () => {
      clearTimeout(late);
      window.removeEventListener("online", rouse);
      window.removeEventListener("offline", lost);
      document.removeEventListener("visibilitychange", rouse);
      void client.dispose();
    },
  };
}
