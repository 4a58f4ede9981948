/** What designers make: challenges, badges, boards and rewards, each in a form of its own. */
import { useState, type FormEvent, type ReactNode } from "react";
import type { TypedDocumentNode } from "urql";
import { useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Button } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { useViewer } from "../frame/viewer";
import {
  DeskSaveBadge, DeskSaveBoard, DeskSaveChallenge, DeskSaveReward,
  type ChallengeMode, type DeskProgrammeData, type LeaderboardPeriod, type RewardKind,
} from "../generated";
import { Amount, Moment, Select, Text, useNamed, whole } from "./inputs";
import { COUNTED, Metric, metricOf } from "./Metric";
import { fromZoned } from "./zoned";

interface Form {
  shop: DeskProgrammeData;
  done: () => void;
  close: () => void;
}

type Wrong = (field: string) => string | undefined;

/** A form that sends what it holds; `wrong` says what the shop has against a field. */
function Sheet<Data extends Record<string, unknown>, Input>({ document, input, title, done, close, children }: {
  document: TypedDocumentNode<Data, { input: Input }>;
  input: () => Input;
  title: string;
  done: () => void;
  close: () => void;
  children: (wrong: Wrong) => ReactNode;
}) {
  const { t } = useSpeech();
  const toast = useToast();
  const save = useDo(document);
  const wrong: Wrong = (field) => save.refusals.find((one) => one.field?.includes(field))?.message;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await save.run({ input: input() }))) return;
    toast(t("rules.saved"));
    done();
  };
  return (
    <form className="card stack programme-form" onSubmit={submit} aria-label={title}>
      <h2>{title}</h2>
      {children(wrong)}
      <div className="row">
        <p className="grow soft small">{t("programme.same_key")}</p>
        <Button tone="plain" onClick={close}>{t("do.cancel")}</Button>
        <Button type="submit" busy={save.busy}>{t("do.save")}</Button>
      </div>
    </form>
  );
}

function useFields<Fields extends Record<string, string>>(first: Fields) {
  const [fields, setFields] = useState(first);
  return { fields, set: (name: keyof Fields) => (value: string) => setFields((now) => ({ ...now, [name]: value })) };
}

const NAMED = { key: "", name: "", description: "" };

function Named({ fields, set, wrong, there, described = true }: {
  fields: typeof NAMED;
  set: (name: keyof typeof NAMED) => (value: string) => void;
  wrong: Wrong;
  /** What is there already. */
  there: readonly { key: string; name: string }[] | null | undefined;
  described?: boolean;
}) {
  const { t, spoken } = useSpeech();
  const same = (there ?? []).find((one) => one.key === fields.key);
  return (
    <>
      <div className="two">
        <Text label={t("rules.key")} mono required value={fields.key} set={set("key")} error={wrong("key") ?? (same && t("programme.there", { name: spoken(same.name) }))} />
        <Text label={t("rules.name")} required value={fields.name} set={set("name")} error={wrong("name")} />
      </div>
      {described && <Text label={t("programme.description")} required value={fields.description} set={set("description")} error={wrong("description")} />}
    </>
  );
}

export function ChallengeForm({ shop, done, close }: Form) {
  const { t } = useSpeech();
  const { zone } = useViewer();
  const named = useNamed();
  const { fields, set } = useFields({ ...NAMED, mode: "SOLO" as string, startsAt: "", endsAt: "", goal: "", target: "3", points: "50", badgeKey: "", couponKey: "", teamSize: "5", capacity: "" });
  const [metric, setMetric] = useState(COUNTED);
  const input = () => ({
    key: fields.key, name: fields.name, description: fields.description, mode: fields.mode as ChallengeMode,
    startsAt: fromZoned(fields.startsAt, zone), endsAt: fromZoned(fields.endsAt, zone),
    goals: [{ key: "goal", name: fields.goal, target: Number(fields.target), metric: metricOf(metric, "PARTICIPATION") }],
    reward: { points: whole(fields.points) ?? 0, badgeKey: fields.badgeKey || null, couponKey: fields.couponKey || null },
    teamSize: fields.mode === "TEAM" ? whole(fields.teamSize) : null, capacity: whole(fields.capacity),
  });
  return (
    <Sheet document={DeskSaveChallenge} input={input} title={t("programme.new_challenge")} done={done} close={close}>
      {(wrong) => (
        <>
          <Named fields={fields} set={set} wrong={wrong} there={shop.challenges?.nodes} />
          <div className="three">
            <Select label={t("programme.mode")} value={fields.mode} set={set("mode")} options={(["SOLO", "TEAM", "COMMUNITY"] as const).map((one) => [one as string, t(`programme.mode.${one.toLowerCase() as Lowercase<ChallengeMode>}`)] as const)} />
            <Moment label={t("rules.starts")} required value={fields.startsAt} set={set("startsAt")} error={wrong("startsAt")} hint={t("rules.zone", { zone })} />
            <Moment label={t("rules.ends")} required value={fields.endsAt} set={set("endsAt")} error={wrong("endsAt")} />
            {fields.mode === "TEAM" && <Amount label={t("programme.team_size")} min={2} required value={fields.teamSize} set={set("teamSize")} error={wrong("teamSize")} />}
            <Amount label={t("programme.capacity")} value={fields.capacity} set={set("capacity")} error={wrong("capacity")} hint={t("rules.unlimited")} />
          </div>
          <div className="two">
            <Text label={t("programme.goal")} required value={fields.goal} set={set("goal")} error={wrong("goals")} />
            <Amount label={t("programme.target")} min={1} required value={fields.target} set={set("target")} error={wrong("target")} />
          </div>
          <Metric draft={metric} set={setMetric} fixed wrong={wrong} />
          <div className="three">
            <Amount label={t("programme.points")} value={fields.points} set={set("points")} error={wrong("points")} />
            <Select label={t("programme.badge")} value={fields.badgeKey} set={set("badgeKey")} options={named(shop.badges ?? [])} none={t("programme.none")} error={wrong("badgeKey")} />
            <Select label={t("programme.coupon")} value={fields.couponKey} set={set("couponKey")} options={named(shop.couponTemplates ?? [])} none={t("programme.none")} error={wrong("couponKey")} />
          </div>
        </>
      )}
    </Sheet>
  );
}

export function BadgeForm({ shop, done, close }: Form) {
  const { t } = useSpeech();
  const { fields, set } = useFields({ ...NAMED, thresholds: "1, 5, 20" });
  const [metric, setMetric] = useState(COUNTED);
  const input = () => ({
    key: fields.key, name: fields.name, description: fields.description, metric: metricOf(metric),
    thresholds: fields.thresholds.split(/[\s,，]+/).filter(Boolean).map(Number),
  });
  return (
    <Sheet document={DeskSaveBadge} input={input} title={t("programme.new_badge")} done={done} close={close}>
      {(wrong) => (
        <>
          <Named fields={fields} set={set} wrong={wrong} there={shop.badges} />
          <Metric draft={metric} set={setMetric} wrong={wrong} />
          <Text label={t("programme.thresholds")} required value={fields.thresholds} set={set("thresholds")} error={wrong("thresholds")} hint={t("programme.thresholds_hint")} />
        </>
      )}
    </Sheet>
  );
}

export function BoardForm({ shop, done, close }: Form) {
  const { t } = useSpeech();
  const { zone } = useViewer();
  const { fields, set } = useFields({ ...NAMED, unit: "", period: "WEEK" as string, startsAt: "", endsAt: "", first: "", top: "" });
  const [metric, setMetric] = useState({ ...COUNTED, measure: "SUM" as const, attribute: "total" } as typeof COUNTED);
  const input = () => ({
    key: fields.key, name: fields.name, unit: fields.unit, period: fields.period as LeaderboardPeriod, metric: metricOf(metric, "ALL_TIME"), graceHours: 24,
    startsAt: fields.startsAt ? fromZoned(fields.startsAt, zone) : null, endsAt: fields.endsAt ? fromZoned(fields.endsAt, zone) : null,
    prizes: [
      ...(whole(fields.first) ? [{ fromRank: 1, toRank: 1, points: Number(fields.first) }] : []),
      ...(whole(fields.top) ? [{ fromRank: whole(fields.first) ? 2 : 1, toRank: 10, points: Number(fields.top) }] : []),
    ],
  });
  return (
    <Sheet document={DeskSaveBoard} input={input} title={t("programme.new_board")} done={done} close={close}>
      {(wrong) => (
        <>
          <Named fields={fields} set={set} wrong={wrong} there={shop.leaderboards} described={false} />
          <div className="two">
            <Text label={t("programme.unit")} required value={fields.unit} set={set("unit")} error={wrong("unit")} />
            <Select label={t("programme.period")} value={fields.period} set={set("period")} error={wrong("period")} options={(["DAY", "WEEK", "MONTH", "SEASON", "ALL_TIME"] as const).map((one) => [one as string, t(`programme.period.${one.toLowerCase() as Lowercase<LeaderboardPeriod>}`)] as const)} />
            <Moment label={t("rules.starts")} required={fields.period === "SEASON"} value={fields.startsAt} set={set("startsAt")} error={wrong("startsAt")} hint={t("rules.zone", { zone })} />
            <Moment label={t("rules.ends")} required={fields.period === "SEASON"} value={fields.endsAt} set={set("endsAt")} error={wrong("endsAt")} />
          </div>
          <Metric draft={metric} set={setMetric} fixed wrong={wrong} />
          <div className="two">
            <Amount label={t("programme.first_prize")} value={fields.first} set={set("first")} error={wrong("prizes")} />
            <Amount label={t("programme.top_prize")} value={fields.top} set={set("top")} />
          </div>
        </>
      )}
    </Sheet>
  );
}

export function RewardForm({ shop, done, close }: Form) {
  const { t } = useSpeech();
  const { zone } = useViewer();
  const named = useNamed();
  const { fields, set } = useFields({ ...NAMED, kind: "GIFT" as string, cost: "100", stock: "", limit: "", tier: "", startsAt: "", endsAt: "", couponKey: "", badgeKey: "" });
  const input = () => ({
    key: fields.key, name: fields.name, description: fields.description, kind: fields.kind as RewardKind, cost: Number(fields.cost),
    stock: whole(fields.stock), perMemberLimit: whole(fields.limit), minimumTierKey: fields.tier || null,
    startsAt: fields.startsAt ? fromZoned(fields.startsAt, zone) : null, endsAt: fields.endsAt ? fromZoned(fields.endsAt, zone) : null,
    couponKey: fields.kind === "COUPON" ? fields.couponKey || null : null, badgeKey: fields.kind === "BADGE" ? fields.badgeKey || null : null,
  });
  return (
    <Sheet document={DeskSaveReward} input={input} title={t("programme.new_reward")} done={done} close={close}>
      {(wrong) => (
        <>
          <Named fields={fields} set={set} wrong={wrong} there={shop.rewards?.nodes} />
          <div className="three">
            <Select label={t("programme.kind")} value={fields.kind} set={set("kind")} options={(["GIFT", "COUPON", "BADGE", "PRIVILEGE"] as const).map((one) => [one as string, t(`programme.kind.${one.toLowerCase() as Lowercase<RewardKind>}`)] as const)} />
            {fields.kind === "COUPON" && <Select label={t("programme.coupon")} value={fields.couponKey} set={set("couponKey")} options={named(shop.couponTemplates ?? [])} none={t("programme.none")} error={wrong("couponKey")} />}
            {fields.kind === "BADGE" && <Select label={t("programme.badge")} value={fields.badgeKey} set={set("badgeKey")} options={named(shop.badges ?? [])} none={t("programme.none")} error={wrong("badgeKey")} />}
            <Amount label={t("programme.cost")} required value={fields.cost} set={set("cost")} error={wrong("cost")} />
            <Amount label={t("programme.stock")} value={fields.stock} set={set("stock")} error={wrong("stock")} hint={t("rules.unlimited")} />
            <Amount label={t("programme.limit")} min={1} value={fields.limit} set={set("limit")} error={wrong("perMemberLimit")} hint={t("rules.unlimited")} />
            <Select label={t("programme.tier")} value={fields.tier} set={set("tier")} options={named(shop.tiers ?? [])} none={t("programme.everybody")} error={wrong("minimumTierKey")} />
            <Moment label={t("rules.starts")} value={fields.startsAt} set={set("startsAt")} error={wrong("startsAt")} hint={t("rules.zone", { zone })} />
            <Moment label={t("rules.ends")} value={fields.endsAt} set={set("endsAt")} error={wrong("endsAt")} />
          </div>
        </>
      )}
    </Sheet>
  );
}
