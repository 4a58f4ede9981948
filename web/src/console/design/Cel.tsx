/** A field for an expression, with what it can name a tap away. */
import { useRef } from "react";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";

/** What Laurels and most shops report. Source: the guide for app developers. */
export const TRIGGERS = [
  "order.paid", "order.refunded", "store.visited", "app.opened", "member.joined", "profile.completed", "birthday.reached",
  "day.checked_in", "post.published", "post.featured", "like.received", "comment.published", "comment.received",
  "share.visited", "member.followed", "challenge.completed", "badge.awarded", "tier.reached", "season.placed",
  "referral.rewarded", "deal.succeeded",
] as const;

const PIECES = {
  condition: [
    "activity.attributes.total >= 100.0", "member.tierLevel >= 2", "member.orderCount == 0",
    'activity.attributes.items.exists(i, i.category == "vinyl")', "has(activity.attributes.channel)",
  ],
  points: ["activity.attributes.total", "20", "activity.attributes.total * 0.5", "member.tierLevel >= 2 ? 50 : 20"],
} as const;

export function Cel({ label, hint, value, error, set, kind }: { label: string; hint: string; value: string; error?: string | undefined; set: (value: string) => void; kind: keyof typeof PIECES }) {
  const { t } = useSpeech();
  const area = useRef<HTMLTextAreaElement>(null);
  const add = (piece: string) => {
    set(kind === "condition" && value.trim() !== "" ? `${value} && ${piece}` : piece);
    area.current?.focus();
  };
  return (
    <div className="cel">
      <Field label={label} error={error} hint={hint}>
        {(props) => <textarea {...props} ref={area} className="mono" rows={Math.min(6, Math.max(2, value.split("\n").length))} spellCheck={false} autoCapitalize="none" value={value} onChange={(event) => set(event.target.value)} />}
      </Field>
      <div className="pieces" role="group" aria-label={t("rules.pieces", { field: label })}>
        {PIECES[kind].map((one) => <button key={one} type="button" className="mono" onClick={() => add(one)}>{one}</button>)}
      </div>
    </div>
  );
}
