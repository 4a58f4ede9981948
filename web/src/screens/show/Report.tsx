/** What a reader can do about a post or its author: tell the moderators, or see no more of them. */
import { useState } from "react";
import { useLocation } from "wouter";
import { Block, Report, type ReportReason } from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Button } from "@/ui/parts";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";

const REASONS: readonly ReportReason[] = ["SPAM", "ABUSE", "ILLEGAL", "NUDITY", "COUNTERFEIT", "PRIVACY", "OFF_TOPIC", "OTHER"];

export function ReportButton({ subject, author }: { subject: string; author: string }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const member = useSession() !== null;
  if (!member) return null;
  const close = () => setOpen(false);
  return (
    <>
      <button type="button" className="icon-button" aria-label={t("post.more")} onClick={() => setOpen(true)}>
        <Icon name="more" />
      </button>
      {open && (
        <Sheet title={t("report.why")} onClose={close}>
          <Reasons subject={subject} done={close} />
          <BlockThem author={author} done={close} />
        </Sheet>
      )}
    </>
  );
}

function Reasons({ subject, done }: { subject: string; done: () => void }) {
  const { t } = useSpeech();
  const toast = useToast();
  const [reason, setReason] = useState<ReportReason | null>(null);
  const [note, setNote] = useState("");
  const report = useDo(Report);
  const send = async () => {
    if (reason === null || !(await report.run({ subject, reason, note: note.trim() || null }))) return;
    toast(t("report.sent"));
    done();
  };
  return (
    <>
      <div className="chips" role="group" aria-label={t("report.why")}>
        {REASONS.map((one) => (
          <button key={one} type="button" className={`topic ${one === reason ? "chosen" : ""}`} aria-pressed={one === reason} onClick={() => setReason(one)}>
            {t(`report.reason.${one.toLowerCase()}` as "report.reason.spam")}
          </button>
        ))}
      </div>
      {reason !== null && (
        <>
          <Field label={t("report.note")}>
            {(props) => <textarea {...props} rows={2} value={note} onChange={(event) => setNote(event.target.value)} />}
          </Field>
          <Button whole busy={report.busy} onClick={() => void send()}>{t("report.do")}</Button>
        </>
      )}
    </>
  );
}

function BlockThem({ author, done }: { author: string; done: () => void }) {
  const { t } = useSpeech();
  const toast = useToast();
  const [, go] = useLocation();
  const block = useDo(Block);
  const blockThem = async () => {
    if (!(await block.run({ member: author }))) return;
    done();
    toast(t("member.blocked"));
    go("/show");
  };
  return (
    <>
      <p className="soft small">{t("member.block_words")}</p>
      <Button tone="bad" whole busy={block.busy} onClick={() => void blockThem()}>{t("member.block")}</Button>
    </>
  );
}
