/** The pile at the left: what is held, what waits, what was decided, and who else is at work. */
import { useEffect, useRef } from "react";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Avatar } from "@/ui/parts";
import type { DeskItem, ReviewOrigin } from "../generated";
import { Due } from "./Due";
import type { Desk, Pile } from "./useDesk";

const PILES: readonly Pile[] = ["mine", "open", "decided"];

export function ItemList({
  desk, pile, turn, focused, focus, selected, mark, markAll,
}: {
  desk: Desk;
  pile: Pile;
  turn: (pile: Pile) => void;
  focused: string | null;
  focus: (id: string) => void;
  selected: ReadonlySet<string>;
  mark: (id: string) => void;
  markAll: () => void;
}) {
  const { t, number } = useSpeech();
  const { items, others } = desk;
  return (
    <aside className="pile" aria-label={t("desk.pile")}>
      <div className="pile-tabs" role="group" aria-label={t("desk.pile")}>
        {PILES.map((one) => (
          <button key={one} type="button" aria-pressed={one === pile} onClick={() => turn(one)}>
            {t(`desk.pile.${one}`)}
            {one === pile && <span className="number">{number(one === "mine" ? items.length : (desk.asked.data?.reviewQueue?.totalCount ?? 0))}</span>}
          </button>
        ))}
      </div>
      {pile === "mine" && items.length > 1 && (
        <label className="pile-all">
          <input type="checkbox" checked={selected.size > 0 && items.every((one) => selected.has(one.id))} onChange={markAll} />
          {selected.size > 0 ? t("desk.selected", { n: selected.size }) : t("desk.select_all")}
        </label>
      )}
      <ol className="pile-list">
        {items.map((item) => (
          <Row
            key={item.id}
            item={item}
            here={item.id === focused}
            focus={() => focus(item.id)}
            {...(pile === "mine" && { marked: selected.has(item.id), mark: () => mark(item.id) })}
          />
        ))}
      </ol>
      {others.length > 0 && <Others items={others} />}
    </aside>
  );
}

function Row({ item, here, focus, marked, mark }: { item: DeskItem; here: boolean; focus: () => void; marked?: boolean; mark?: () => void }) {
  const { t } = useSpeech();
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (here) row.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  const { subject } = item;
  const author = subject.__typename === "Member" ? subject : subject.author;
  const image = subject.__typename === "Post" ? subject.images[0] : undefined;
  const words = subject.__typename === "Member" ? `@${subject.handle}` : subject.text;
  return (
    <li ref={row} className="pile-row" data-here={here || undefined}>
      {mark && (
        <label className="pile-mark">
          <span className="unseen">{t("desk.select", { name: author.displayName })}</span>
          <input type="checkbox" checked={marked ?? false} onChange={mark} />
        </label>
      )}
      <button type="button" aria-current={here || undefined} onClick={focus}>
        {image ? (
          <img src={image.url} alt="" width={52} height={52} loading="lazy" />
        ) : (
          <span className="pile-sign"><Icon name={subject.__typename === "Member" ? "person" : "comment"} size={22} /></span>
        )}
        <span className="pile-words">
          <span className="pile-name">
            <strong className="clip">{author.displayName}</strong>
            {item.decision ? <span className="chip soft">{t(`desk.did.${low(item.decision.action)}`)}</span> : <Due at={item.dueAt} brief />}
          </span>
          <span className="pile-text">{words}</span>
          <span className="pile-why">
            {item.reports.length > 0 ? t("desk.reported", { n: item.reports.length }) : t(`desk.origin.${low(item.origin) as Lowercase<ReviewOrigin>}`)}
            {item.signals.filter((one) => !PLAIN.has(one.key)).slice(0, 2).map((one) => <em key={one.key}>{one.label}</em>)}
          </span>
        </span>
      </button>
    </li>
  );
}

/** Signals that every item of their origin has. */
const PLAIN: ReadonlySet<string> = new Set(["waiting", "new_author", "appeal", "sample", "reports"]);

function low<Word extends string>(word: Word): Lowercase<Word> {
  return word.toLowerCase() as Lowercase<Word>;
}

function Others({ items }: { items: readonly DeskItem[] }) {
  const { t } = useSpeech();
  const byHolder = new Map<string, DeskItem[]>();
  for (const one of items) {
    const id = one.claimedBy?.id ?? "";
    byHolder.set(id, [...(byHolder.get(id) ?? []), one]);
  }
  return (
    <section className="pile-others" aria-label={t("desk.others")}>
      <h2>{t("desk.others")}</h2>
      <ul>
        {[...byHolder.values()].map((held) => {
          const holder = held[0]!.claimedBy;
          return holder === null ? null : (
            <li key={holder.id}>
              <Avatar member={holder} size={24} />
              <span className="grow clip">{holder.displayName}</span>
              <span className="soft small">{t("desk.items", { n: held.length })}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
