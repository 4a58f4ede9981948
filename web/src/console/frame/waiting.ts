/** How many items wait for a decision, kept live. */
import { createContext, use } from "react";

export const WaitingContext = createContext(0);

export function useWaitingCount(): number {
  return use(WaitingContext);
}
