/** Language, looks, my profile, who sees what of me, and the way out. */
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Top } from "@/app/Top";
import {
  Settings as SettingsDocument, ShowOnBoards, SignOut, Unblock, UpdateAvatar, UpdateLocale, UpdateProfile, type SettingsData,
} from "@/graph/generated";
import { useGraph, useSession } from "@/graph/Graph";
import { useAsk, useDo } from "@/graph/hooks";
import { keep } from "@/graph/kept";
import { end, freshToken } from "@/graph/session";
import { LANGUAGES, useSpeech, type Language } from "@/i18n";
import { usePhotos } from "@/screens/show/photos";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { Avatar, Button, Section, Skeleton } from "@/ui/parts";
import { useToast } from "@/ui/Toast";
import "./me.css";

type Me = NonNullable<SettingsData["me"]>;
const THEMES = ["auto", "light", "dark"] as const;

export default function Settings() {
  const { t } = useSpeech();
  const member = useSession() !== null;
  return (
    <>
      <Top title={t("settings.title")} back="/me" />
      <Looks member={member} />
      {member && <Own />}
    </>
  );
}

function Looks({ member }: { member: boolean }) {
  const { t, language, choose } = useSpeech();
  const [theme, setTheme] = useState(themeNow);
  const locale = useDo(UpdateLocale, { quiet: true });
  return (
    <>
      <Section title={t("settings.language")}>
        <div className="segments" role="group" aria-label={t("settings.language")}>
          {(Object.keys(LANGUAGES) as Language[]).map((one) => (
            <button
              key={one}
              type="button"
              lang={one}
              aria-pressed={one === language}
              onClick={() => {
                if (member) void locale.run({ locale: one });
                choose(one);
              }}
            >
              {LANGUAGES[one]}
            </button>
          ))}
        </div>
      </Section>
      <Section title={t("settings.theme")}>
        <div className="segments" role="group" aria-label={t("settings.theme")}>
          {THEMES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === theme}
              onClick={() => {
                setTheme(one);
                show(one);
              }}
            >
              {t(`settings.theme.${one}`)}
            </button>
          ))}
        </div>
      </Section>
    </>
  );
}

type Theme = (typeof THEMES)[number];

function themeNow(): Theme {
  const choice = document.documentElement.dataset["choice"] ?? localStorage.getItem("laurels.theme");
  return choice === "dark" || choice === "light" ? choice : "auto";
}

function show(theme: Theme): void {
  const root = document.documentElement;
  root.dataset["choice"] = theme;
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset["theme"] = dark ? "dark" : "light";
  keep("laurels.theme", theme === "auto" ? null : theme);
}

function Own() {
  const asked = useAsk(SettingsDocument, {});
  return (
    <Loaded asked={asked} skeleton={<Skeleton height={160} count={2} />}>
      {({ me }) => (me ? <Mine me={me} again={asked.again} /> : null)}
    </Loaded>
  );
}

function Mine({ me, again }: { me: Me; again: () => void }) {
  const { t } = useSpeech();
  const unblock = useDo(Unblock);
  const blocked = me.blocked?.nodes ?? [];
  return (
    <>
      <Profile me={me} />
      <Section title={t("settings.privacy")}>
        <div className="list">
          <Visible me={me} again={again} />
          <Statement />
        </div>
      </Section>
      {blocked.length > 0 && (
        <Section title={t("settings.blocked")}>
          <ul className="list">
            {blocked.map((one) => (
              <li key={one.id} className="list-row">
                <Avatar member={one} />
                <span className="grow clip">{one.displayName}</span>
                <Button slim tone="plain" busy={unblock.busy} onClick={() => void unblock.run({ member: one.id }).then(again)}>{t("member.unblock")}</Button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Leave />
    </>
  );
}

function Profile({ me }: { me: Me }) {
  const { t } = useSpeech();
  const toast = useToast();
  const [name, setName] = useState(me.displayName);
  const [bio, setBio] = useState(me.bio ?? "");
  const { run, busy, refusals } = useDo(UpdateProfile, { quiet: true });
  const wrong = (field: string) => refusals.find((one) => one.field?.includes(field))?.message;
  const save = async () => {
    if (await run({ name: name.trim() || null, bio: bio.trim() || null })) toast(t("settings.saved"));
  };
  return (
    <Section title={t("settings.profile")}>
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Face me={me} />
        <Field label={t("settings.name")} error={wrong("displayName")}>
          {(props) => <input {...props} value={name} onChange={(event) => setName(event.target.value)} autoComplete="nickname" />}
        </Field>
        <Field label={t("settings.bio")} error={wrong("bio")}>
          {(props) => <textarea {...props} rows={2} value={bio} onChange={(event) => setBio(event.target.value)} />}
        </Field>
        <Button type="submit" busy={busy}>{t("do.save")}</Button>
      </form>
    </Section>
  );
}

function Face({ me }: { me: Me }) {
  const { t } = useSpeech();
  const { photos, add, remove } = usePhotos([], t("compose.photo_failed"));
  const update = useDo(UpdateAvatar);
  const sent = photos[0];
  const adopt = async () => {
    if (sent?.image && (await update.run({ image: sent.image.id }))) remove(sent.key);
  };
  return (
    <div className="row">
      <Avatar member={sent ? { displayName: me.displayName, avatar: { url: sent.preview } } : me} size={64} />
      <span className="grow">
        {sent ? (
          <Button slim busy={update.busy || sent.state === "sending"} onClick={() => void adopt()}>
            {sent.state === "sending" ? `${Math.round(sent.progress * 100)}%` : t("settings.use_picture")}
          </Button>
        ) : (
          <label className="button plain slim">
            <Icon name="camera" size={20} /> {t("settings.picture")}
            <input type="file" accept="image/*" className="unseen" onChange={(event) => void add([...(event.target.files ?? [])].slice(0, 1))} />
          </label>
        )}
        {sent?.state === "failed" && <p className="wrong">{sent.reason}</p>}
      </span>
    </div>
  );
}

function Visible({ me, again }: { me: Me; again: () => void }) {
  const { t } = useSpeech();
  const { run, busy } = useDo(ShowOnBoards);
  const [shown, setShown] = useState(me.onLeaderboards ?? true);
  const flip = async () => {
    setShown(!shown);
    if (await run({ shown: !shown })) again();
    else setShown(shown);
  };
  return (
    <label className="list-row">
      <span className="grow">
        {t("settings.on_boards")}
        <span className="soft small message-body">{t("settings.on_boards_words")}</span>
      </span>
      <input type="checkbox" role="switch" className="switch" checked={shown} disabled={busy} onChange={() => void flip()} />
    </label>
  );
}

/** The whole statement as a file: it needs the token, so a plain link would not do. */
function Statement() {
  const { t, language } = useSpeech();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const fetchIt = async () => {
    setBusy(true);
    try {
      const token = await freshToken();
      const answer = await fetch("/statement.csv", { headers: { authorization: `Bearer ${token}`, "accept-language": language } });
      if (!answer.ok) throw new Error(String(answer.status));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = "laurels.csv";
      link.click();
      URL.revokeObjectURL(link.href);
    } catch {
      toast(t("say.failed"), "bad");
    }
    setBusy(false);
  };
  return (
    <button type="button" className="list-row" disabled={busy} onClick={() => void fetchIt()}>
      <span className="grow">{t("settings.export")}</span>
      <Icon name="down" size={20} />
    </button>
  );
}

function Leave() {
  const { t } = useSpeech();
  const { forget } = useGraph();
  const [, go] = useLocation();
  const out = useDo(SignOut, { quiet: true });
  const leave = async () => {
    await out.run({});
    forget();
    end();
    go("/");
  };
  return (
    <>
      <Button tone="bad" whole busy={out.busy} onClick={() => void leave()}>{t("enter.out")}</Button>
      <Link href="/components" className="soft small settings-foot">{t("settings.components")}</Link>
    </>
  );
}
