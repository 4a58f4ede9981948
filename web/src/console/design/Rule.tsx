/** One rule: written with the shop looking over the shoulder, rehearsed on the past, then saved. */
import { useMemo, useRef, useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { useAsk, useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Gone, Loaded } from "@/ui/Loaded";
import { Button } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { Page } from "../frame/Page";
import { useViewer } from "../frame/viewer";
import { DeskRules, DeskSaveRule, type DeskRule, type RuleState } from "../generated";
import { Cel, TRIGGERS } from "./Cel";
import { Rehearsal } from "./Rehearsal";
import { draftOf, FRESH, inputOf, type RuleDraft } from "./ruleDraft";
import { useChecked } from "./useChecked";
import "./design.css";

const STATES: readonly RuleState[] = ["DRAFT", "LIVE", "PAUSED", "ARCHIVED"];
type Coupon = { key: string; name: string };

export default function Rule({ params }: { params: Record<string, string> }) {
  const asked = useAsk(DeskRules, {});
  const fresh = params["key"] === "new";
  return (
    <Loaded asked={asked}>
      {({ earnRules, couponTemplates }) => {
        const rule = (earnRules ?? []).find((one) => one.key === params["key"]) ?? null;
        return rule === null && !fresh ? <Gone /> : <Editor key={`${rule?.version}`} rule={rule} coupons={couponTemplates ?? []} />;
      }}
    </Loaded>
  );
}

function Editor({ rule, coupons }: { rule: DeskRule | null; coupons: readonly Coupon[] }) {
  const { t, spoken } = useSpeech();
  const { zone } = useViewer();
  const [, go] = useLocation();
  const toast = useToast();
  const save = useDo(DeskSaveRule, { quiet: true });
  const saved = useMemo(() => rule && inputOf(draftOf(rule, zone), zone), [rule, zone]);
  const [draft, setDraft] = useState<RuleDraft>(() => (rule ? draftOf(rule, zone) : FRESH));
  const input = inputOf(draft, zone);
  const fault = useChecked(input);
  const form = useRef<HTMLFormElement>(null);
  const set = <Name extends keyof RuleDraft>(name: Name, value: RuleDraft[Name]) => setDraft((now) => ({ ...now, [name]: value }));
  const wrong = (field: string) => save.refusals.find((one) => one.field?.includes(field))?.message ?? (fault?.field === field ? fault.message : undefined);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await save.run({ input });
    if (!done) return;
    toast(t("rules.saved"));
    if (rule === null) go(`/rules/${draft.key}`, { replace: true });
  };
  const unplaced = save.refusals.find((one) => !one.field) ?? (fault && fault.field === null ? fault : null);
  const number = (name: "pendingDays" | "expiresAfterDays" | "cap" | "budget", label: string, field: string, hint?: string) => (
    <Field label={label} error={wrong(field)} hint={hint}>
      {(props) => <input {...props} type="number" min={0} value={draft[name]} onChange={(event) => set(name, event.target.value)} />}
    </Field>
  );
  return (
    <Page
      title={rule ? spoken(rule.name) : t("rules.add")}
      words={rule ? t("rules.version", { n: rule.version }) : t("rules.first_version")}
      actions={
        <>
          <p className="rule-verdict" role="status">
            {fault === undefined ? <span className="soft">{t("rules.checking")}</span> : fault === null ? <span className="good">{t("rules.good")}</span> : <span className="hot">{t("rules.bad")}</span>}
          </p>
          <Button busy={save.busy} disabled={fault != null} onClick={() => form.current?.requestSubmit()}>{t("do.save")}</Button>
        </>
      }
    >
      <div className="rule-grid">
        <form ref={form} className="card stack" onSubmit={submit}>
          {unplaced && <p className="hot" role="alert">{unplaced.message}</p>}
          <div className="two">
            <Field label={t("rules.key")} error={draft.key === "" ? undefined : wrong("key")}>
              {(props) => <input {...props} className="mono" required disabled={rule !== null} value={draft.key} onChange={(event) => set("key", event.target.value)} />}
            </Field>
            <Field label={t("rules.state")}>
              {(props) => (
                <select {...props} value={draft.state} onChange={(event) => set("state", event.target.value as RuleState)}>
                  {STATES.map((one) => <option key={one} value={one}>{t(`rules.state.${one.toLowerCase() as Lowercase<RuleState>}`)}</option>)}
                </select>
              )}
            </Field>
          </div>
          <Field label={t("rules.name")} error={draft.name === "" ? undefined : wrong("name")} hint={t("rules.name_hint")}>
            {(props) => <input {...props} required value={draft.name} onChange={(event) => set("name", event.target.value)} />}
          </Field>
          <Field label={t("rules.trigger")} error={wrong("trigger")}>
            {(props) => (
              <>
                <input {...props} className="mono" list="triggers" required value={draft.trigger} onChange={(event) => set("trigger", event.target.value)} />
                <datalist id="triggers">{TRIGGERS.map((one) => <option key={one} value={one} />)}</datalist>
              </>
            )}
          </Field>
          <Cel label={t("rules.condition")} hint={t("rules.condition_hint")} value={draft.condition} error={wrong("condition")} set={(value) => set("condition", value)} kind="condition" />
          <Cel label={t("rules.formula")} hint={t("rules.formula_hint")} value={draft.points} error={wrong("points")} set={(value) => set("points", value)} kind="points" />
          <label className="row">
            <input type="checkbox" checked={draft.tierMultiplied} onChange={(event) => set("tierMultiplied", event.target.checked)} />
            {t("rules.tier")}
          </label>
          <div className="two">
            {number("pendingDays", t("rules.pending"), "pendingDays")}
            {number("expiresAfterDays", t("rules.expires"), "expiresAfterDays", t("rules.never"))}
            {number("cap", t("rules.cap"), "capPerMemberPerDay", t("rules.unlimited"))}
            {number("budget", t("rules.budget"), "budget", t("rules.unlimited"))}
            <Field label={t("rules.starts")} error={wrong("startsAt")} hint={t("rules.zone", { zone })}>
              {(props) => <input {...props} type="datetime-local" value={draft.startsAt} onChange={(event) => set("startsAt", event.target.value)} />}
            </Field>
            <Field label={t("rules.ends")} error={wrong("endsAt")}>
              {(props) => <input {...props} type="datetime-local" value={draft.endsAt} onChange={(event) => set("endsAt", event.target.value)} />}
            </Field>
          </div>
          <Field label={t("rules.coupon")} error={wrong("couponKey")}>
            {(props) => (
              <select {...props} value={draft.couponKey} onChange={(event) => set("couponKey", event.target.value)}>
                <option value="">{t("rules.no_coupon")}</option>
                {coupons.map((one) => <option key={one.key} value={one.key}>{spoken(one.name)}</option>)}
              </select>
            )}
          </Field>
        </form>
        <Rehearsal input={{ ...input, key: input.key || "draft", name: input.name || "draft" }} saved={JSON.stringify(saved) === JSON.stringify(input) ? null : saved} ready={fault === null} />
      </div>
    </Page>
  );
}
