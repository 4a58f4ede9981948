/** The console's frame: for staff alone. Its screens are lazily loaded from here. */
import { lazy, Suspense } from "react";
import { useSession } from "@/graph/Graph";
import { useSpeech } from "@/i18n";
import { Skeleton } from "@/ui/parts";
import { Enter } from "./Enter";

const Desk = lazy(() => import("./Desk"));

export function Console() {
  const { t } = useSpeech();
  const session = useSession();
  return (
    <main className="page">
      {session === null ? (
        <>
          <h1>{t("console.title")}</h1>
          <Enter />
        </>
      ) : (
        <Suspense fallback={<Skeleton height={160} count={3} />}>
          <Desk />
        </Suspense>
      )}
    </main>
  );
}
