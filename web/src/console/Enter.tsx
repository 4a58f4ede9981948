/** The door of the console: the sandbox's staff one tap away, or a code as for everybody. */
import { useEffect, useState } from "react";
import { begin, demoAccounts, demoSession, type DemoAccount } from "@/graph/session";
import { useSpeech } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { ByCode } from "@/screens/enter/SignIn";

export function Enter() {
  const { t, language } = useSpeech();
  const [staff, setStaff] = useState<DemoAccount[]>([]);
  useEffect(() => {
    demoAccounts(language).then((found) => setStaff(found.filter((one) => one.role === "MODERATOR" || one.role === "ADMIN")), () => {});
  }, [language]);
  return (
    <>
      <p className="soft">{t("console.sign_in")}</p>
      <ByCode />
      {staff.length > 0 && (
        <div className="list">
          {staff.map((one) => (
            <button key={one.token} type="button" className="list-row" onClick={() => begin(demoSession(one))}>
              <Icon name="person" />
              <span className="grow">{one.name}</span>
              <Icon name="next" size={20} />
            </button>
          ))}
        </div>
      )}
    </>
  );
}
