// What the server says of an export while it is made, and the file that comes behind it.

export type Told =
  | { state: "waiting" }
  | { state: "reading" | "writing"; done: number; of: number }
  | { state: "done"; name: string; type: string; bytes: number }
  | { state: "failed"; error: { message: string } };

export interface Exported {
  name: string;
  data: Blob;
}

/** An export that did not become a file, with the server's sentence. */
export class Refused extends Error {}

/** Reads an answer to its end. Rejects with Refused, or as the network or the signal does. */
export async function readExport(
  response: Response,
  hear: (told: Told) => void,
): Promise<Exported> {
  if (!response.ok) throw new Refused((await response.json()).error.message);
  if (response.body === null) throw new TypeError("an answer without a body");
  const reader = response.body.getReader();
  const lines = new Lines();
  while (lines.last === null) {
    const { value, done } = await reader.read();
    if (done) throw new TypeError("the answer was cut off");
    for (const told of lines.take(value)) hear(told);
  }
  const { last } = lines;
  if (last.state === "failed") throw new Refused(last.error.message);
  const parts = [lines.rest];
  let missing = last.bytes - lines.rest.length;
  while (missing > 0) {
    const { value, done } = await reader.read();
    if (done) throw new TypeError("the file was cut off");
    parts.push(value);
    missing -= value.length;
  }
  return { name: last.name, data: new Blob(parts, { type: last.type }) };
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Takes bytes as they come, and gives the lines that are whole; behind the last one is the file. */
class Lines {
  last: Extract<Told, { state: "done" | "failed" }> | null = null;
  rest: Bytes = new Uint8Array();

  take(bytes: Bytes): Told[] {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    this.rest = all;
    const found: Told[] = [];
    while (this.last === null) {
      const end = this.rest.indexOf(10);
      if (end < 0) break;
      const told: Told = JSON.parse(new TextDecoder().decode(this.rest.subarray(0, end)));
      this.rest = this.rest.slice(end + 1);
      if (told.state === "done" || told.state === "failed") this.last = told;
      found.push(told);
    }
    return found;
  }
}
