/** What was decided, by whom, and the way back. */
import { useSpeech } from "@/i18n";
import { Button } from "@/ui/parts";
import type { DeskItem } from "../generated";
import { useViewer } from "../frame/viewer";
import { Decisions } from "./Facts";

const UNDO_FOR = 24 * 3_600_000;

export function Decided({ item, undo, busy }: { item: DeskItem; undo: (ids: readonly string[]) => Promise<void>; busy: boolean }) {
  const { t } = useSpeech();
  const viewer = useViewer();
  const { decision } = item;
  if (decision === null) return null;
  const own = decision.moderator.id === viewer.id && Date.now() - Date.parse(decision.decidedAt) < UNDO_FOR;
  const may = decision.reversedAt === null && (viewer.admin || own);
  return (
    <div className="decide-bar">
      <div className="grow"><Decisions decisions={[decision]} /></div>
      {may ? (
        <Button tone="plain" slim busy={busy} onClick={() => void undo([decision.id])}>{t("desk.undo")}</Button>
      ) : (
        <p className="soft small">{t("desk.undo_not")}</p>
      )}
    </div>
  );
}
