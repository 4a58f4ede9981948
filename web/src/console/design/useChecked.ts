/** What the shop says of a rule while it is written: a rehearsal of no time at all refuses what could not be saved. */
import { useEffect, useState } from "react";
import { useClient, type CombinedError } from "urql";
import { DeskSimulate, type EarnRuleInput } from "../generated";

export interface Fault {
  field: string | null;
  message: string;
}

const PAUSE = 450;
const NEVER = { from: "2000-01-01T00:00:00Z", to: "2000-01-01T00:00:01Z" };

/** Null: nothing is wrong. Undefined: not known yet. */
export function useChecked(input: EarnRuleInput): Fault | null | undefined {
  const client = useClient();
  const [fault, setFault] = useState<Fault | null>();
  const asked = JSON.stringify(input);
  useEffect(() => {
    let here = true;
    setFault((before) => (before === null ? undefined : before));
    const timer = setTimeout(() => {
      const rule = JSON.parse(asked) as EarnRuleInput;
      // A name that is still to be given is no fault of the expression.
      const named = { ...rule, key: rule.key || "draft", name: rule.name || "draft" };
      void client
        .query(DeskSimulate, { input: named, ...NEVER }, { requestPolicy: "network-only" })
        .toPromise()
        .then(({ error }) => here && setFault(error ? faultOf(error) : null));
    }, PAUSE);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [client, asked]);
  return fault;
}

/** Null where the shop could not be asked: then it says so when the rule is saved. */
export function faultOf(error: CombinedError): Fault | null {
  const said = error.graphQLErrors[0];
  if (!said || said.extensions?.["code"] !== "BAD_USER_INPUT") return null;
  const field = said.extensions["field"];
  return { field: Array.isArray(field) ? String(field[0]) : null, message: said.message };
}
