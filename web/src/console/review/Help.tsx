/** The keys of the desk, and the switch that puts them to rest. */
import { useSpeech, type Key } from "@/i18n";
import { Sheet } from "@/ui/Sheet";
import { turnKeys, useKeysAreOn } from "./keys";

const GROUPS: readonly { title: Key; keys: readonly [string, Key][] }[] = [
  {
    title: "desk.keys.verdicts",
    keys: [
      ["A", "desk.do.approve"], ["F", "desk.do.feature"], ["R", "desk.do.reject"], ["X", "desk.do.remove"],
      ["O", "desk.do.restore"], ["W", "desk.do.warn"], ["S", "desk.do.suspend"], ["1–9", "desk.keys.policy"],
      ["N", "desk.note"], ["U", "desk.undo"],
    ],
  },
  {
    title: "desk.keys.moving",
    keys: [
      ["J ↓", "desk.keys.next"], ["K ↑", "desk.keys.before"], ["␣", "desk.keys.select"], ["Z", "desk.keys.zoom"],
      ["C", "desk.keys.claim"], ["L", "desk.release"], ["Esc", "desk.keys.escape"], ["?", "desk.keys"],
    ],
  },
];

export function Help({ onClose }: { onClose: () => void }) {
  const { t } = useSpeech();
  const on = useKeysAreOn();
  return (
    <Sheet title={t("desk.keys")} onClose={onClose}>
      <div className="help">
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl>
              {keys.map(([key, words]) => (
                <div key={key}>
                  <dt><kbd>{key}</kbd></dt>
                  <dd>{t(words)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="row">
        <input type="checkbox" checked={on} onChange={(event) => turnKeys(event.target.checked)} />
        {t("desk.keys.on")}
      </label>
    </Sheet>
  );
}
