/** What a rule would have done with the shop's own past, beside what the saved one would have. */
import { useState } from "react";
import { Link } from "wouter";
import { useClient } from "urql";
import { wordOf } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Blank, Button, Skeleton } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { useViewer } from "../frame/viewer";
import { DeskSimulate, type DeskSimulateData, type EarnRuleInput } from "../generated";
import { Plot } from "./Plot";

type Result = NonNullable<DeskSimulateData["simulateEarnRule"]>;
const WINDOWS = [30, 90, 365, null] as const;
const DAY = 86_400_000;

export function Rehearsal({ input, saved, ready }: { input: EarnRuleInput; saved: EarnRuleInput | null; ready: boolean }) {
  const { t } = useSpeech();
  const client = useClient();
  const toast = useToast();
  const { shift } = useViewer();
  const [days, setDays] = useState<number | null>(90);
  const [result, setResult] = useState<{ now: Result; before: Result | null } | null>(null);
  const [busy, setBusy] = useState(false);
  const simulate = async (rule: EarnRuleInput): Promise<Result | null> => {
    const now = Date.now() + shift;
    const from = new Date(days === null ? 0 : now - days * DAY).toISOString();
    const { data, error } = await client.query(DeskSimulate, { input: rule, from, to: new Date(now).toISOString() }, { requestPolicy: "network-only" }).toPromise();
    if (error) toast(wordOf(error, t("say.offline"), t("say.failed")), "bad");
    return data?.simulateEarnRule ?? null;
  };
  const rehearse = async () => {
    setBusy(true);
    const now = await simulate(input);
    const before = now && saved ? await simulate(saved) : null;
    setBusy(false);
    setResult(now && { now, before });
  };
  return (
    <section className="card stack rehearsal" aria-live="polite" aria-busy={busy || undefined}>
      <div className="row">
        <h2 className="grow">{t("rules.rehearsal")}</h2>
        <div className="choices" role="group" aria-label={t("rules.window")}>
          {WINDOWS.map((one) => (
            <button key={String(one)} type="button" aria-pressed={days === one} onClick={() => setDays(one)}>{one === null ? t("rules.all_time") : t("time.days", { n: one })}</button>
          ))}
        </div>
        <Button tone="bloom" busy={busy} disabled={!ready} onClick={() => void rehearse()}>{t("rules.rehearse")}</Button>
      </div>
      {busy ? <Skeleton height={90} count={3} /> : result ? <Shown {...result} /> : <Blank title={t("rules.try")} words={t("rules.try_more")} />}
    </section>
  );
}

function Shown({ now, before }: { now: Result; before: Result | null }) {
  const { t, number, percent } = useSpeech();
  const ranks = ["10 %", "50 %", "90 %", "99 %"];
  return (
    <>
      <dl className="measures">
        <Measure name={t("rules.points")} value={now.points} before={before?.points} />
        <Measure name={t("rules.members")} value={now.members} before={before?.members} />
        <div>
          <dt>{t("rules.matched")}</dt>
          <dd>{number(now.matched)}</dd>
          <dd className="soft small">{now.activities > 0 ? t("rules.of", { n: number(now.activities), share: percent(now.matched / now.activities) }) : t("rules.no_activities")}</dd>
        </div>
      </dl>
      <Plot days={now.daily} before={before?.daily} />
      {now.percentiles.length > 0 && (
        <div className="ranks">
          <span className="soft small">{t("rules.percentiles")}</span>
          {now.percentiles.map((one, index) => <span key={index}><small className="soft">{ranks[index]}</small> <b className="number">{number(one)}</b></span>)}
        </div>
      )}
      {now.examples.length > 0 && (
        <div className="stack">
          <h3>{t("rules.examples")}</h3>
          <ul className="examples">
            {now.examples.map((one) => (
              <li key={one.activity.id}>
                <Link href={`/members/${one.activity.member.id}`} className="clip">{one.activity.member.displayName}</Link>
                <span className="soft small clip">{one.steps.map((step) => `${step.label}${step.factor === null ? "" : ` ×${Number(step.factor)}`} ${number(Number(step.amount))}`).join(" → ")}</span>
                <b className="number">+{number(one.amount)}</b>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Measure({ name, value, before }: { name: string; value: number; before?: number | undefined }) {
  const { t, number, signed } = useSpeech();
  return (
    <div>
      <dt>{name}</dt>
      <dd>{number(value)}</dd>
      {before !== undefined && <dd className="soft small">{value === before ? t("rules.same") : t("rules.than_saved", { n: signed(value - before) })}</dd>}
    </div>
  );
}
