/** Signing in by code; in a sandbox, demo members one tap away. */
import { useEffect, useState, type FormEvent } from "react";
import { useLocation, useSearchParams } from "wouter";
import { begin, demoAccounts, demoSession, tokensOf, type DemoAccount } from "@/graph/session";
import { RequestCode, ShopName, SignIn as SignInDocument } from "@/graph/generated";
import { useAsk, useDo } from "@/graph/hooks";
import { keep, recall } from "@/graph/kept";
import { useSpeech } from "@/i18n";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Wreath } from "@/ui/Laurel";
import { Button } from "@/ui/parts";
import { Top } from "@/app/Top";
import "./enter.css";

/** Where the code of an invitation waits until there is an account. */
export const INVITED_BY = "laurels.invited-by";

export default function SignIn() {
  const { t, spoken } = useSpeech();
  const [params] = useSearchParams();
  const invite = params.get("invite");
  useEffect(() => {
    if (invite) keep(INVITED_BY, invite);
  }, [invite]);
  const code = invite ?? recall(INVITED_BY);
  const shop = useAsk(ShopName, {}).data?.programme?.name ?? "Laurels · 桂冠";
  return (
    <>
      <Top title={t("enter.in")} back="/" />
      <div className="enter-hero">
        <Wreath size={132} className="enter-wreath" />
        <h2>{t("enter.title", { shop: spoken(shop) })}</h2>
        <p className="soft">{t("enter.words")}</p>
        {code && <p className="chip bloom enter-invited">{t("invite.landed", { code })}</p>}
      </div>
      <ByCode />
      <Demo />
    </>
  );
}

export function ByCode() {
  const { t } = useSpeech();
  const [, go] = useLocation();
  const [account, setAccount] = useState("");
  const [sent, setSent] = useState(false);
  const [code, setCode] = useState("");
  const request = useDo(RequestCode, { quiet: true });
  const enter = useDo(SignInDocument, { quiet: true });

  const ask = async (event?: FormEvent) => {
    event?.preventDefault();
    if (await request.run({ account: account.trim() })) setSent(true);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await enter.run({ account: account.trim(), code: code.trim(), referral: recall(INVITED_BY) });
    const session = done?.signIn?.session;
    if (!session) return;
    keep(INVITED_BY, null);
    begin({ key: session.member.id, ...tokensOf(session), demo: null });
    if (location.pathname === "/sign-in") go("/", { replace: true });
  };

  if (!sent) {
    return (
      <form className="card stack" onSubmit={ask}>
        <Field label={t("enter.account")} error={request.refusals[0]?.message}>
          {(props) => (
            <input
              {...props}
              value={account}
              onChange={(event) => setAccount(event.target.value)}
              placeholder={t("enter.account_hint")}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
            />
          )}
        </Field>
        <Button type="submit" whole busy={request.busy}>{t("enter.send")}</Button>
      </form>
    );
  }
  return (
    <form className="card stack" onSubmit={submit}>
      <p>{t("enter.sent", { account })}</p>
      <Field label={t("enter.code")} error={enter.refusals[0]?.message}>
        {(props) => (
          <input
            {...props}
            className="code"
            value={code}
            onChange={(event) => setCode(event.target.value.replace(/\D/g, "").slice(0, 6))}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            required
          />
        )}
      </Field>
      <Button type="submit" whole busy={enter.busy} disabled={code.length !== 6}>{t("enter.in")}</Button>
      <div className="row">
        <Button tone="plain" slim className="grow" onClick={() => setSent(false)}>{t("enter.other")}</Button>
        <Button tone="plain" slim className="grow" onClick={() => void ask()} busy={request.busy}>{t("enter.resend")}</Button>
      </div>
    </form>
  );
}

function Demo() {
  const { t, language } = useSpeech();
  const [, go] = useLocation();
  const [accounts, setAccounts] = useState<DemoAccount[]>([]);
  useEffect(() => {
    let here = true;
    demoAccounts(language).then((found) => here && setAccounts(found), () => {});
    return () => {
      here = false;
    };
  }, [language]);
  const members = accounts.filter((one) => one.customer !== null);
  if (members.length === 0) return null;
  const enter = (account: DemoAccount) => {
    begin(demoSession(account));
    if (location.pathname === "/sign-in") go("/", { replace: true });
  };
  return (
    <section className="section">
      <h2>{t("enter.demo")}</h2>
      <p className="soft">{t("enter.demo_words")} {t("enter.sandbox_code")}</p>
      <div className="list">
        {members.map((one, index) => (
          <button key={one.token} type="button" className="list-row" onClick={() => enter(one)}>
            <span className={`demo-mark demo-${index % 4}`} aria-hidden="true"><Icon name="person" /></span>
            <span className="grow">
              <strong>{one.displayName ?? one.name}</strong>
              <span className="soft small demo-ref">{one.name}</span>
            </span>
            <Icon name="next" size={20} />
          </button>
        ))}
      </div>
    </section>
  );
}
