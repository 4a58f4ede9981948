/** Policies: what decisions refer to, in three languages. Moderators read them, admins write them. */
import { useState, type FormEvent } from "react";
import { useAsk, useDo } from "@/graph/hooks";
import { LANGUAGES, useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { Blank, Button } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import { Page } from "../frame/Page";
import { useViewer } from "../frame/viewer";
import { DeskPolicies, DeskSavePolicy } from "../generated";
import { blank, draftOf, inputOf, TONGUES, type Draft } from "./policyTexts";
import "./safety.css";

export default function Policies() {
  const { t } = useSpeech();
  const { admin } = useViewer();
  const toast = useToast();
  const asked = useAsk(DeskPolicies, {});
  const [draft, setDraft] = useState<Draft | null>(null);
  const [fresh, setFresh] = useState(false);
  const open = (policy: { key: string; editable: boolean }) => {
    setFresh(false);
    draftOf(policy).then(setDraft, () => toast(t("say.offline"), "bad"));
  };
  const add = () => {
    setFresh(true);
    setDraft(blank());
  };
  return (
    <Page title={t("console.nav.policies")} words={t("policies.words")} actions={admin && <Button onClick={add}>{t("policies.add")}</Button>}>
      {draft && (
        <Editor
          key={draft.key}
          draft={draft}
          fresh={fresh}
          close={() => setDraft(null)}
          saved={() => {
            setDraft(null);
            asked.again();
          }}
        />
      )}
      <Loaded asked={asked}>
        {({ policies }) =>
          (policies ?? []).length === 0 ? (
            <Blank title={t("policies.none")} words={t("policies.none_more")} />
          ) : (
            <ol className="policies">
              {(policies ?? []).map((one, index) => (
                <li key={one.id} className="card">
                  <div className="policy-head">
                    {index < 9 && <kbd>{index + 1}</kbd>}
                    <h2>{one.name}</h2>
                    {admin && (
                      <button type="button" className="icon-button" onClick={() => open(one)} aria-label={t("policies.edit", { name: one.name })}>
                        <Icon name="pen" size={20} />
                      </button>
                    )}
                  </div>
                  <p>{one.text}</p>
                  <p className="chips">
                    <span className={`chip ${one.editable ? "sky" : "heart"}`}>{t(one.editable ? "policies.editable" : "policies.final")}</span>
                    <span className="chip soft mono">{one.key}</span>
                    <span className="chip soft">{t("policies.version", { n: one.version })}</span>
                  </p>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Page>
  );
}

function Editor({ draft: given, fresh, close, saved }: { draft: Draft; fresh: boolean; close: () => void; saved: () => void }) {
  const { t } = useSpeech();
  const [draft, setDraft] = useState(given);
  const save = useDo(DeskSavePolicy);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await save.run({ input: inputOf(draft) })) saved();
  };
  const wrong = (field: string) => save.refusals.find((one) => one.field?.includes(field))?.message;
  const write = (language: (typeof TONGUES)[number], part: "name" | "text", value: string) =>
    setDraft((now) => ({ ...now, texts: { ...now.texts, [language]: { ...now.texts[language], [part]: value } } }));
  return (
    <form className="card stack policy-form" onSubmit={submit}>
      <div className="policy-key">
        <Field label={t("policies.key")} error={wrong("key")} hint={t("policies.key_hint")}>
          {(props) => (
            <input {...props} className="mono" value={draft.key} required disabled={!fresh} pattern="[a-z0-9._\-]{1,60}" autoFocus={fresh} onChange={(event) => setDraft((now) => ({ ...now, key: event.target.value }))} />
          )}
        </Field>
        <label className="row">
          <input type="checkbox" checked={draft.editable} onChange={(event) => setDraft((now) => ({ ...now, editable: event.target.checked }))} />
          {t("policies.editable")}
        </label>
      </div>
      <div className="tongues">
        {TONGUES.map((language) => (
          <fieldset key={language} lang={language}>
            <legend>{LANGUAGES[language]}</legend>
            <Field label={t("policies.name")} error={language === "zh-CN" ? wrong("name") : undefined}>
              {(props) => <input {...props} value={draft.texts[language].name} required={language === "zh-CN"} maxLength={100} onChange={(event) => write(language, "name", event.target.value)} />}
            </Field>
            <Field label={t("policies.text")} error={language === "zh-CN" ? wrong("text") : undefined}>
              {(props) => <textarea {...props} rows={5} value={draft.texts[language].text} required={draft.texts[language].name !== ""} maxLength={2000} onChange={(event) => write(language, "text", event.target.value)} />}
            </Field>
          </fieldset>
        ))}
      </div>
      <div className="row">
        <p className="grow soft small">{t("policies.next_version")}</p>
        <Button tone="plain" onClick={close}>{t("do.cancel")}</Button>
        <Button type="submit" busy={save.busy}>{t("do.save")}</Button>
      </div>
    </form>
  );
}
