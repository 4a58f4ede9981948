/** The review desk: the pile, what is looked at, and what is decided, all by keyboard. */
import { useEffect, useState } from "react";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { Blank, Button, Skeleton } from "@/ui/parts";
import type { DeskItem, ReviewOrigin } from "../generated";
import { useWaitingCount } from "../frame/waiting";
import { choices, common, type Choice } from "./choices";
import { Decide } from "./Decide";
import { Decided } from "./Decided";
import { Facts } from "./Facts";
import { Help } from "./Help";
import { ItemList } from "./ItemList";
import { useKeys } from "./keys";
import { Subject } from "./Subject";
import { UndoBar } from "./UndoBar";
import { useDesk, type Pile, type Verdict } from "./useDesk";
import "./review.css";

const ORIGINS: readonly ReviewOrigin[] = ["NEW_AUTHOR", "AUTOMATIC", "REPORT", "APPEAL", "SAMPLE"];
const DEAL = 10;

export default function Review({ only = null }: { only?: ReviewOrigin | null; params?: Record<string, string> }) {
  const { t } = useSpeech();
  const [pile, setPile] = useState<Pile>("mine");
  const [chosenOrigin, setOrigin] = useState<ReviewOrigin | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [choice, setChoice] = useState<Choice | null>(null);
  const [zoom, setZoom] = useState<number | null>(null);
  const [help, setHelp] = useState(false);
  const origin = only ?? chosenOrigin;
  const desk = useDesk(pile, origin);
  const waiting = useWaitingCount();
  const { items } = desk;
  const item = items.find((one) => one.id === focused) ?? items[0] ?? null;
  const chosen = items.filter((one) => selected.has(one.id));
  const about: readonly DeskItem[] = pile !== "mine" ? [] : chosen.length > 0 ? chosen : item ? [item] : [];
  const offered = chosen.length > 0 ? common(chosen) : pile === "mine" && item ? choices(item) : [];

  useEffect(() => setChoice(null), [item?.id, pile]);

  const step = (by: number) => {
    const at = items.findIndex((one) => one.id === item?.id);
    const next = items[Math.min(items.length - 1, Math.max(0, at + by))];
    if (next) setFocused(next.id);
  };
  const decide = async (verdict: Verdict) => {
    if (desk.busy) return;
    setChoice(null);
    const at = items.findIndex((one) => one.id === about[0]?.id);
    const done = new Set((await desk.decide(about, verdict)).map((one) => one.id));
    if (done.size === 0) return;
    const next = [...items.slice(at), ...items.slice(0, at)].find((one) => !done.has(one.id));
    setFocused(next?.id ?? null);
    setSelected((before) => new Set([...before].filter((id) => !done.has(id))));
  };
  const pick = (one: Choice) => (one.policy ? setChoice(one) : void decide({ action: one.action }));
  const undo = async (ids: readonly string[]) => {
    const [back] = await desk.undo(ids);
    if (!back) return;
    setPile("mine");
    setFocused(back.id);
  };
  const mark = (id: string) =>
    setSelected((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const claim = async () => {
    setPile("mine");
    await desk.claim(DEAL);
  };

  useKeys({
    j: () => step(1),
    arrowdown: () => step(1),
    k: () => step(-1),
    arrowup: () => step(-1),
    c: () => void claim(),
    l: () => pile === "mine" && item && void desk.release(item.id),
    u: () => desk.deed && void undo(desk.deed.decisionIds),
    z: () => setZoom(0),
    " ": () => pile === "mine" && item && mark(item.id),
    "?": () => setHelp(true),
    escape: () => (choice ? setChoice(null) : setSelected(new Set())),
    ...Object.fromEntries(offered.map((one) => [one.key, () => pick(one)])),
  });

  return (
    <div className="review">
      <header className="review-top">
        <h1>{t(only === "APPEAL" ? "console.nav.appeals" : only === "REPORT" ? "console.nav.reports" : "console.nav.queue")}</h1>
        {origin === null && <p className="soft" role="status">{t("console.waiting", { n: waiting })}</p>}
        {only === null && (
          <label className="review-origin">
            <span className="unseen">{t("desk.origin")}</span>
            <select value={chosenOrigin ?? ""} onChange={(event) => setOrigin((event.target.value || null) as ReviewOrigin | null)}>
              <option value="">{t("desk.origin.all")}</option>
              {ORIGINS.map((one) => <option key={one} value={one}>{t(`desk.origin.${one.toLowerCase() as Lowercase<ReviewOrigin>}`)}</option>)}
            </select>
          </label>
        )}
        <span className="grow" />
        {pile === "mine" && item && (
          <Button tone="plain" slim onClick={() => void desk.release(item.id)} disabled={desk.busy}>{t("desk.release")} <kbd>L</kbd></Button>
        )}
        <Button tone="plain" slim onClick={() => setHelp(true)}>{t("desk.keys")} <kbd>?</kbd></Button>
        <Button slim onClick={() => void claim()} busy={desk.busy}>{t("desk.claim", { n: DEAL })} <kbd>C</kbd></Button>
      </header>
      <div className="review-body">
        <ItemList
          desk={desk}
          pile={pile}
          turn={(next) => {
            setPile(next);
            setSelected(new Set());
          }}
          focused={item?.id ?? null}
          focus={setFocused}
          selected={selected}
          mark={mark}
          markAll={() => setSelected(chosen.length === items.length ? new Set() : new Set(items.map((one) => one.id)))}
        />
        <section className="review-stage" aria-label={t("desk.stage")}>
          <Loaded asked={desk.asked} skeleton={<div className="stage-scroll"><Skeleton height={180} count={3} /></div>}>
            {() =>
              item === null ? (
                <Nothing pile={pile} filtered={origin !== null} claim={() => void claim()} />
              ) : (
                <>
                  <div className="stage-scroll" key={item.id}>
                    <Subject item={item} zoom={zoom} setZoom={setZoom} />
                  </div>
                  {pile === "mine" && (
                    <Decide about={about} offered={offered} choice={choice} pick={pick} close={() => setChoice(null)} decide={decide} busy={desk.busy} />
                  )}
                  {pile === "open" && (
                    <div className="decide-bar">
                      <Icon name="lock" size={20} />
                      <p className="grow soft">{t("desk.claim_first")}</p>
                    </div>
                  )}
                  {pile === "decided" && <Decided item={item} undo={undo} busy={desk.busy} />}
                </>
              )
            }
          </Loaded>
          {desk.deed && <UndoBar key={desk.deed.at} deed={desk.deed} undo={() => void undo(desk.deed!.decisionIds)} over={desk.forget} />}
        </section>
        {item && <Facts key={item.id} item={item} />}
      </div>
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

function Nothing({ pile, filtered, claim }: { pile: Pile; filtered: boolean; claim: () => void }) {
  const { t } = useSpeech();
  const waiting = useWaitingCount();
  if (pile !== "mine") return <Blank title={t(`desk.empty.${pile}`)} />;
  return waiting > 0 ? (
    <Blank title={t(filtered ? "desk.empty.filtered" : "desk.empty.mine")} words={filtered ? t("desk.empty.filtered_more") : t("desk.empty.mine_more", { n: waiting })}>
      <Button onClick={claim}>{t("desk.claim", { n: DEAL })} <kbd>C</kbd></Button>
    </Blank>
  ) : (
    <Blank title={t("desk.empty.all")} words={t("desk.empty.all_more")} />
  );
}
