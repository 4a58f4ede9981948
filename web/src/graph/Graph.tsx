/** The present person's client, for everything below. A change of person changes all of it. */
import { createContext, use, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { Provider } from "urql";
import { useSpeech } from "@/i18n";
import { cacheOptions } from "./cache";
import { openGraph, type Graph } from "./client";
import { sessions } from "./session";

const Context = createContext<Graph | null>(null);

export function GraphProvider({
  children,
  kept = true,
}: {
  children: ReactNode;
  /** Whether the device keeps what was seen. */
  kept?: boolean;
}) {
  const owner = useSession()?.key ?? null;
  const { language } = useSpeech();
  const spoken = useRef(language);
  spoken.current = language;
  const [graph, setGraph] = useState<Graph | null>(null);
  useEffect(() => {
    const opened = openGraph(kept ? owner : null, () => spoken.current, cacheOptions());
    setGraph(opened);
    return () => opened.end();
  }, [owner, language, kept]); // sentences that the shop says are in the language they were asked in
  if (graph === null) return null;
  return (
    <Context value={graph}>
      <Provider key={`${owner}.${language}`} value={graph.client}>
        {children}
      </Provider>
    </Context>
  );
}

export function useGraph(): Graph {
  const graph = use(Context);
  if (graph === null) throw new Error("there is no GraphProvider above");
  return graph;
}

/** Null for visitors. */
export function useSession() {
  return useSyncExternalStore(sessions.subscribe, sessions.current);
}
