/** The console's screens. Each is loaded when it is first needed. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { Key } from "@/i18n";
import type { IconName } from "@/ui/Icon";

interface Entry {
  path: string;
  of: LazyExoticComponent<ComponentType<{ params: Record<string, string> }>>;
  /** For admins alone. */
  admin?: boolean;
}

export const SCREENS: readonly Entry[] = [
  { path: "/", of: lazy(() => import("../review/Review")) },
  { path: "/appeals", of: lazy(() => import("../review/Appeals")) },
  { path: "/reports", of: lazy(() => import("../review/Reports")) },
];

interface Place {
  to: string;
  icon: IconName;
  words: Key;
  also?: RegExp;
  admin?: boolean;
  counted?: boolean;
}

export const SECTIONS: readonly { title: Key; places: readonly Place[] }[] = [
  {
    title: "console.section.review",
    places: [
      { to: "/", icon: "camera", words: "console.nav.queue", counted: true },
      { to: "/reports", icon: "flag", words: "console.nav.reports" },
      { to: "/appeals", icon: "comment", words: "console.nav.appeals" },
    ],
  },
];
