/** The desk's work: what the viewer holds, what waits, what was decided, and every verb about it. */
import { useEffect, useMemo, useRef, useState } from "react";
import { useClient, type TypedDocumentNode } from "urql";
import { refusalsOf, useAsk, useHear, wordOf, type Asked } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { useToast } from "@/ui/Toast";
import {
  DeskClaim, DeskDecide, DeskDecideAll, DeskLive, DeskQueue, DeskRelease, DeskUndo,
  type DeskItem, type ModerationAction, type ReviewOrigin, type ReviewState,
} from "../generated";
import { useViewer } from "../frame/viewer";

export type Pile = "mine" | "open" | "decided";

export interface Verdict {
  action: ModerationAction;
  policy?: string;
  note?: string;
  suspendDays?: number | null;
}

/** What was decided last, as long as it can be taken back in silence. */
export interface Deed {
  decisionIds: string[];
  action: ModerationAction;
  /** In milliseconds since 1970. */
  at: number;
}

const STATES: Record<Pile, ReviewState> = { mine: "CLAIMED", open: "OPEN", decided: "DECIDED" };
const AT_ONCE: Record<Pile, number> = { mine: 50, open: 30, decided: 30 };
/** A lease lasts ten minutes from each reading; it is read well before. */
const READ_AGAIN = 4 * 60_000;
/** How long after hearing of a change the list is asked for again; changes come in bunches. */
const SETTLES = 500;

export function useDesk(pile: Pile, origin: ReviewOrigin | null) {
  const viewer = useViewer();
  const { t } = useSpeech();
  const toast = useToast();
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [deed, setDeed] = useState<Deed | null>(null);
  const asked = useLast(useAsk(DeskQueue, { state: STATES[pile], origin, first: AT_ONCE[pile] }), `${pile}.${origin}`);
  useFreshness(asked.again, pile);

  const { items, others } = useMemo(() => {
    const all = (asked.data?.reviewQueue?.nodes ?? []).filter((one) => one.state === STATES[pile]);
    if (pile !== "mine") return { items: all, others: [] };
    const mine = all.filter((one) => one.claimedBy?.id === viewer.id);
    return { items: mine, others: all.filter((one) => one.claimedBy?.id !== viewer.id) };
  }, [asked.data, pile, viewer.id]);

  /** What the shop answered, with a word about what it refused. */
  async function act<Data extends Record<string, unknown>, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data | null> {
    setBusy(true);
    const { data, error } = await client.mutation(document, variables).toPromise();
    setBusy(false);
    const refused = data ? refusalsOf(data)[0] : undefined;
    if (refused) toast(refused.message, "bad");
    else if (error) toast(wordOf(error, t("say.offline"), t("say.failed")), "bad");
    return data ?? null;
  }

  return {
    asked,
    items,
    others,
    busy,
    deed,
    forget: () => setDeed(null),
    async claim(count: number): Promise<number> {
      const given = (await act(DeskClaim, { count }))?.claimReviews?.reviews;
      if (given?.length === 0) toast(t("desk.nothing_left"));
      const elsewhere = origin === null ? 0 : (given ?? []).filter((one) => one.origin !== origin).length;
      if (elsewhere > 0) toast(t("desk.elsewhere", { n: elsewhere }));
      asked.again();
      return given?.length ?? 0;
    },
    async release(id: string) {
      await act(DeskRelease, { reviewId: id });
      asked.again();
    },
    async decide(chosen: readonly DeskItem[], verdict: Verdict): Promise<DeskItem[]> {
      const done = await decided(chosen, verdict);
      const decisionIds = done.flatMap((one) => (one.decision ? [one.decision.id] : []));
      if (decisionIds.length > 0) setDeed({ decisionIds, action: verdict.action, at: Date.now() });
      return done;
    },
    async undo(decisionIds: readonly string[]): Promise<DeskItem[]> {
      const back = (await act(DeskUndo, { decisionIds }))?.undoDecisions?.reviews ?? [];
      setDeed(null);
      asked.again();
      return back;
    },
  };

  async function decided(chosen: readonly DeskItem[], verdict: Verdict): Promise<DeskItem[]> {
    const [only, ...more] = chosen;
    if (only === undefined) return [];
    if (more.length > 0) {
      const reviewIds = chosen.map((one) => one.id);
      return (await act(DeskDecideAll, { input: { reviewIds, ...verdict } }))?.decideReviews?.reviews ?? [];
    }
    const revision = "revision" in only.subject ? only.subject.revision : null;
    const done = (await act(DeskDecide, { input: { reviewId: only.id, revision, ...verdict } }))?.decideReview?.review;
    if (!done) asked.again(); // it was changed meanwhile, or is held no longer
    return done ? [done] : [];
  }
}

export type Desk = ReturnType<typeof useDesk>;

/** What was seen last stays on the desk while the network is away. `of` names what was asked for. */
function useLast<Data>(asked: Asked<Data>, of: string): Asked<Data> {
  const last = useRef<{ of: string; data: Data } | null>(null);
  if (asked.data !== undefined) last.current = { of, data: asked.data };
  const kept = last.current?.of === of ? last.current.data : undefined;
  return asked.data === undefined && asked.error ? { ...asked, data: kept } : asked;
}

/** Asks again a moment after anything changed, and before leases end while somebody looks. */
function useFreshness(again: () => void, pile: Pile): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useHear(DeskLive, {}, () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(again, SETTLES);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (pile !== "mine") return;
    const reading = setInterval(() => document.visibilityState === "visible" && again(), READ_AGAIN);
    return () => clearInterval(reading);
  }, [again, pile]);
}
