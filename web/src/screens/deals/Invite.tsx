/** Bringing friends: my code, my poster, and how far each friend has come. */
import { useState } from "react";
import { Top } from "@/app/Top";
import { ClaimReferral, Invite as InviteDocument, type InviteData } from "@/graph/generated";
import { useAsk, useDo } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Loaded } from "@/ui/Loaded";
import { More } from "@/ui/More";
import { Avatar, Blank, Button, Photo, Section, Skeleton } from "@/ui/parts";
import { copy, offer } from "@/ui/share";
import { Sheet } from "@/ui/Sheet";
import { useToast } from "@/ui/Toast";
import "./deals.css";

type Me = NonNullable<InviteData["me"]>;
type Programme = NonNullable<Me["referral"]>;
type Friend = Programme["referrals"]["nodes"][number];

const STEPS: readonly Friend["state"][] = ["REGISTERED", "QUALIFIED", "REWARDED"];

export default function Invite() {
  const { t } = useSpeech();
  const [after, setAfter] = useState<string | null>(null);
  const asked = useAsk(InviteDocument, { after });
  return (
    <>
      <Top title={t("invite.title")} back="/me" />
      <Loaded asked={asked} skeleton={<Skeleton height={230} count={2} />}>
        {({ me, referralRules }) =>
          me?.referral ? (
            <>
              <Mine programme={me.referral} rules={referralRules} />
              <Friends programme={me.referral} />
              <More has={me.referral.referrals.pageInfo.hasNextPage} busy={asked.busy} load={() => setAfter(me.referral?.referrals.pageInfo.endCursor ?? null)} />
              <Invited by={me.referredBy} again={asked.again} />
            </>
          ) : (
            <Blank title={t("invite.none")} />
          )
        }
      </Loaded>
    </>
  );
}

function Mine({ programme, rules }: { programme: Programme; rules: InviteData["referralRules"] }) {
  const { t, spoken, number } = useSpeech();
  const toast = useToast();
  const [poster, setPoster] = useState(false);
  const share = async () => {
    const how = await offer({ title: t("invite.title"), text: t("invite.pitch", { gift: spoken(rules?.refereeReward.description ?? "") }), url: programme.link });
    if (how === "copied") toast(t("do.copied"));
  };
  return (
    <section className="invite-card">
      <h2>{t("invite.pitch", { gift: spoken(rules?.refereeReward.description ?? "") })}</h2>
      {rules && <p>{t("invite.for_me", { gift: spoken(rules.referrerReward.description) })}</p>}
      <button type="button" className="invite-code" onClick={() => void copy(programme.code).then((done) => done && toast(t("do.copied")))}>
        <span className="unseen">{t("invite.code")}</span>
        <strong className="number">{programme.code}</strong>
        <span><Icon name="copy" size={18} /> {t("do.copy")}</span>
      </button>
      <div className="row">
        <Button tone="bloom" className="grow" onClick={() => void share()}><Icon name="share" size={20} /> {t("invite.share")}</Button>
        <Button tone="plain" className="grow on-card" onClick={() => setPoster(true)}>{t("invite.poster")}</Button>
      </div>
      <dl>
        {([["invite.came", programme.invited], ["invite.counted", programme.converted], ["points.word", programme.pointsEarned]] as const).map(([key, value]) => (
          <div key={key}><dt>{t(key)}</dt><dd className="number">{number(value)}</dd></div>
        ))}
      </dl>
      {poster && (
        <Sheet title={t("invite.poster")} onClose={() => setPoster(false)}>
          <Photo image={{ ...programme.poster, alt: t("invite.poster_alt", { code: programme.code }) }} eager />
          <p className="soft small">{t("invite.poster_words")}</p>
        </Sheet>
      )}
    </section>
  );
}

function Friends({ programme }: { programme: Programme }) {
  const { t, day } = useSpeech();
  const friends = programme.referrals.nodes;
  return (
    <Section title={t("invite.friends")}>
      {friends.length === 0 ? (
        <p className="card soft">{t("invite.no_friends")}</p>
      ) : (
        <ul className="list">
          {friends.map((one) => (
            <li key={one.id} className="list-row">
              <Avatar member={one.referee} />
              <span className="grow">
                <strong className="clip friend-name">{one.referee.displayName}</strong>
                <span className="soft small">
                  {one.explanation ?? (one.state === "QUALIFIED" && one.confirmsAt ? t("invite.confirms", { day: day(one.confirmsAt, "short") }) : day(one.createdAt, "short"))}
                </span>
                {one.state !== "REFUSED" && (
                  <span className="steps" aria-hidden="true">
                    {STEPS.map((step, index) => <i key={step} className={STEPS.indexOf(one.state) >= index ? "done" : ""} />)}
                  </span>
                )}
              </span>
              <span className={`chip ${one.state === "REWARDED" ? "bloom" : one.state === "REFUSED" ? "heart" : ""}`}>
                {one.state === "REWARDED" && one.pointsEarned > 0 ? `+${one.pointsEarned}` : t(`invite.state.${one.state.toLowerCase()}` as "invite.state.registered")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Who invited me; and a place for their code where nobody is known yet. */
function Invited({ by, again }: { by: Me["referredBy"]; again: () => void }) {
  const { t } = useSpeech();
  const [code, setCode] = useState("");
  const { run, busy, refusals } = useDo(ClaimReferral, { quiet: true });
  if (by) {
    return (
      <p className="card row">
        <Avatar member={by.referrer} /> <span className="grow">{t("invite.by", { name: by.referrer.displayName })}{by.explanation && <span className="soft small friend-name">{by.explanation}</span>}</span>
      </p>
    );
  }
  return (
    <form
      className="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void run({ code: code.trim() }).then((done) => done && again());
      }}
    >
      <Field label={t("invite.claim")} error={refusals[0]?.message}>
        {(props) => <input {...props} value={code} onChange={(event) => setCode(event.target.value)} autoCapitalize="characters" required />}
      </Field>
      <Button type="submit" tone="plain" busy={busy}>{t("invite.claim_do")}</Button>
    </form>
  );
}
