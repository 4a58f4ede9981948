/** One group or bargain, live: who is in, what is missing, until when, and how it ended. */
import { Link } from "wouter";
import type { ScreenProps } from "@/app/screens";
import { Top } from "@/app/Top";
import { BargainLive, Deal as DealDocument, GroupLive, HelpBargain, JoinGroup, LeaveGroup, type Cut, type Group } from "@/graph/generated";
import { useAsk, useDo, useHear } from "@/graph/hooks";
import { useSpeech } from "@/i18n";
import { useShopClock } from "@/screens/rewards/Flash";
import { Icon } from "@/ui/Icon";
import { Gone, Loaded } from "@/ui/Loaded";
import { Avatar, Bar, Button, Section, Skeleton } from "@/ui/parts";
import { offer } from "@/ui/share";
import { timeLeft } from "@/ui/time";
import { useToast } from "@/ui/Toast";
import "@/screens/rewards/rewards.css";
import "./deals.css";

export default function DealDetail({ params }: ScreenProps) {
  const { t } = useSpeech();
  const id = params["id"] ?? "";
  const asked = useAsk(DealDocument, { id });
  const kind = asked.data?.node?.__typename;
  useHear(kind === "GroupBuy" ? GroupLive : null, { id }, () => {});
  useHear(kind === "Bargain" ? BargainLive : null, { id }, () => {});
  const now = useShopClock(asked.data?.programme?.now);
  return (
    <>
      <Top title={t(kind === "Bargain" ? "deal.bargain" : "deal.group")} back="/deals" />
      <Loaded asked={asked} skeleton={<Skeleton height={260} count={2} />}>
        {({ node, me }) =>
          node?.__typename === "GroupBuy" ? (
            <Together group={node} me={me?.id ?? null} now={now} />
          ) : node?.__typename === "Bargain" ? (
            <Bargaining bargain={node} me={me?.id ?? null} now={now} />
          ) : (
            <Gone />
          )
        }
      </Loaded>
    </>
  );
}

function Together({ group, me, now }: { group: Group; me: string | null; now: number }) {
  const { t, money } = useSpeech();
  const join = useDo(JoinGroup);
  const leave = useDo(LeaveGroup);
  const inside = group.members.some((one) => one.id === me);
  return (
    <>
      <section className="card stack deal">
        <Product deal={group} />
        <p><b className="number deal-price">{money(group.price)}</b> {group.product.price && <s className="soft">{money(group.product.price)}</s>}</p>
        <Clock deal={group} now={now} />
        <ul className="seats" aria-label={t("deal.seats", { n: group.size - group.seatsLeft, all: group.size })}>
          {group.members.map((one) => <li key={one.id}><Avatar member={one} size={52} /><span className="unseen">{one.displayName}</span></li>)}
          {Array.from({ length: Math.min(12, group.seatsLeft) }, (_, index) => <li key={`free-${index}`} className="free"><Icon name="plus" /><span className="unseen">{t("deal.free_seat")}</span></li>)}
        </ul>
        {group.state === "OPEN" && <p>{t("deal.seats_left", { n: group.seatsLeft })}</p>}
        {group.state === "OPEN" && (me === null ? (
          <Link href="/sign-in" className="button whole">{t("enter.in")}</Link>
        ) : inside ? (
          <>
            <Invite link={group.inviteLink} words={t("deal.invite_group")} />
            <Button tone="plain" slim busy={leave.busy} onClick={() => void leave.run({ deal: group.id })}>{t("deal.leave")}</Button>
          </>
        ) : (
          <Button tone="bloom" whole busy={join.busy} onClick={() => void join.run({ deal: group.id })}>{t("deal.join")}</Button>
        ))}
      </section>
    </>
  );
}

function Bargaining({ bargain, me, now }: { bargain: Cut; me: string | null; now: number }) {
  const { t, money } = useSpeech();
  const help = useDo(HelpBargain);
  const toast = useToast();
  const mine = bargain.owner.id === me;
  const helped = bargain.helpers.some((one) => one.member.id === me);
  const span = Number(bargain.startPrice.amount) - Number(bargain.floorPrice.amount);
  const cut = Number(bargain.startPrice.amount) - Number(bargain.currentPrice.amount);
  const tap = async () => {
    const done = await help.run({ deal: bargain.id });
    const own = done?.helpBargain?.bargain?.helpers.find((one) => one.member.id === me);
    if (own) toast(t("deal.cut", { amount: money(own.cut) }), "points");
  };
  return (
    <>
      <section className="card stack deal">
        <Product deal={bargain} />
        <p className="soft">{mine ? t("deal.my_bargain") : t("deal.their_bargain", { name: bargain.owner.displayName })}</p>
        <p><b className="number deal-price">{money(bargain.currentPrice)}</b> <s className="soft">{money(bargain.startPrice)}</s></p>
        <Bar ratio={span > 0 ? cut / span : 1} label={t("deal.way")} />
        <p className="soft small">{t("deal.floor", { amount: money(bargain.floorPrice), n: bargain.friendsLeft })}</p>
        <Clock deal={bargain} now={now} />
        {bargain.state === "OPEN" && (me === null ? (
          <Link href="/sign-in" className="button whole">{t("enter.in")}</Link>
        ) : mine ? (
          <Invite link={bargain.inviteLink} words={t("deal.invite_bargain")} />
        ) : (
          <Button tone="bloom" whole busy={help.busy} disabled={helped} onClick={() => void tap()}>{t(helped ? "deal.helped" : "deal.help")}</Button>
        ))}
      </section>
      {bargain.helpers.length > 0 && (
        <Section title={t("deal.helpers")}>
          <ul className="list">
            {bargain.helpers.map((one) => (
              <li key={one.member.id} className="list-row">
                <Avatar member={one.member} />
                <span className="grow clip">{one.member.displayName}</span>
                <strong className="number">−{money(one.cut)}</strong>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <a className="button plain" href={bargain.proof} target="_blank" rel="noreferrer">{t("deal.proof")}</a>
    </>
  );
}

function Product({ deal }: { deal: Group | Cut }) {
  const { spoken } = useSpeech();
  const picture = deal.product.image?.url ?? deal.product.imageUrl;
  return (
    <Link href={`/products/${encodeURIComponent(deal.product.sku)}`} className="deal-product">
      <span className="offer-picture">{picture ? <img src={picture} alt="" width={104} height={104} /> : <Icon name="gift" size={40} />}</span>
      <h2>{spoken(deal.product.name)}</h2>
    </Link>
  );
}

function Clock({ deal, now }: { deal: Group | Cut; now: number }) {
  const { t } = useSpeech();
  if (deal.state !== "OPEN") {
    return <p className={`chip ${deal.state === "SUCCEEDED" ? "bloom" : "soft"}`}>{t(deal.state === "SUCCEEDED" ? "deal.succeeded" : "deal.failed")}</p>;
  }
  const left = timeLeft(deal.endsAt, now);
  return (
    <div className="countdown" role="timer" aria-label={t("flash.ends")}>
      <span>{t("flash.ends")}</span>
      <b className="number">
        {left.days > 0 && <i>{t("time.days", { n: left.days })}</i>}
        {[left.hours, left.minutes, left.seconds].map((one, index) => <i key={index}>{String(one).padStart(2, "0")}</i>)}
      </b>
    </div>
  );
}

function Invite({ link, words }: { link: string; words: string }) {
  const { t } = useSpeech();
  const toast = useToast();
  const share = async () => {
    const how = await offer({ title: t("deal.title"), text: words, url: link });
    if (how === "copied") toast(t("do.copied"));
  };
  return <Button tone="bloom" whole onClick={() => void share()}><Icon name="share" size={20} /> {words}</Button>;
}
