// A person's first visit to a new frontend: they sign in, connect an account, watch its import, look through their
// contacts, correct one, send many of their own, and delete one; the frontend keeps a copy that follows all of it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Contact, type Copy, Frontend, type ImportStatus } from "./frontend.js";
import { sendTo } from "./person.js";
import { signIn } from "./sign_in.js";

const [service = "", issuer = "", account = ""] = process.argv.slice(2);
const CONTACTS = 60; // of the account

const frontend = await signedIn();
const copy: Copy = { contacts: new Map(), since: null };
await connectAndFollow();
await listAndFilter();
await compareWithCopy();
await edit();
await sendMany();
await deleteOne();
await compareWithCopy();
process.exit();

async function signedIn(): Promise<Frontend> {
  const home = createServer((_, response) => response.end("You are back."));
  home.listen(0, "127.0.0.1");
  await once(home, "listening");
  const { port } = home.address() as AddressInfo;
  const token = await signIn(issuer, `http://127.0.0.1:${port}/signed-in`);
  return new Frontend(service, token);
}

async function connectAndFollow(): Promise<void> {
  const started = await frontend.connect("google");
  const shown = await sendTo(started.authorization_url, account, "Continue", "Yes");
  assert.equal(new URL(shown).pathname, `/imports/${started.job_id}`);

  const seen: ImportStatus[] = [];
  const last = await frontend.followImport(started.job_id, (status) => seen.push(status));

  assert.deepEqual([last.status, last.created, last.total_contacts], ["completed", CONTACTS, CONTACTS]);
  const processed = seen.map((status) => status.processed_contacts);
  assert.deepEqual(processed, processed.toSorted((one, other) => one - other));
}

async function listAndFilter(): Promise<void> {
  const all = await everyOne(frontend.contacts());
  assert.equal(new Set(all.map(idOf)).size, CONTACTS);

  const someone = all.find((contact) => contact.emails?.length);
  const email = someone?.emails?.[0]?.value ?? "";
  const byWords = await everyOne(frontend.contacts({ q: email }));
  const byEmail = await everyOne(frontend.contacts({ email: email.toUpperCase(), fields: "display,emails" }));
  assert.deepEqual(byEmail.map(idOf), byWords.map(idOf));
  assert.deepEqual(Object.keys(byEmail[0] ?? {}).toSorted(), ["contact_id", "display", "emails"]);

  const byFamily = await everyOne(frontend.contacts({ sort: "family" }));
  assert.deepEqual(byFamily.map(idOf).toSorted(), all.map(idOf).toSorted());
}

async function edit(): Promise<void> {
  const [first] = await everyOne(frontend.contacts());
  assert.ok(first);
  const read = await frontend.contact(first.contact_id);

  const edited = await frontend.edit(first.contact_id, { version: read.version, nickname: "Countess" });
  assert.equal(edited.nickname, "Countess");
  assert.deepEqual(edited.emails, read.emails, "what was not named has changed");

  const tooLate = frontend.edit(first.contact_id, { version: read.version, nickname: "Duchess" });
  await assert.rejects(tooLate, /409 \/problems\/conflict/);
}

async function sendMany(): Promise<void> {
  const contacts = Array.from({ length: 40 }, (_, number) => ({
    given: "Colleague",
    family: `Number ${number}`,
    emails: [{ value: `colleague${number}@work.example` }],
  }));
  const wanted = { contacts, client_source: "frontend", on_existing: "skip" as const };
  const [begun, again] = [await frontend.createMany("visit-1", wanted), await frontend.createMany("visit-1", wanted)];
  assert.equal(again.job_id, begun.job_id);

  const last = await frontend.followBulk(begun.job_id);
  assert.deepEqual([last.status, last.created_count, last.failure_count], ["completed", 40, 0]);
  assert.equal((await everyOne(frontend.contacts({ q: "colleague" }))).length, 40);
}

function idOf(contact: Contact): string {
  return contact.contact_id;
}

async function deleteOne(): Promise<void> {
  const [last] = await everyOne(frontend.contacts({ q: "colleague" }));
  assert.ok(last);
  await frontend.delete(last.contact_id);
}

/** Brings the copy up to date, which then is the address book. */
async function compareWithCopy(): Promise<void> {
  await frontend.bringUpToDate(copy);

  const all = await everyOne(frontend.contacts());
  assert.deepEqual(copy.contacts, new Map(all.map((contact) => [contact.contact_id, contact])));
}

async function everyOne<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
