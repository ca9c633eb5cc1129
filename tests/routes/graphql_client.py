"""Sends the GraphQL documents of a client of bulk create and cleanup."""

from tests.routes.service import CRON_SECRET, Service

START = """mutation($input: StartBulkCreateContactsInput!) { startBulkCreateContacts(input: $input) {
  jobId trackingKey clientSource clientReferenceId status totalCount processedCount successCount failureCount
  skippedCount
} }"""


JOB = """query($id: ID!) { bulkCreateContactsJob(jobId: $id) {
  jobId trackingKey clientSource clientReferenceId status totalCount processedCount successCount failureCount
  skippedCount
  contactIds errors { index field code message winnerIndex contactId }
} }"""


CONTACT = """query($id: ID!) { contact(contactId: $id) {
  contactId display customFields { name value type } emails { value label } birthday { year } groups
} }"""


START_CLEANUP = """mutation($input: StartBulkDeleteCreatedContactsInput!) {
  startBulkDeleteCreatedContacts(input: $input) {
  jobId bulkCreateJobId trackingKey dryRun status totalCount processedCount deletedCount notFoundCount forbiddenCount
  failedCount
} }"""


CLEANUP_JOB = """query($id: ID!) { bulkDeleteCreatedContactsJob(jobId: $id) {
  jobId bulkCreateJobId trackingKey dryRun status totalCount processedCount deletedCount notFoundCount forbiddenCount
  failedCount candidateContactIds deletedContactIds errors { contactId code message } kept { contactId reason }
} }"""


JOBS = """query($filter: BulkJobsFilter, $after: String, $first: Int) {
  bulkJobs(filter: $filter, after: $after, first: $first) { nextCursor jobs {
    __typename jobId status kind
    ... on BulkCreateContacts { successCount clientSource }
    ... on BulkDeleteCreatedContacts { deletedCount bulkCreateJobId }
  } }
}"""


ADA = {"display": "Ada", "emails": [{"value": "ada@x.org"}]}


BOB = {"display": "Bob", "emails": [{"value": "bob@x.org", "label": None}], "notes": None, "birthday": {"year": 1990}}


RICH = {
    "given": "Rita",
    "photoUrl": "https://x.org/rita.png",
    "addresses": [{"street": "Weg 1", "postalCode": "10115"}],
    "phones": [{"raw": "+49 30 901820"}],
    "urls": [{"value": "https://x.org"}],
    "groups": ["friends"],
    "phoneticGiven": "Riita",
    "customFields": [{"name": "Shoe size", "value": "38"}],
}


def raw(service: Service, query: str, variables: dict | None = None, who: str | None = "ann", **more):
    return service.post("/graphql", who=who, body={"query": query, "variables": variables, **more})


def run_query(service: Service, query: str, who: str = "ann", **variables: object) -> dict:
    """What a request that succeeds answers, without the name of its one field."""
    response = raw(service, query, variables, who)
    assert (response.status, response.json.get("errors")) == (200, None), response.text
    (body,) = response.json["data"].values()
    return body


def error_of(service: Service, query: str, who: str = "ann", **variables: object) -> dict:
    """The one error of a request that does not."""
    response = raw(service, query, variables, who)
    assert response.status == 200, response.text
    (error,) = response.json["errors"]
    return error


def work(service: Service) -> None:
    for _ in range(3):  # a job a run: only the head of a line is due
        service.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)


def create_contacts(service: Service, *contacts: dict, who: str = "ann", **options: object) -> dict:
    begun = run_query(service, START, who, input={"contacts": list(contacts), **options})
    work(service)
    return run_query(service, JOB, who, id=begun["jobId"])


def clean_up(service: Service, who: str = "ann", **wanted: object) -> dict:
    begun = run_query(service, START_CLEANUP, who, input=wanted)
    work(service)
    return run_query(service, CLEANUP_JOB, who, id=begun["jobId"])


def book(service: Service, who: str = "ann") -> dict[str, dict]:
    return {each["display"]: each for each in service.get("/api/v1/contacts", who=who).json["contacts"]}
