/** What is counted, checked while it is written, with what members did in the last days as a measure for targets. */
import { useEffect, useState } from "react";
import { useClient } from "urql";
import { useSpeech } from "@/i18n";
import { useViewer } from "../frame/viewer";
import { DeskSimulate, type EarnRuleInput, type MetricInput, type MetricMeasure, type MetricWindow } from "../generated";
import { Cel, TRIGGERS } from "./Cel";
import { Amount, Select, Text, whole } from "./inputs";
import { useChecked } from "./useChecked";

export interface MetricDraft {
  trigger: string;
  condition: string;
  measure: MetricMeasure;
  attribute: string;
  window: MetricWindow;
  rollingDays: string;
}

export const COUNTED: MetricDraft = { trigger: "order.paid", condition: "", measure: "COUNT", attribute: "", window: "ALL_TIME", rollingDays: "30" };
const MEASURES: readonly MetricMeasure[] = ["COUNT", "SUM", "DISTINCT", "STREAK"];
const WINDOWS: readonly MetricWindow[] = ["ALL_TIME", "DAY", "WEEK", "MONTH", "ROLLING_DAYS"];
const LOOKED_BACK = 30;
const DAY = 86_400_000;

/** `window` is left to what the metric is for where that decides. */
export function metricOf(draft: MetricDraft, window?: MetricWindow): MetricInput {
  const wanted = window ?? draft.window;
  return {
    trigger: draft.trigger.split(/[\s,]+/).filter(Boolean),
    condition: draft.condition.trim() || null,
    measure: draft.measure,
    attribute: draft.measure === "SUM" || draft.measure === "DISTINCT" ? draft.attribute : null,
    window: wanted,
    rollingDays: wanted === "ROLLING_DAYS" ? whole(draft.rollingDays) : null,
  };
}

/** A rule that gives a point for each, or what is summed: what a rehearsal says of it is said of the metric. */
export function probe(draft: MetricDraft): EarnRuleInput {
  const points = draft.measure === "SUM" && /^\w+$/.test(draft.attribute) ? `double(activity.attributes.${draft.attribute})` : "1";
  return { key: "draft", name: "draft", state: "DRAFT", trigger: draft.trigger.split(/[\s,]+/)[0] ?? "", condition: draft.condition.trim() || null, points };
}

export function Metric({ draft, set, fixed = false, wrong }: { draft: MetricDraft; set: (draft: MetricDraft) => void; fixed?: boolean; wrong: (field: string) => string | undefined }) {
  const { t } = useSpeech();
  const fault = useChecked({ ...probe(draft), points: "1" });
  const change = (part: Partial<MetricDraft>) => set({ ...draft, ...part });
  const measured = draft.measure === "SUM" || draft.measure === "DISTINCT";
  return (
    <fieldset className="metric">
      <legend>{t("metric.title")}</legend>
      <div className="two">
        <Text label={t("rules.trigger")} mono required value={draft.trigger} set={(trigger) => change({ trigger })} error={wrong("trigger")} hint={t("metric.several", { example: TRIGGERS[0] })} />
        <Select label={t("metric.measure")} value={draft.measure} set={(measure) => change({ measure })} options={MEASURES.map((one) => [one, t(`metric.measure.${one.toLowerCase() as Lowercase<MetricMeasure>}`)] as const)} />
        {measured && <Text label={t("metric.attribute")} mono required value={draft.attribute} set={(attribute) => change({ attribute })} error={wrong("attribute")} hint={t("metric.attribute_hint")} />}
        {!fixed && <Select label={t("metric.window")} value={draft.window} set={(window) => change({ window })} options={WINDOWS.map((one) => [one, t(`metric.window.${one.toLowerCase() as Lowercase<Exclude<MetricWindow, "PARTICIPATION">>}`)] as const)} />}
        {!fixed && draft.window === "ROLLING_DAYS" && <Amount label={t("metric.rolling")} min={1} required value={draft.rollingDays} set={(rollingDays) => change({ rollingDays })} error={wrong("rollingDays")} />}
      </div>
      <Cel label={t("rules.condition")} hint={t("rules.condition_hint")} value={draft.condition} error={wrong("condition") ?? (fault?.field === "condition" ? fault.message : undefined)} set={(condition) => change({ condition })} kind="condition" />
      {fault === null && draft.measure !== "DISTINCT" && draft.measure !== "STREAK" && <Lately draft={draft} />}
    </fieldset>
  );
}

function Lately({ draft }: { draft: MetricDraft }) {
  const { t, number } = useSpeech();
  const client = useClient();
  const { shift } = useViewer();
  const [said, setSaid] = useState<{ members: number; percentiles: number[] } | null>(null);
  const rule = JSON.stringify(probe(draft));
  useEffect(() => {
    let here = true;
    setSaid(null);
    const timer = setTimeout(() => {
      const now = Date.now() + shift;
      const window = { from: new Date(now - LOOKED_BACK * DAY).toISOString(), to: new Date(now).toISOString() };
      void client
        .query(DeskSimulate, { input: JSON.parse(rule) as EarnRuleInput, ...window }, { requestPolicy: "network-only" })
        .toPromise()
        .then(({ data }) => here && setSaid(data?.simulateEarnRule ?? null));
    }, 900);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [client, rule, shift]);
  if (said === null) return null;
  const [, half, nine, best] = said.percentiles;
  return (
    <p className="lately" role="status">
      {said.members === 0 ? t("metric.lately_none", { days: LOOKED_BACK }) : t("metric.lately", { days: LOOKED_BACK, members: number(said.members), half: number(half ?? 0), nine: number(nine ?? 0), best: number(best ?? 0) })}
    </p>
  );
}
