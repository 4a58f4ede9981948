/** Every screen and its path. `members` are for who is signed in. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import Home from "@/screens/home/Home";

export interface ScreenProps {
  params: Record<string, string>;
}

interface Entry {
  path: string;
  of: ComponentType<ScreenProps> | LazyExoticComponent<ComponentType<ScreenProps>>;
  members?: boolean;
}

const Badges = lazy(() => import("@/screens/me/Badges"));
const Boards = lazy(() => import("@/screens/boards/Boards"));
const Rewards = lazy(() => import("@/screens/rewards/Rewards"));

export const SCREENS: readonly Entry[] = [
  { path: "/", of: Home },
  { path: "/sign-in", of: lazy(() => import("@/screens/enter/SignIn")) },
  { path: "/challenges", of: lazy(() => import("@/screens/challenges/Challenges")) },
  { path: "/challenges/:key", of: lazy(() => import("@/screens/challenges/ChallengeDetail")) },
  { path: "/show", of: lazy(() => import("@/screens/show/Show")) },
  { path: "/search", of: lazy(() => import("@/screens/show/Search")) },
  { path: "/topics/:name", of: lazy(() => import("@/screens/show/Topic")) },
  { path: "/products/:sku", of: lazy(() => import("@/screens/show/Product")) },
  { path: "/posts/:id", of: lazy(() => import("@/screens/show/PostDetail")) },
  { path: "/compose", of: lazy(() => import("@/screens/show/Compose")), members: true },
  { path: "/my-posts", of: lazy(() => import("@/screens/show/MyPosts")), members: true },
  { path: "/members/:id", of: lazy(() => import("@/screens/show/Member")) },
  { path: "/leaderboards", of: Boards },
  { path: "/leaderboards/:key", of: Boards },
  { path: "/me", of: lazy(() => import("@/screens/me/Me")) },
  { path: "/badges", of: Badges },
  { path: "/badges/:key", of: Badges },
  { path: "/messages", of: lazy(() => import("@/screens/me/Messages")), members: true },
  { path: "/settings", of: lazy(() => import("@/screens/me/Settings")) },
  { path: "/membership", of: lazy(() => import("@/screens/me/Membership")) },
  { path: "/points", of: lazy(() => import("@/screens/points/Ledger")), members: true },
  { path: "/check-in", of: lazy(() => import("@/screens/points/CheckIn")), members: true },
  { path: "/tiers", of: lazy(() => import("@/screens/points/Tiers")) },
  { path: "/rewards", of: Rewards },
  { path: "/rewards/:key", of: Rewards },
  { path: "/redemptions", of: lazy(() => import("@/screens/rewards/Redemptions")), members: true },
  { path: "/flash", of: lazy(() => import("@/screens/rewards/Flash")) },
  { path: "/invite", of: lazy(() => import("@/screens/deals/Invite")), members: true },
  { path: "/deals", of: lazy(() => import("@/screens/deals/Deals")) },
  { path: "/deals/:id", of: lazy(() => import("@/screens/deals/DealDetail")) },
  { path: "/components", of: lazy(() => import("@/screens/components/Components")) },
  { path: "/coupons", of: lazy(() => import("@/screens/rewards/Coupons")), members: true },
];
