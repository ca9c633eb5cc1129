"""Every key of the four DynamoDB tables: each kind of item, what it holds, who owns it and when it expires.

Stores build and read keys through these declarations alone. What is stored stays byte for byte: some words in keys are
older than the words of the code, such as `line` for the queue of a person's jobs.

`owner` and `person` are the `sub` of a person. A hashed part is a hash by `foundation.ids.id_of` or
`foundation.secret`, so that it contains no separator and no key contains a secret.
"""

from chalicelib.tables.item_kind import Index, Key, Table

__all__ = ["TABLES", "Key", "Table"]

# ── jobs

JOBS = Table(
    "jobs",
    logical_id="JobsTable",
    indexes=(
        # Proposes jobs that are due. Finished jobs, and those that are not at the front of their queue, are not in it.
        # In partitions of their own, proposes refreshes and e-mails that are due.
        Index("due", pk="due_shard", sk="due", sk_type="N"),
        # All jobs by the day they were created on, for an operator. Written once per job; commits do not touch it.
        Index("listed", pk="listed_day", sk="listed_at", sk_type="S"),
    ),
    expires_by="ttl",
)

JOB = JOBS.kind(
    "job#{job_id}",
    "job",
    holds="a job: its state, its counts and its cursor; in the index `due` while it is at the front of its queue",
    expires="two days after it was retired, 30 after the end of an erasure; others stay until their owner is erased",
)
LEDGER_CHUNK = JOBS.kind(
    "job#{job_id}",
    "ledger#{generation:06d}#{chunk:06d}",
    holds="the outcome of each source contact in one chunk of a job",
)
BOOK_QUEUE = JOBS.kind(
    "owner#{owner}",
    "line",
    holds="the ids of the owner's unfinished jobs that change the book, in the order in which they run",
)
LANE_QUEUE = JOBS.kind(
    "owner#{owner}",
    "lane#{lane}",
    holds="the ids of the owner's unfinished jobs in another lane; deleted with the last of them",
)
LANES = JOBS.kind("owner#{owner}", "owner", holds="the ids of the owner's unfinished jobs in all those other lanes")
BOOK = JOBS.kind(
    "owner#{owner}",
    "book",
    holds="the state of a book: the number of edits, the last of them, whether it has statuses or is being erased",
)
FOLLOWED_BOOK = JOBS.kind(
    "owner#{owner}",
    "followed",
    holds="the last look at a book that somebody follows by its changes, and the name of its blob",
    expires="75 days after the last look, which is taken again after 30 days while somebody follows",
)
LISTED_JOB = JOBS.kind(
    "owner#{owner}",
    "job#{created:013d}#{job_id}",
    holds="one for each job: the owner's list of jobs, and in the index `listed` the list of all jobs",
)
RETIRED_JOB = JOBS.kind(
    "owner#{owner}",
    "retired#{job_id}",
    holds="a job that is no longer in any list, and expires; so an erasure before that finds it",
    expires="with the job, after two days",
)
IDEMPOTENCY_KEY = JOBS.kind(
    "once#{hashed}",
    "once",
    holds="the id of the job or contact that was created with an idempotency key, by a hash of its owner and the key",
    expires="after 24 hours",
)
ACTIVITY = JOBS.kind(
    "activity#{date}",
    "{at:013d}#{event_id}",
    holds="something that happened and is no job, by its UTC day; of an erased person, also what their jobs were",
    expires="after a year",
    of_person=False,  # an erasure takes the person out and leaves what happened
)
OWN_ACTIVITY = JOBS.kind(
    "owner#{owner}",
    "activity#{at:013d}#{event_id}",
    holds="a pointer to what happened, among all that a person did or that was done with their data",
    expires="after a year",
)
SPENT_REQUESTS = JOBS.kind(
    "requests#{bucket}",
    "requests",
    holds="when all requests that a person spent lately will be back, by a hash of the person and the client that acts",
    expires="a day after the last of them",
)
SCHEDULE_RUN = JOBS.kind("schedule", "run", holds="when the schedule last ran", of_person=False)
LISTED_BOOK = JOBS.kind(
    "books#{shard:02d}",
    "{owner}",
    holds="that the person has a book; the list of all books is spread over partitions by a hash of the owner",
)
REFRESH = JOBS.kind(
    "owner#{owner}",
    "refresh#{connection_id}",
    holds="how often a connected account is imported again, and what came of it; in the index `due` unless it is off",
)
WAITING_EMAIL = JOBS.kind(
    "owner#{owner}",
    "mail#{email_id}",
    holds="an e-mail that is to be sent, without its address; in the index `due`, and deleted once it is sent",
    expires="after a week",
)
VENDOR_CONTROL = JOBS.kind(
    "vendor#{vendor}",
    "control",
    holds="what operators decided about a vendor of enrichment, its sealed keys, and what became of its runs",
    of_person=False,
)
VENDOR_SPEND = JOBS.kind(
    "vendor#{vendor}",
    "spend",
    holds="what the calls to a vendor cost, by day and by run, and the calls that have begun and not ended",
    of_person=False,
)

INGEST_GATE = JOBS.kind(
    "ingest#{source_id}",
    "gate",
    holds="how much a source has sent lately, and the job that will take it; in the index `due` while records wait",
)
WANTED_EVENTS = JOBS.kind(
    "endpoints#{owner}",
    "wanted",
    holds="which events each endpoint of an owner wants, so that nothing is written for anyone else",
)
EVENT = JOBS.kind(
    "events#{owner}",
    "{at:013d}#{event_id}",
    holds="events that happened together and are not handed out to the endpoints yet; in the index `due`",
    expires="after 30 days",
)
ENDPOINT = JOBS.kind(
    "endpoints#{owner}",
    "endpoint#{endpoint_id}",
    holds="an endpoint that gets events: its URL, its sealed secrets and its state; in the index `due` while it waits",
)
WAITING_DELIVERY = JOBS.kind(
    "deliveries#{owner}#{endpoint_id}",
    "waiting#{at:013d}#{event_id}",
    holds="an event that an endpoint has not accepted yet, with all attempts",
    expires="30 days after the last attempt",
)
PAST_DELIVERY = JOBS.kind(
    "deliveries#{owner}#{endpoint_id}",
    "past#{at:013d}#{event_id}",
    holds="an event that an endpoint has accepted, or that was given up, with all attempts",
    expires="30 days after the last attempt",
)

DUE_SHARD = "due#{shard:02d}"  # partition of the index `due`
DUE_REFRESHES = "refresh"  # another one; a run of the schedule takes a few dozen of it, so one is enough
DUE_INGEST = "ingest"  # another one, of sources whose records wait
DUE_EVENTS = "events"  # another one: events that are not handed out yet
DUE_ENDPOINTS = "endpoints"  # another one: endpoints to which something can be sent
DUE_EMAILS = "email"  # likewise
LISTED_DAY = "day#{date}"  # partition of the index `listed`; date as 2026-11-28, in UTC
LISTED_AT = "{created:013d}#{job_id}"  # its sort key; created in milliseconds, so that text sorts like time

# ── contacts

CONTACTS = Table("contacts", logical_id="ContactsTable")

CONTACT = CONTACTS.kind(
    "{owner}#{shelf:02d}",
    "{contact_id}",
    holds="a contact with all its source records; a book is spread over shelves by a hash of the contacts' ids",
)
DELETION_MARKER = CONTACTS.kind(
    "{owner}#{shelf:02d}",
    "~grave#{contact_id}",
    holds="the source ids of a contact that the person deleted, and keyed hashes of who it was; imports skip them",
)
DELETION_KEY = CONTACTS.kind(
    "{owner}#{shelf:02d}",
    "~key#deletions",
    holds="the key of these hashes, one for each book, on the shelf 00; made when the person first deletes a contact",
)
REMEMBERED_PAIR = CONTACTS.kind(
    "{owner}#00",
    "~pair#{pair_id}",
    holds="that a person said of two contacts that they are the same or different, by their records; on one shelf",
)
REDIRECT = CONTACTS.kind(
    "{owner}#merged",
    "{contact_id}",
    holds="which contact this one was merged into, and what was moved; in a partition that no read of the book reads",
)
PAST_MOVE = CONTACTS.kind(
    "{owner}#past",
    "{contact_id}#{at:015d}#{kind}#{other_id}",
    holds="that a merge of this contact was taken back, or that it was split, with when and who; for its history",
)
ENRICHMENT_STATUS = CONTACTS.kind(
    "{owner}#{shelf:02d}#status",
    "{contact_id}",
    holds="the latest attempt of each vendor to enrich the contact; eight partitions that no read of the book reads",
)

# ── people

# The logical id dates from when the table held only connections; a different one would replace the table.
PEOPLE = Table("people", logical_id="ConnectionsTable", expires_by="ttl")

CONNECTION = PEOPLE.kind(
    "owner#{owner}",
    "connection#{connection_id}",
    holds="a connected account, its sealed tokens and the state of its incremental import",
)
FILE_IMPORT = PEOPLE.kind(
    "owner#{owner}",
    "file#{import_id}",
    holds="an import of a file: its state, and the names of what the bucket has of it",
)
FILE_DECISION = PEOPLE.kind(
    "owner#{owner}",
    "decision#{import_id}#{position:06d}",
    holds="what the person decided about a row of an imported file that was in conflict with a contact",
)
CONSENT = PEOPLE.kind(
    "consent#{consent_id}",
    "consent",
    holds="a consent in progress, by a hash of its state",
    expires="after ten minutes",
)
HELD_CONSENT = PEOPLE.kind(
    "held#{held_id}",
    "held",
    holds="a consent that returned to another browser than the one that began it, by a hash of its key",
    expires="with the consent",
)
SESSION = PEOPLE.kind(
    "sessions#{owner_id}",
    "session#{hashed}",
    holds="a person who is signed in on our pages, by a hash of the cookie's secret",
    expires="after 12 hours",
)
COLLECTION = PEOPLE.kind(
    "collection#{collection_id}", "collection", holds="a collection: its name, its owner, its editors and its viewers"
)
MEMBER_BLOCK = PEOPLE.kind(
    "collection#{collection_id}",
    "members#{hashed_adder}#{block}",
    holds="contacts that one person added to a collection at one time, as a set of ids",
)
COLLECTION_LINK = PEOPLE.kind(
    "person#{person}",
    "collection#{collection_id}",
    holds="one for each collection that a person is in or has contacts in: the list of their collections",
)
SENT_INVITATION = PEOPLE.kind(
    "person#{person}",
    "sent#{collection_id}#{hashed_invited}",
    holds="an invitation, among those of the person who sent it",
    expires="with the invitation",
)
RECEIVED_INVITATION = PEOPLE.kind(
    "person#{person}",
    "invitation#{invited_at:015d}#{collection_id}",
    holds="a pointer to an invitation, among those of the invited person; the instant in milliseconds orders them",
    expires="with the invitation",
)
BLOCKED_SENDER = PEOPLE.kind(
    "person#{person}", "blocked#{hashed_sender}", holds="a sender whose invitations this person does not see"
)
REVIEW_DECISION = PEOPLE.kind(
    "reviews#{owner}",
    "decided#{review_id}",
    holds="what a person decided of two contacts, or of a row of a file that waited, and what undoing it takes",
    expires="after 90 days",
)
REVIEW_LATER = PEOPLE.kind("reviews#{owner}", "later#{review_id}", holds="a review that a person put off")

ENRICHMENT_CHOICE = PEOPLE.kind(
    "owner#{owner}",
    "enrichment",
    holds="whether a person lets us ask vendors about their contacts, and whether their contacts are enriched at all",
)

INGEST_SOURCE = PEOPLE.kind(
    "ingest#{source_id}",
    "source",
    holds="a system that sends records: hashes of its keys, its sealed signing secret, and how its records are read",
)
INGEST_LISTED = PEOPLE.kind(
    "owner#{owner}", "ingest#{source_id}", holds="one for each source: the list of a person's or organization's sources"
)
INGEST_ARRIVAL = PEOPLE.kind(
    "ingest#{source_id}#arrivals",
    "{at:015d}#{arrival_id}",
    holds="records of one request that no job has taken yet, or the name of the blob that has them",
    expires="after 30 days",
)
INGEST_REQUEST = PEOPLE.kind(
    "ingest#{source_id}#requests",
    "{hashed}",
    holds="what was answered to a request with an id of its own, by a hash of that id",
    expires="after a week",
)
INGEST_APPLIED = PEOPLE.kind(
    "ingest#{source_id}#applied",
    "{hashed}",
    holds="what a source last said of one record: its time, its events and its fields, by a hash of the record's id",
)
INGEST_FAILED = PEOPLE.kind(
    "ingest#{source_id}#failed",
    "{at:015d}#{failed_id}",
    holds="a record that could not be imported, with the reason, until it is tried again",
    expires="after 30 days",
)
MAILBOX = PEOPLE.kind(
    "owner#{owner}",
    "mailbox",
    holds="the e-mail address of a person that the issuer verified, and which e-mails the person wants",
)
GRANT = PEOPLE.kind(
    "owner#{owner}",
    "grant#{hashed}",
    holds="the scopes that a person allows a service client, and since when; by a hash of the client's id",
)
UNSUBSCRIBE = PEOPLE.kind(
    "unsubscribe#{link_id}",
    "unsubscribe",
    holds="whose mailbox a link in an e-mail belongs to; deleted with the address",
)

# ── leads

LEADS = Table("leads", logical_id="LeadsTable", expires_by="ttl")

LEAD = LEADS.kind(
    "{organization}#{shard:04d}",
    "{lead_key}",
    holds="whom an identity belongs to, and the lead that was created with it; by a keyed hash of the identity",
    expires="30 days after the lead was deleted; what an erasure leaves stays, so that nobody creates the lead again",
    of_person=False,  # of an organization, whose admins erase it
)
LEAD_SHARDS = LEADS.kind(
    "{organization}#shards",
    "shards",
    holds="the numbers of the shards in which an organization has items",
    of_person=False,
)
LEAD_KEY = LEADS.kind(
    "key",
    "key",
    holds="the key of these hashes, one for the whole deployment, sealed; made when the first lead is looked up",
    of_person=False,
)

# ── all of them

TABLES = {table.name: table for table in (JOBS, CONTACTS, PEOPLE, LEADS)}
#: A key that no item has: reading it shows whether a table responds.
NO_ITEM = Key("check", "check")
