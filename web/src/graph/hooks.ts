/** Questions to the shop as screens ask them: asked again when the line comes back. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useClient, useMutation, useQuery, type CombinedError, type RequestPolicy, type TypedDocumentNode } from "urql";
import { useToast } from "@/ui/Toast";
import { useSpeech } from "@/i18n";
import { useGraph } from "./Graph";

export interface Asked<Data> {
  data: Data | undefined;
  error: CombinedError | undefined;
  /** Nothing to show yet. */
  loading: boolean;
  /** Something newer is on its way. */
  busy: boolean;
  again: () => void;
}

type Anything = Record<string, unknown>;

export function useAsk<Data, Variables extends Anything | Record<string, never>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: { pause?: boolean; policy?: RequestPolicy } = {},
): Asked<Data> {
  const [result, execute] = useQuery<Data, Anything>({
    query: document as unknown as TypedDocumentNode<Data, Anything>,
    variables: variables as Anything,
    pause: options.pause ?? false,
    ...(options.policy && { requestPolicy: options.policy }),
  });
  const again = useCallback(() => execute({ requestPolicy: "network-only" }), [execute]);
  const returns = useReturns();
  const seen = useRef(returns);
  useEffect(() => {
    if (seen.current === returns || options.pause) return;
    seen.current = returns;
    again();
  }, [returns, again, options.pause]);
  return {
    data: result.data ?? undefined,
    error: result.error,
    loading: !result.data && !result.error && !options.pause,
    busy: result.fetching || result.stale,
    again,
  };
}

/** How often the line came back: a dependency for whatever has to be asked anew. */
export function useReturns(): number {
  const { line } = useGraph();
  return useSyncExternalStore(line.subscribe, line.returns);
}

export function useLineState() {
  const { line } = useGraph();
  return useSyncExternalStore(line.subscribe, line.state);
}

/** Hears a subscription for as long as the screen is there. A null document hears nothing. */
export function useHear<Data, Variables extends Anything | Record<string, never>>(
  document: TypedDocumentNode<Data, Variables> | null,
  variables: Variables,
  heard: (data: Data) => void,
): void {
  const client = useClient();
  const latest = useRef(heard);
  latest.current = heard;
  const asked = JSON.stringify(variables);
  useEffect(() => {
    if (document === null) return;
    const { unsubscribe } = client
      .subscription(document, JSON.parse(asked) as Variables)
      .subscribe(({ data }) => data && latest.current(data));
    return unsubscribe;
  }, [client, document, asked]);
}

export interface Refusal {
  code: string;
  message: string;
  field?: string[] | null;
}

/**
 * Does something, and says in a word what came in between: a refusal, or no network.
 * Gives the payload when it was done, else null.
 */
export function useDo<Data extends Anything, Variables extends Anything | Record<string, never>>(
  document: TypedDocumentNode<Data, Variables>,
  options: { quiet?: boolean } = {},
) {
  const [, execute] = useMutation<Data, Anything>(document as unknown as TypedDocumentNode<Data, Anything>);
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  const toast = useToast();
  const { t } = useSpeech();
  const run = async (variables: Variables): Promise<Data | null> => {
    setBusy(true);
    setRefusals([]);
    const { data, error } = await execute(variables as Anything);
    setBusy(false);
    const refused = data ? refusalsOf(data) : [];
    setRefusals(refused);
    const word = refused[0]?.message ?? (error ? wordOf(error, t("say.offline"), t("say.failed")) : null);
    if (word !== null && !options.quiet) toast(word, "bad");
    return word === null && data ? data : null;
  };
  return { run, busy, refusals };
}

export function refusalsOf(data: Anything): Refusal[] {
  return Object.values(data).flatMap((payload) => (payload as { userErrors?: Refusal[] } | null)?.userErrors ?? []);
}

/** What to say of an error: the shop's own words where it has some. */
export function wordOf(error: CombinedError, offline: string, failed: string): string {
  if (error.networkError && !error.response) return offline;
  return error.graphQLErrors[0]?.message ?? failed;
}
