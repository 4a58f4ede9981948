/** All challenges, by whether they run, are to come, or are over. */
import { useState } from "react";
import { Top } from "@/app/Top";
import { Challenges as ChallengesDocument, type ChallengeState } from "@/graph/generated";
import { useAsk } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Blank, Skeleton } from "@/ui/parts";
import { ChallengeCard } from "./ChallengeCard";

const STATES: readonly ChallengeState[] = ["RUNNING", "UPCOMING", "ENDED"];

export default function Challenges() {
  const { t } = useSpeech();
  const [state, setState] = useState<ChallengeState>("RUNNING");
  return (
    <>
      <Top title={t("tab.challenges")} />
      <div className="choices" role="group" aria-label={t("challenge.which")}>
        {STATES.map((one) => (
          <button key={one} type="button" aria-pressed={one === state} onClick={() => setState(one)}>
            {t(`challenge.state.${one.toLowerCase()}` as "challenge.state.running")}
          </button>
        ))}
      </div>
      <List key={state} state={state} />
    </>
  );
}

function List({ state }: { state: ChallengeState }) {
  const { t } = useSpeech();
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(ChallengesDocument, { state, after });
  return (
    <Loaded asked={asked} skeleton={<Skeleton height={190} count={3} />}>
      {({ challenges }) =>
        !challenges || challenges.nodes.length === 0 ? (
          <Blank title={t(state === "RUNNING" ? "challenge.none_title" : "challenge.none_here")} words={t("challenge.none")} />
        ) : (
          <>
            <ul className="stack">
              {challenges.nodes.map((one) => (
                <li key={one.id}><ChallengeCard challenge={one} /></li>
              ))}
            </ul>
            <More has={challenges.pageInfo.hasNextPage} busy={asked.busy} load={() => setAfter(challenges.pageInfo.endCursor)} />
          </>
        )
      }
    </Loaded>
  );
}
