// A frontend's view of the service: what its screens would call. It has the generated types and nothing written by hand.

import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./contact-intake.js";

type Schemas = components["schemas"];
export type Contact = Schemas["ListedContact"];
type Filter = NonNullable<paths["/api/v1/contacts"]["get"]["parameters"]["query"]>;
export type ImportStatus = Schemas["Status"];


/** A copy of an address book, and up to where it is told. */
export interface Copy {
  contacts: Map<string, Contact>;
  since: string | null;
}

const ENDED = ["completed", "failed", "canceled", "partial"];
const SHORTEST_WAIT = 100; // milliseconds

export class Frontend {
  readonly #api: Client<paths>;
  /** How often a poll learned that nothing had changed. */
  unchanged = 0;

  constructor(service: string, token: string) {
    this.#api = createClient<paths>({ baseUrl: service, headers: { Authorization: `Bearer ${token}` } });
  }

  /** Where to send the person to connect an account, and the import that then begins. */
  async connect(provider: string): Promise<Schemas["ConsentStarted"]> {
    const params = { path: { provider } };
    return must(await this.#api.GET("/api/v1/contacts/import/{provider}/start", { params }));
  }

  /** The last status of an import, polled as often as the service asks. */
  async followImport(jobId: string, show: (status: ImportStatus) => void): Promise<ImportStatus> {
    const params = { path: { job_id: jobId } };
    return this.#follow(
      (headers) => this.#api.GET("/api/v1/contacts/import/status/{job_id}", { params, headers }),
      show,
    );
  }

  /** Every contact, page by page. */
  async *contacts(query: Filter = {}): AsyncGenerator<Contact> {
    let cursor: string | null = null;
    do {
      const params = { query: { ...query, limit: 20, ...(cursor === null ? {} : { cursor }) } };
      const page: Schemas["Contacts"] = must(await this.#api.GET("/api/v1/contacts", { params }));
      yield* page.contacts;
      cursor = page.next_cursor;
    } while (cursor !== null);
  }

  /** Brings a copy of the address book up to date. A contact that was merged is gone, and part of another one. */
  async bringUpToDate(copy: Copy): Promise<void> {
    for (let isUpToDate = false; !isUpToDate; ) {
      const params = { query: { limit: 50, ...(copy.since === null ? {} : { since: copy.since }) } };
      const answer = await this.#api.GET("/api/v1/contacts/changes", { params });
      const told = must(answer);
      for (const contact of told.changed) copy.contacts.set(contact.contact_id, contact);
      for (const contactId of [...told.deleted, ...told.merged.map((each) => each.contact_id)]) {
        copy.contacts.delete(contactId);
      }
      copy.since = told.since ?? copy.since;
      isUpToDate = told.is_current && !told.has_more;
      if (!told.has_more && !isUpToDate) await waitAsAsked(answer.response);
    }
  }

  async delete(contactId: string): Promise<void> {
    const params = { path: { contact_id: contactId } };
    const { error, response } = await this.#api.DELETE("/api/v1/contacts/{contact_id}", { params });
    if (!response.ok) must({ error, response });
  }

  async contact(contactId: string): Promise<Schemas["ContactInFull"]> {
    const params = { path: { contact_id: contactId } };
    const read = must(await this.#api.GET("/api/v1/contacts/{contact_id}", { params }));
    return read as Schemas["ContactInFull"];
  }

  /** Changes what is named, if nobody has changed the contact meanwhile. */
  async edit(contactId: string, body: Schemas["EditContactBody"]): Promise<Schemas["ContactInFull"]> {
    const params = { path: { contact_id: contactId } };
    return must(await this.#api.PATCH("/api/v1/contacts/{contact_id}", { params, body }));
  }

  /** Begins to create many contacts. The same key begins it once, however often it is sent. */
  async createMany(key: string, body: Schemas["BulkCreateBody"]): Promise<Schemas["BulkCreate"]> {
    const headers = { "Idempotency-Key": key };
    return must(await this.#api.POST("/api/v1/contacts/bulk", { body, headers }));
  }

  async followBulk(jobId: string): Promise<Schemas["BulkCreateInFull"]> {
    const params = { path: { job_id: jobId } };
    return this.#follow((headers) => this.#api.GET("/api/v1/contacts/bulk/{job_id}", { params, headers }), () => {});
  }

  async #follow<Status extends { status: string }>(
    ask: (headers: Record<string, string>) => Promise<Answer<Status>>,
    show: (status: Status) => void,
  ): Promise<Status> {
    let etag = "";
    for (;;) {
      const answer = await ask(etag ? { "If-None-Match": etag } : {});
      if (answer.response.status === 304) {
        this.unchanged++;
      } else {
        const status = must(answer);
        show(status);
        if (ENDED.includes(status.status)) return status;
        etag = answer.response.headers.get("ETag") ?? "";
      }
      await waitAsAsked(answer.response);
    }
  }
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What was asked for. A problem document says what is wrong instead, and becomes an error. */
function must<Data>({ data, error, response }: Answer<Data>): Data {
  if (data !== undefined) return data;
  const problem = error as Schemas["Problem"] | undefined;
  throw new Error(`${response.status} ${problem?.type}: ${problem?.detail} (${problem?.request_id})`);
}

async function waitAsAsked(response: Response): Promise<void> {
  const seconds = Number(response.headers.get("Retry-After") ?? 0);
  await new Promise((resolve) => setTimeout(resolve, Math.max(SHORTEST_WAIT, seconds * 1000)));
}
