/**
 * Who is signed in on this device, and a token that is good now.
 *
 * A refresh token is good once, and whoever uses it twice loses the session. So one tab refreshes
 * at a time, and looks first whether another has just done it.
 */
import { stringifyDocument } from "@urql/core";
import { RefreshSession } from "./generated";
import { keep, recall } from "./kept";
import { hashOf } from "./trusted";

export interface Session {
  /** Names what this device keeps for this person. */
  key: string;
  accessToken: string;
  /** In milliseconds since 1970. */
  expiresAt: number;
  /** Null for the demo accounts of a sandbox, which are asked for anew. */
  refreshToken: string | null;
  /** The demo account's own name. */
  demo: string | null;
}

export interface DemoAccount {
  name: string;
  customer: string | null;
  role: string | null;
  displayName?: string | null;
  token: string;
}

/** The app and the console are entered apart. */
const KEPT = location.pathname.startsWith("/console") ? "laurels.session.console" : "laurels.session";
const EARLY = 30_000;
const listeners = new Set<() => void>();
let current = read();

window.addEventListener("storage", (event) => {
  if (event.key !== KEPT) return;
  const before = current?.key;
  current = read();
  if (before !== current?.key) announce();
});

export const sessions = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  current: (): Session | null => current,
};

export function begin(session: Session): void {
  store(session);
  announce();
}

export function end(): void {
  store(null);
  announce();
}

export function demoSession(account: DemoAccount): Session {
  return {
    key: account.customer ?? account.role ?? account.name,
    accessToken: account.token,
    expiresAt: expiryOf(account.token),
    refreshToken: null,
    demo: account.customer ?? account.role,
  };
}

/** Of a sandbox, those whose view is worth a look; none elsewhere. */
export async function demoAccounts(language: string): Promise<DemoAccount[]> {
  const answer = await fetch("/try", { headers: { "accept-language": language } });
  if (!answer.ok) return [];
  return ((await answer.json()) as { callers: DemoAccount[] }).callers;
}

/** A token that is good for a while; null for visitors, and when the session is over. */
export async function freshToken(force = false): Promise<string | null> {
  if (current === null) return null;
  if (!force && current.expiresAt - Date.now() > EARLY) return current.accessToken;
  const stale = current.accessToken;
  return exclusively(async () => {
    current = read();
    if (current === null) return null;
    if (current.accessToken !== stale) return current.accessToken;
    const renewed = await renew(current);
    if (renewed === null) end();
    else store(renewed);
    return renewed?.accessToken ?? null;
  });
}

/** Whether the token in use should be renewed before it is used again. */
export function isStale(): boolean {
  return current !== null && current.expiresAt - Date.now() <= EARLY;
}

async function renew(session: Session): Promise<Session | null> {
  if (session.demo !== null) {
    const again = (await demoAccounts("zh-CN")).find((one) => (one.customer ?? one.role) === session.demo);
    return again === undefined ? null : demoSession(again);
  }
  if (session.refreshToken === null) return null;
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      query: stringifyDocument(RefreshSession),
      variables: { token: session.refreshToken },
      extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(RefreshSession) } },
    }),
  });
  if (answer.status >= 500 || answer.status === 429) throw new Error("the session could not be continued for now");
  const body = (await answer.json()) as { data?: { refreshSession?: { session?: Tokens | null } | null } };
  const given = body.data?.refreshSession?.session;
  return given ? { ...session, ...tokensOf(given) } : null;
}

interface Tokens {
  accessToken: string;
  expiresAt: string;
  refreshToken: string;
}

export function tokensOf(given: Tokens): Pick<Session, "accessToken" | "expiresAt" | "refreshToken"> {
  return {
    accessToken: given.accessToken,
    expiresAt: Date.parse(given.expiresAt),
    refreshToken: given.refreshToken,
  };
}

/** When a token ends, by its own words. Nothing depends on their truth but when we ask again. */
export function expiryOf(token: string): number {
  try {
    const words = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    return (JSON.parse(atob(words)) as { exp: number }).exp * 1000;
  } catch {
    return 0;
  }
}

async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request("laurels.session", work) : work();
}

function read(): Session | null {
  const kept = recall(KEPT);
  if (kept === null) return null;
  try {
    return JSON.parse(kept) as Session;
  } catch {
    return null;
  }
}

function store(session: Session | null): void {
  current = session;
  keep(KEPT, session === null ? null : JSON.stringify(session));
}

function announce(): void {
  for (const listener of listeners) listener();
}
