/** Which screen stands at which path. Each is loaded when it is first needed. */
import { lazy, Suspense, type ComponentType } from "react";
import { Route, Switch } from "wouter";
import { useSession } from "@/graph/Graph";
import { useSpeech } from "@/i18n";
import { Gone } from "@/ui/Loaded";
import { Skeleton } from "@/ui/parts";
import { Guard } from "./Guard";
import { Live } from "./Live";
import { Shell } from "./Shell";
import { SCREENS } from "./screens";
import { Top } from "./Top";

export function App() {
  return (
    <Shell>
      <Guard>
        <Suspense fallback={<Skeleton height={140} count={4} />}>
          <Switch>
            {SCREENS.map(({ path, of, members }) => (
              <Route key={path} path={path}>
                {(params) => <Screen of={of} members={members ?? false} params={params as Record<string, string>} />}
              </Route>
            ))}
            <Route>
              <Nowhere />
            </Route>
          </Switch>
        </Suspense>
      </Guard>
      <Live />
    </Shell>
  );
}

function Nowhere() {
  const { t } = useSpeech();
  return (
    <>
      <Top title={t("app.name")} back="/" />
      <Gone />
    </>
  );
}

const SignIn = lazy(() => import("@/screens/enter/SignIn"));

function Screen({ of: Of, members, params }: { of: ComponentType<{ params: Record<string, string> }>; members: boolean; params: Record<string, string> }) {
  const session = useSession();
  return members && session === null ? <SignIn /> : <Of key={JSON.stringify(params)} params={params} />;
}
