/** The verdicts, and the policy that one against somebody refers to: two keys, and it is done. */
import { useEffect, useRef, useState } from "react";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Button } from "@/ui/parts";
import { DeskPolicies, type DeskItem, type ModerationAction } from "../generated";
import type { Choice } from "./choices";
import { useKeys } from "./keys";
import type { Verdict } from "./useDesk";

type Term = 7 | 30 | null;
const TERMS: readonly Term[] = [7, 30, null];

export function Decide({
  about, offered, choice, pick, close, decide, busy,
}: {
  about: readonly DeskItem[];
  offered: readonly Choice[];
  choice: Choice | null;
  pick: (choice: Choice) => void;
  close: () => void;
  decide: (verdict: Verdict) => Promise<void>;
  busy: boolean;
}) {
  const { t } = useSpeech();
  return (
    <div className="decide">
      {choice && <Reasons key={choice.action} choice={choice} about={about} close={close} decide={decide} busy={busy} />}
      <div className="decide-bar" role="group" aria-label={t("desk.verdicts")}>
        {about.length > 1 && <strong>{t("desk.selected", { n: about.length })}</strong>}
        {offered.length === 0 && <p className="grow soft">{t("desk.nothing_common")}</p>}
        {offered.map((one) => (
          <button key={one.action} type="button" className={`verdict ${one.tone}`} aria-expanded={one.policy ? choice?.action === one.action : undefined} disabled={busy} onClick={() => pick(one)}>
            {labelOf(t, one)} <kbd>{one.key.toUpperCase()}</kbd>
          </button>
        ))}
      </div>
    </div>
  );
}

export function labelOf(t: ReturnType<typeof useSpeech>["t"], choice: Pick<Choice, "action" | "says">): string {
  if (choice.says !== "decide") return t(`desk.${choice.says}`);
  return t(`desk.do.${choice.action.toLowerCase() as Lowercase<ModerationAction>}`);
}

function Reasons({ choice, about, close, decide, busy }: { choice: Choice; about: readonly DeskItem[]; close: () => void; decide: (verdict: Verdict) => Promise<void>; busy: boolean }) {
  const { t } = useSpeech();
  const asked = useAsk(DeskPolicies, {}, { policy: "cache-first" });
  const [note, setNote] = useState("");
  const [term, setTerm] = useState<Term>(termOf(about[0]));
  const field = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    panel.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const policies = asked.data?.policies ?? [];
  const by = (policy: string) =>
    void decide({ action: choice.action, policy, ...(note.trim() && { note: note.trim() }), ...(choice.action === "SUSPEND" && { suspendDays: term }) });
  useKeys({
    n: () => field.current?.focus(),
    ...Object.fromEntries(policies.slice(0, 9).map((one, index) => [String(index + 1), () => by(one.key)])),
  });
  return (
    <section ref={panel} className="reasons" aria-label={t("desk.reason_for", { what: labelOf(t, choice) })}>
      <header className="row">
        <h3 className="grow">{t("desk.reason_for", { what: labelOf(t, choice) })}</h3>
        {choice.action === "SUSPEND" && (
          <div className="choices" role="group" aria-label={t("desk.term")}>
            {TERMS.map((one) => (
              <button key={String(one)} type="button" aria-pressed={term === one} onClick={() => setTerm(one)}>
                {one === null ? t("desk.term_lasting") : t("time.days", { n: one })}
              </button>
            ))}
          </div>
        )}
        <Button tone="plain" slim onClick={close}>{t("do.cancel")} <kbd>Esc</kbd></Button>
      </header>
      {asked.data && policies.length === 0 && <p className="soft">{t("desk.no_policies")}</p>}
      <ol className="reason-list">
        {policies.map((one, index) => (
          <li key={one.id}>
            <button type="button" onClick={() => by(one.key)} disabled={busy}>
              {index < 9 && <kbd>{index + 1}</kbd>}
              <span className="grow">
                <strong>{one.name}</strong>
                <span className="soft small">{one.text}</span>
              </span>
              {choice.action === "REJECT" && one.editable && <span className="chip sky">{t("desk.editable")}</span>}
            </button>
          </li>
        ))}
      </ol>
      <label className="reason-note">
        <span>{t("desk.note")} <kbd>N</kbd></span>
        <textarea ref={field} rows={1} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), event.currentTarget.blur())} />
      </label>
    </section>
  );
}

/** What the ladder of strikes calls for. */
function termOf(item: DeskItem | undefined): Term {
  if (item === undefined) return 7;
  const author = item.subject.__typename === "Member" ? item.subject : item.subject.author;
  if (author.standing?.step === "SUSPEND_LASTINGLY") return null;
  return author.standing?.step === "SUSPEND_30_DAYS" ? 30 : 7;
}
