/** Keys of the desk. They rest while somebody writes, and whoever wants can put them to rest for good. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { keep, recall } from "@/graph/kept";

const KEPT = "laurels.console.keys";
const listeners = new Set<() => void>();

export function keysAreOn(): boolean {
  return recall(KEPT) !== "off";
}

export function turnKeys(on: boolean): void {
  keep(KEPT, on ? null : "off");
  for (const one of listeners) one();
}

export function useKeysAreOn(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, keysAreOn);
}

/** By the name of the key, small letters. `always` are heard even when keys are off. */
export function useKeys(bindings: Record<string, () => void>, always: readonly string[] = ["escape", "?"]): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const key = event.key.toLowerCase();
      if (!(key in latest.current) || isBusy(event.target, key)) return;
      if (!keysAreOn() && !always.includes(key)) return;
      event.preventDefault();
      latest.current[key]?.();
    };
    window.addEventListener("keydown", heard);
    return () => window.removeEventListener("keydown", heard);
  }, []);
}

function isBusy(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog[open]")) return true;
  if (target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return key !== "escape";
  return key === " " && target.closest("button, a, summary, input") !== null;
}
