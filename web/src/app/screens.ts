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

export const SCREENS: readonly Entry[] = [
  { path: "/", of: Home },
  { path: "/sign-in", of: lazy(() => import("@/screens/enter/SignIn")) },
];
