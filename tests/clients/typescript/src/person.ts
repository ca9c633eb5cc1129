// The person in front of the frontend. They open a page, press what a person presses there, and the frontend goes on: a
// line that asks goes out, and a line comes back once they are done.

import { createInterface } from "node:readline";

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Sends the person to a page, where they press these buttons one after the other. Resolves to the URL they end on. */
export async function sendTo(url: string, ...press: string[]): Promise<string> {
  process.stdout.write(JSON.stringify({ url, press }) + "\n");
  const answer = await answers.next();
  if (answer.done) throw new Error("The person has gone.");
  return answer.value;
}
