/** Puts a member into the queue. Somebody else decides: whoever reports is never dealt their own report. */
import { useState, type FormEvent } from "react";
import { useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Button } from "@/ui/parts";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";
import { DeskReport, type ReportReason } from "../generated";

const REASONS: readonly ReportReason[] = ["SPAM", "ABUSE", "ILLEGAL", "NUDITY", "COUNTERFEIT", "PRIVACY", "OFF_TOPIC", "OTHER"];

export function SendToReview({ member, close }: { member: { id: string; displayName: string }; close: () => void }) {
  const { t } = useSpeech();
  const toast = useToast();
  const report = useDo(DeskReport);
  const [reason, setReason] = useState<ReportReason>("SPAM");
  const [note, setNote] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await report.run({ input: { subjectId: member.id, reason, note: note.trim() || null } }))) return;
    toast(t("members.sent"));
    close();
  };
  return (
    <Sheet title={t("members.review_of", { name: member.displayName })} onClose={close}>
      <form className="stack" onSubmit={submit}>
        <p className="soft">{t("members.review_more")}</p>
        <Field label={t("members.why")}>
          {(props) => (
            <select {...props} value={reason} onChange={(event) => setReason(event.target.value as ReportReason)}>
              {REASONS.map((one) => <option key={one} value={one}>{t(`desk.reason.${one.toLowerCase() as Lowercase<ReportReason>}`)}</option>)}
            </select>
          )}
        </Field>
        <Field label={t("desk.note")}>
          {(props) => <textarea {...props} rows={3} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <Button type="submit" whole busy={report.busy}>{t("members.review")}</Button>
      </form>
    </Sheet>
  );
}
