/** Who sits at the desk. */
import { createContext, use } from "react";

export interface Viewer {
  id: string;
  displayName: string;
  avatar: { url: string } | null;
  /** Designs the programme; moderators look after what members write. */
  admin: boolean;
  /** IANA name of the programme's time zone. */
  zone: string;
  shop: string;
  /** Milliseconds by which the programme's clock is ahead of this one; sandboxes move theirs. */
  shift: number;
}

export const ViewerContext = createContext<Viewer | null>(null);

export function useViewer(): Viewer {
  const viewer = use(ViewerContext);
  if (viewer === null) throw new Error("there is no viewer above");
  return viewer;
}
