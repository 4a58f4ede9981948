/** Word lists and thresholds: tried on the shop's own past before they are used. */
import { useState, type FormEvent } from "react";
import { useClient } from "urql";
import { useAsk, useDo, wordOf } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Loaded } from "@/ui/Loaded";
import { Blank, Button } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { Page } from "../frame/Page";
import { DeskRehearseWords, DeskSaveWords, DeskWords, type DeskTrial, type DeskWordsData, type WordAction } from "../generated";
import { Thresholds } from "./Thresholds";
import { Trial } from "./Trial";
import { tidy } from "./tidy";
import "./safety.css";

type List = NonNullable<DeskWordsData["wordLists"]>[number];
export const REHEARSED_DAYS = 90;

export default function WordLists() {
  const { t, number } = useSpeech();
  const asked = useAsk(DeskWords, {});
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Page title={t("console.nav.words")} words={t("words.words")} actions={<Button onClick={() => setOpen("")}>{t("words.add")}</Button>}>
      <Loaded asked={asked}>
        {({ wordLists, intake }) => {
          const lists = wordLists ?? [];
          const shown = open === "" ? null : (lists.find((one) => one.key === open) ?? lists[0] ?? null);
          return (
            <>
              <div className="choices" role="group" aria-label={t("console.nav.words")}>
                {lists.map((one) => (
                  <button key={one.id} type="button" aria-pressed={one === shown} onClick={() => setOpen(one.key)}>
                    {one.key} · {number(one.size)}
                  </button>
                ))}
              </div>
              {shown === null && open !== "" ? (
                <Blank title={t("words.none")} words={t("words.none_more")} />
              ) : (
                <Editor key={shown ? `${shown.key}.${shown.version}` : "new"} list={shown} saved={(key) => setOpen(key)} />
              )}
              {intake && <Thresholds key={`${intake.sampleShare}.${intake.similarFrom}`} intake={intake} saved={asked.again} />}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Editor({ list, saved }: { list: List | null; saved: (key: string) => void }) {
  const { t } = useSpeech();
  const client = useClient();
  const toast = useToast();
  const save = useDo(DeskSaveWords);
  const [key, setKey] = useState(list?.key ?? "");
  const [text, setText] = useState(list?.words.join("\n") ?? "");
  const [action, setAction] = useState<WordAction>(list?.action ?? "QUEUE");
  const [trial, setTrial] = useState<DeskTrial | null>(null);
  const [trying, setTrying] = useState(false);
  const words = tidy(text);
  const input = { key, words, action };
  const rehearse = async () => {
    setTrying(true);
    const { data, error } = await client.query(DeskRehearseWords, { input, days: REHEARSED_DAYS }, { requestPolicy: "network-only" }).toPromise();
    setTrying(false);
    if (error) toast(wordOf(error, t("say.offline"), t("say.failed")), "bad");
    setTrial(data?.rehearseWordList ?? null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await save.run({ input })) {
      toast(t("words.saved"));
      saved(key);
    }
  };
  const wrong = (field: string) => save.refusals.find((one) => one.field?.includes(field))?.message;
  return (
    <div className="words">
      <form className="card stack" onSubmit={submit}>
        <Field label={t("words.key")} error={wrong("key")}>
          {(props) => <input {...props} className="mono" value={key} disabled={list !== null} required onChange={(event) => setKey(event.target.value)} />}
        </Field>
        <div className="field">
          <span className="field-label" id="words-action">{t("words.action")}</span>
          <div className="choices" role="group" aria-labelledby="words-action">
            {(["QUEUE", "HOLD"] as const).map((one) => (
              <button key={one} type="button" aria-pressed={action === one} onClick={() => setAction(one)}>{t(one === "HOLD" ? "words.hold" : "words.queue")}</button>
            ))}
          </div>
          <p className="soft small">{t(action === "HOLD" ? "words.hold_more" : "words.queue_more")}</p>
        </div>
        <Field label={t("words.list", { n: words.length })} error={wrong("words")} hint={t("words.list_hint")}>
          {(props) => <textarea {...props} rows={12} value={text} spellCheck={false} onChange={(event) => setText(event.target.value)} />}
        </Field>
        <div className="row">
          <Button tone="plain" className="grow" onClick={() => void rehearse()} busy={trying} disabled={words.length === 0}>{t("words.rehearse", { n: REHEARSED_DAYS })}</Button>
          <Button type="submit" className="grow" busy={save.busy}>{t("do.save")}</Button>
        </div>
      </form>
      <section className="trial-side" aria-live="polite">
        {trial ? <Trial trial={trial} /> : <Blank title={t("words.try")} words={t("words.try_more")} />}
      </section>
    </div>
  );
}
