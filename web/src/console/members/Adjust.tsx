/** Gives points or takes them, with a reason that the member reads. */
import { useState, type FormEvent } from "react";
import { useDo } from "@/graph/hooks";
import { newKey } from "@/graph/kept";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Button } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { DeskAdjust } from "../generated";

export function Adjust({ memberId, close, done }: { memberId: string; close: () => void; done: () => void }) {
  const { t, signed } = useSpeech();
  const toast = useToast();
  const adjust = useDo(DeskAdjust, { quiet: true });
  const [key] = useState(newKey);
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await adjust.run({ input: { memberId, amount: Number(amount), reason, idempotencyKey: key } });
    if (!answer) return;
    toast(t("members.adjusted", { amount: signed(Number(amount)) }), "points");
    done();
    close();
  };
  const wrong = (field: string) => adjust.refusals.find((one) => one.field?.includes(field))?.message;
  const rest = adjust.refusals.find((one) => !one.field?.some((part) => part === "amount" || part === "reason"))?.message;
  return (
    <form className="card adjust" onSubmit={submit}>
      <Field label={t("members.amount")} error={wrong("amount")} hint={t("members.amount_hint")}>
        {(props) => <input {...props} type="number" step={1} required value={amount} autoFocus onChange={(event) => setAmount(event.target.value)} />}
      </Field>
      <Field label={t("members.reason")} error={wrong("reason") ?? rest} hint={t("members.reason_hint")}>
        {(props) => <input {...props} required value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <Button type="submit" busy={adjust.busy}>{t("members.book")}</Button>
    </form>
  );
}
