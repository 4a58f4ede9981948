/** How much is drawn to be looked at, and from when on two texts count as the same. */
import { useState } from "react";
import { useClient } from "urql";
import { useDo, wordOf } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Button } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { DeskRehearseIntake, DeskSaveIntake, type DeskRehearseIntakeData } from "../generated";
import { Trial } from "./Trial";

const DAYS = 90;

export function Thresholds({ intake, saved }: { intake: { sampleShare: number; similarFrom: number }; saved: () => void }) {
  const { t, percent } = useSpeech();
  const client = useClient();
  const toast = useToast();
  const save = useDo(DeskSaveIntake);
  const [sampleShare, setShare] = useState(intake.sampleShare);
  const [similarFrom, setSimilar] = useState(intake.similarFrom);
  const [trial, setTrial] = useState<DeskRehearseIntakeData["rehearseIntake"]>(null);
  const [trying, setTrying] = useState(false);
  const changed = sampleShare !== intake.sampleShare || similarFrom !== intake.similarFrom;
  const rehearse = async () => {
    setTrying(true);
    const input = { sampleShare, similarFrom };
    const { data, error } = await client.query(DeskRehearseIntake, { input, days: DAYS }, { requestPolicy: "network-only" }).toPromise();
    setTrying(false);
    if (error) toast(wordOf(error, t("say.offline"), t("say.failed")), "bad");
    setTrial(data?.rehearseIntake ?? null);
  };
  return (
    <section className="card stack">
      <h2>{t("thresholds.title")}</h2>
      <div className="thresholds">
        <label>
          <span>{t("thresholds.sample")} <b className="number">{percent(sampleShare)}</b></span>
          <input type="range" min={0} max={0.2} step={0.005} value={sampleShare} onChange={(event) => setShare(Number(event.target.value))} />
          <span className="soft small">{t("thresholds.sample_more")}</span>
        </label>
        <label>
          <span>{t("thresholds.similar")} <b className="number">{percent(similarFrom)}</b></span>
          <input type="range" min={0.5} max={1} step={0.01} value={similarFrom} onChange={(event) => setSimilar(Number(event.target.value))} />
          <span className="soft small">{t("thresholds.similar_more")}</span>
        </label>
      </div>
      <div className="row">
        <span className="grow" />
        <Button tone="plain" onClick={() => void rehearse()} busy={trying}>{t("words.rehearse", { n: DAYS })}</Button>
        <Button busy={save.busy} disabled={!changed} onClick={() => void save.run({ input: { sampleShare, similarFrom } }).then((done) => done && saved())}>{t("do.save")}</Button>
      </div>
      {trial && (
        <div className="words" aria-live="polite">
          {trial.sampleShare && <div className="stack"><h3>{t("thresholds.sample")}</h3><Trial trial={trial.sampleShare} brief /></div>}
          {trial.similarFrom && <div className="stack"><h3>{t("thresholds.similar")}</h3><Trial trial={trial.similarFrom} brief /></div>}
        </div>
      )}
    </section>
  );
}
