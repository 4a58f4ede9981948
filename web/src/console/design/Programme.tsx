/** Challenges, badges, boards and rewards: what there is, how it does, and what is new. */
import { useState, type ComponentType } from "react";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { Bar, Blank, Button } from "@/ui/parts";
import { Page } from "../frame/Page";
import { DeskProgramme, type ChallengeMode, type ChallengeState, type DeskProgrammeData, type LeaderboardPeriod, type RewardKind } from "../generated";
import { BadgeForm, BoardForm, ChallengeForm, RewardForm } from "./forms";
import "./design.css";

const KINDS = ["challenges", "badges", "boards", "rewards"] as const;
type Kind = (typeof KINDS)[number];
const LISTS: Record<Kind, ComponentType<{ shop: DeskProgrammeData }>> = { challenges: Challenges, badges: Badges, boards: Boards, rewards: Rewards };
const FORMS = { challenges: ChallengeForm, badges: BadgeForm, boards: BoardForm, rewards: RewardForm };

export default function Programme() {
  const { t } = useSpeech();
  const asked = useAsk(DeskProgramme, {});
  const [kind, setKind] = useState<Kind>("challenges");
  const [writing, setWriting] = useState(false);
  const List = LISTS[kind];
  const Form = FORMS[kind];
  return (
    <Page title={t("console.nav.programme")} words={t("programme.words")} actions={<Button onClick={() => setWriting(true)} disabled={writing}>{t(`programme.add_${kind}`)}</Button>}>
      <div className="choices" role="group" aria-label={t("console.nav.programme")}>
        {KINDS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === kind}
            onClick={() => {
              setKind(one);
              setWriting(false);
            }}
          >
            {t(`programme.${one}`)}
          </button>
        ))}
      </div>
      <Loaded asked={asked}>
        {(shop) => (
          <>
            {writing && (
              <Form
                shop={shop}
                close={() => setWriting(false)}
                done={() => {
                  setWriting(false);
                  asked.again();
                }}
              />
            )}
            <List shop={shop} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Challenges({ shop }: { shop: DeskProgrammeData }) {
  const { t, spoken, number, day } = useSpeech();
  const all = shop.challenges?.nodes ?? [];
  if (all.length === 0) return <Blank title={t("programme.nothing")} />;
  return (
    <ul className="list">
      {all.map((one) => (
        <li key={one.id} className="list-row rule-row">
          <span className={`chip ${{ RUNNING: "", UPCOMING: "sky", ENDED: "soft" }[one.state]}`}>{t(`programme.state.${one.state.toLowerCase() as Lowercase<ChallengeState>}`)}</span>
          <span className="grow rule-name">
            <strong>{spoken(one.name)}</strong>
            <span className="soft small">{t(`programme.mode.${one.mode.toLowerCase() as Lowercase<ChallengeMode>}`)} · {day(one.startsAt, "short")} – {day(one.endsAt, "short")} · {one.goals.map((goal) => `${spoken(goal.name)} ${number(goal.target)}`).join(" · ")} · {spoken(one.reward.description)}</span>
          </span>
          <span className="rule-spent">
            <b className="number">{number(one.completedCount)}</b><span className="soft small">/ {number(one.participantCount)}</span>
            <Bar ratio={one.participantCount ? one.completedCount / one.participantCount : 0} label={t("programme.completed")} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Badges({ shop }: { shop: DeskProgrammeData }) {
  const { t, spoken, number, percent } = useSpeech();
  const all = shop.badges ?? [];
  if (all.length === 0) return <Blank title={t("programme.nothing")} />;
  return (
    <ul className="list">
      {all.map((one) => (
        <li key={one.id} className="list-row rule-row">
          <img src={one.image.url} alt="" width={44} height={44} loading="lazy" />
          <span className="grow rule-name">
            <strong>{spoken(one.name)}</strong>
            <span className="soft small">{spoken(one.description)} · {one.levels.map((level) => number(level.threshold)).join(" / ")}</span>
          </span>
          <span className="rule-spent"><b className="number">{number(one.holderCount)}</b><span className="soft small">{percent(one.rarity)}</span></span>
        </li>
      ))}
    </ul>
  );
}

function Boards({ shop }: { shop: DeskProgrammeData }) {
  const { t, spoken, number } = useSpeech();
  const all = shop.leaderboards ?? [];
  if (all.length === 0) return <Blank title={t("programme.nothing")} />;
  return (
    <ul className="list">
      {all.map((one) => (
        <li key={one.id} className="list-row rule-row">
          <span className="chip sky">{t(`programme.period.${one.period.toLowerCase() as Lowercase<LeaderboardPeriod>}`)}</span>
          <span className="grow rule-name"><strong>{spoken(one.name)}</strong><span className="soft small mono">{one.key}</span></span>
          <span className="rule-spent"><b className="number">{number(one.size)}</b><span className="soft small">{t("programme.ranked")}</span></span>
        </li>
      ))}
    </ul>
  );
}

function Rewards({ shop }: { shop: DeskProgrammeData }) {
  const { t, spoken, number } = useSpeech();
  const all = shop.rewards?.nodes ?? [];
  if (all.length === 0) return <Blank title={t("programme.nothing")} />;
  return (
    <ul className="list">
      {all.map((one) => (
        <li key={one.id} className="list-row rule-row">
          <span className="chip bloom">{t(`programme.kind.${one.kind.toLowerCase() as Lowercase<RewardKind>}`)}</span>
          <span className="grow rule-name"><strong>{spoken(one.name)}</strong><span className="soft small">{t("programme.costs", { n: one.cost })}</span></span>
          <span className="rule-spent">
            <b className="number">{number(one.sales?.taken ?? 0)}</b>
            <span className="soft small">{one.sales?.offered != null ? `/ ${number(one.sales.offered)}` : t("programme.taken")}</span>
            {one.sales?.offered != null && <Bar ratio={one.sales.offered ? one.sales.taken / one.sales.offered : 1} label={t("programme.taken")} />}
          </span>
        </li>
      ))}
    </ul>
  );
}
