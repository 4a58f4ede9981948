/** All parts that screens are made of, in one place: for whoever builds or changes a screen. */
import { useState } from "react";
import { Top } from "@/app/Top";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Icon, type IconName } from "@/ui/Icon";
import { Blossom, Sprig, Wreath } from "@/ui/Laurel";
import { Avatar, Bar, Blank, Button, Ring, Section, Skeleton, Stars } from "@/ui/parts";
import { Rolling } from "@/ui/Rolling";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";
import "./components.css";

const COLOURS = ["paper", "card", "sunk", "line", "ink", "ink-soft", "leaf", "leaf-wash", "bloom", "bloom-wash", "heart", "heart-wash", "sky", "sky-wash"] as const;
const ICONS: readonly IconName[] = ["home", "flag", "camera", "podium", "person", "heart", "comment", "share", "bell", "gift", "ticket", "bolt", "star", "medal", "calendar", "snow", "search", "gear", "lock", "clock", "people"];
const NOBODY = { displayName: "桂", avatar: null };

export default function Components() {
  const { t } = useSpeech();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [points, setPoints] = useState(1280);
  const [choice, setChoice] = useState(0);
  return (
    <>
      <Top title={t("settings.components")} back="/settings" />
      <Section title={t("parts.colours")}>
        <ul className="colours">
          {COLOURS.map((name) => (
            <li key={name}><i className={`colour-${name}`} /> <code>{name}</code></li>
          ))}
        </ul>
      </Section>
      <Section title={t("parts.type")}>
        <div className="card stack">
          <p className="number type-display">1,280</p>
          <p className="type-title">{t("app.name")} Laurels</p>
          <p className="type-head">{t("home.challenges")}</p>
          <p className="type-lead">{t("home.feed")}</p>
          <p>{t("home.visitor_words")}</p>
          <p className="soft small">{t("checkin.freeze_words")}</p>
        </div>
      </Section>
      <Section title={t("parts.buttons")}>
        <div className="chips">
          <Button>{t("do.save")}</Button>
          <Button tone="bloom">{t("checkin.do")}</Button>
          <Button tone="plain">{t("do.cancel")}</Button>
          <Button tone="bad">{t("do.delete")}</Button>
          <Button disabled>{t("reward.sold_out")}</Button>
        </div>
        <div className="choices" role="group" aria-label={t("parts.choices")}>
          {[t("show.feed.trending"), t("show.feed.latest"), t("show.feed.featured")].map((words, index) => (
            <button key={words} type="button" aria-pressed={index === choice} onClick={() => setChoice(index)}>{words}</button>
          ))}
        </div>
        <p className="chips">
          <span className="chip">{t("challenge.joined")}</span>
          <span className="chip bloom">{t("challenge.completed")}</span>
          <span className="chip heart">{t("reward.sold_out")}</span>
          <span className="chip sky">{t("post.state.in_review")}</span>
          <span className="chip soft">{t("challenge.ended")}</span>
        </p>
      </Section>
      <Section title={t("parts.progress")}>
        <div className="card stack">
          <Bar ratio={0.62} label={t("tier.way")} />
          <div className="row">
            <Ring ratio={0.38} label="38%"><strong className="number">38%</strong></Ring>
            <Stars rating={4} size={24} />
            <Avatar member={NOBODY} size={56} />
            <Blossom open size={36} />
            <Blossom open={false} size={36} />
          </div>
          <div data-sample><Skeleton height={28} /></div>
        </div>
      </Section>
      <Section title={t("parts.moving")}>
        <div className="card row">
          <strong className="number type-display grow"><Rolling value={points} /></strong>
          <Button tone="bloom" slim onClick={() => { setPoints(points + 50); toast("+50", "points"); }}>+50</Button>
          <Button tone="plain" slim onClick={() => setOpen(true)}>{t("parts.sheet")}</Button>
        </div>
        {open && <Sheet title={t("parts.sheet")} onClose={() => setOpen(false)}><p>{t("home.visitor_words")}</p></Sheet>}
      </Section>
      <Section title={t("parts.fields")}>
        <div className="card stack">
          <Field label={t("settings.name")} hint={t("team.size", { n: 5 })}>{(props) => <input {...props} defaultValue="小李" />}</Field>
          <Field label={t("enter.code")} error={t("say.failed")}>{(props) => <input {...props} defaultValue="12" />}</Field>
        </div>
      </Section>
      <Section title={t("parts.icons")}>
        <ul className="icons">{ICONS.map((name) => <li key={name}><Icon name={name} /></li>)}</ul>
        <div className="row drawings"><Wreath size={96} /><Sprig size={96} /></div>
      </Section>
      <Blank title={t("search.begin")} words={t("search.begin_more")} />
    </>
  );
}
