/** What a reader can do about a post or its author that they do not want to see. */
import { useState } from "react";
import { useLocation } from "wouter";
import { Block } from "@/graph/generated";
import { useSession } from "@/graph/Graph";
import { useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Button } from "@/ui/parts";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";

export function ReportButton({ author }: { subject: string; author: string }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const [, go] = useLocation();
  const toast = useToast();
  const member = useSession() !== null;
  const block = useDo(Block);
  if (!member) return null;
  const blockThem = async () => {
    if (!(await block.run({ member: author }))) return;
    setOpen(false);
    toast(t("member.blocked"));
    go("/show");
  };
  return (
    <>
      <button type="button" className="icon-button" aria-label={t("post.more")} onClick={() => setOpen(true)}>
        <Icon name="more" />
      </button>
      {open && (
        <Sheet title={t("post.more")} onClose={() => setOpen(false)}>
          <p className="soft">{t("member.block_words")}</p>
          <Button tone="bad" whole busy={block.busy} onClick={() => void blockThem()}>{t("member.block")}</Button>
        </Sheet>
      )}
    </>
  );
}
