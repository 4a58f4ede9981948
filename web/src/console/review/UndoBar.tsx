/** For ten seconds a decision can be taken back without anybody having been told of it. */
import { useEffect, useRef, useState } from "react";
import { useSpeech } from "@/i18n";
import { Ring } from "@/ui/parts";
import type { ModerationAction } from "../generated";
import type { Deed } from "./useDesk";

const SILENT_FOR = 10_000;

export function UndoBar({ deed, undo, over }: { deed: Deed; undo: () => void; over: () => void }) {
  const { t } = useSpeech();
  const [left, setLeft] = useState(SILENT_FOR);
  const ended = useRef(over);
  ended.current = over;
  useEffect(() => {
    const tick = setInterval(() => {
      const rest = deed.at + SILENT_FOR - Date.now();
      if (rest > 0) setLeft(rest);
      else ended.current();
    }, 250);
    return () => clearInterval(tick);
  }, [deed.at]);
  const done = t(`desk.did.${deed.action.toLowerCase() as Lowercase<ModerationAction>}`);
  return (
    <div className="undo-bar">
      <span role="status">{t("desk.done", { what: done, n: deed.decisionIds.length })}</span>
      <Ring ratio={left / SILENT_FOR} size={30} label={t("desk.seconds_left", { n: Math.ceil(left / 1000) })}>
        <b className="number">{Math.ceil(left / 1000)}</b>
      </Ring>
      <button type="button" onClick={undo}>{t("desk.undo")} <kbd>U</kbd></button>
    </div>
  );
}
