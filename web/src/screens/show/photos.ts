/** Photos on their way to the shop: made smaller on the phone, sent one by one, each with its progress. */
import { useCallback, useRef, useState } from "react";
import { useClient } from "urql";
import { CompleteUpload, CreateUpload, type Picture } from "@/graph/generated";
import { newKey } from "@/graph/kept";

const LONGEST_SIDE = 2048; // the shop shows 1600 at most
const QUALITY = 0.86;
export const MOST_PHOTOS = 9;

export interface Sending {
  key: string;
  preview: string;
  /** 0 to 1. */
  progress: number;
  state: "sending" | "there" | "failed";
  /** Why it failed, in the shop's words where it has some. */
  reason: string | null;
  image: Picture | null;
}

export function usePhotos(initial: readonly Picture[], failed: string) {
  const client = useClient();
  const files = useRef(new Map<string, File>());
  const [photos, setPhotos] = useState<Sending[]>(() =>
    initial.map((image) => ({ key: image.id, preview: image.url, progress: 1, state: "there", reason: null, image })),
  );
  const change = useCallback((key: string, part: Partial<Sending>) => {
    setPhotos((now) => now.map((one) => (one.key === key ? { ...one, ...part } : one)));
  }, []);

  const send = useCallback(
    async (key: string) => {
      const file = files.current.get(key);
      if (!file) return;
      change(key, { state: "sending", progress: 0, reason: null });
      try {
        const blob = await smaller(file);
        const asked = await client.mutation(CreateUpload, { type: blob.type, size: blob.size }).toPromise();
        const ticket = asked.data?.createImageUpload?.upload;
        if (!ticket) throw new Error(asked.data?.createImageUpload?.userErrors[0]?.message ?? failed);
        await put(ticket.url, ticket.headers, blob, (progress) => change(key, { progress: progress * 0.95 }));
        const done = await client.mutation(CompleteUpload, { id: ticket.id, alt: null }).toPromise();
        const image = done.data?.completeImageUpload?.image;
        if (!image) throw new Error(done.data?.completeImageUpload?.userErrors[0]?.message ?? failed);
        files.current.delete(key);
        change(key, { state: "there", progress: 1, image });
      } catch (reason) {
        change(key, { state: "failed", reason: reason instanceof Error && reason.message ? reason.message : failed });
      }
    },
    [client, change, failed],
  );

  const add = useCallback(
    async (chosen: readonly File[]) => {
      const room = MOST_PHOTOS - photos.length;
      const fresh = chosen.slice(0, Math.max(0, room)).map((file) => ({ key: newKey(), file }));
      for (const { key, file } of fresh) files.current.set(key, file);
      setPhotos((now) => [
        ...now,
        ...fresh.map(({ key, file }) => ({
          key,
          preview: URL.createObjectURL(file),
          progress: 0,
          state: "sending" as const,
          reason: null,
          image: null,
        })),
      ]);
      for (const { key } of fresh) await send(key);
    },
    [photos.length, send],
  );
  const remove = useCallback((key: string) => {
    files.current.delete(key);
    setPhotos((now) => now.filter((one) => one.key !== key));
  }, []);
  return { photos, add, remove, again: send };
}

/** The photo with its longest side reduced, as JPEG; as it is where the browser cannot read it. */
export async function smaller(file: File): Promise<Blob> {
  if (typeof createImageBitmap === "undefined") return file;
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (bitmap === null) return file;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size < 1_500_000) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return blob ?? file;
}

/** `fetch` does not tell how far it is. */
function put(url: string, headers: readonly { name: string; value: string }[], body: Blob, told: (progress: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    for (const { name, value } of headers) {
      if (!/^(content-length|host)$/i.test(name)) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => event.lengthComputable && told(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(reasonOf(request.responseText))));
    request.onerror = () => reject(new Error(""));
    request.send(body);
  });
}

function reasonOf(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    return "";
  }
}
