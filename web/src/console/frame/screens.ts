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
  { path: "/members", of: lazy(() => import("../members/Members")) },
  { path: "/members/:id", of: lazy(() => import("../members/Member")) },
  { path: "/measures", of: lazy(() => import("../measures/Measures")) },
  { path: "/rules", of: lazy(() => import("../design/Rules")), admin: true },
  { path: "/rules/:key", of: lazy(() => import("../design/Rule")), admin: true },
  { path: "/programme", of: lazy(() => import("../design/Programme")), admin: true },
  { path: "/policies", of: lazy(() => import("../safety/Policies")) },
  { path: "/words", of: lazy(() => import("../safety/WordLists")), admin: true },
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
      { to: "/members", icon: "people", words: "console.nav.members", also: /^\/members/ },
      { to: "/measures", icon: "podium", words: "console.nav.measures" },
    ],
  },
  {
    title: "console.section.design",
    places: [
      { to: "/rules", icon: "star", words: "console.nav.rules", also: /^\/rules/, admin: true },
      { to: "/programme", icon: "medal", words: "console.nav.programme", admin: true },
    ],
  },
  {
    title: "console.section.safety",
    places: [
      { to: "/policies", icon: "lock", words: "console.nav.policies" },
      { to: "/words", icon: "search", words: "console.nav.words", admin: true },
    ],
  },
];
