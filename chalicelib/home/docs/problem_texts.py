"""What each type of problem means, and how to mend it. Loaded only when it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemText:
    """The documentation of one type of problem."""

    #: Its HTTP statuses.
    statuses: tuple[int, ...]
    title: str
    #: What it means, in Markdown, as is all below.
    meaning: str
    #: What the caller does about it.
    mending: str


_WAIT = "Wait as long as `Retry-After` says, in seconds, then send the same request again."
_NOT_BY_CALLER = "Nothing in the request mends it. Tell whoever runs the service, and name the `request_id`."

#: By the last part of the `type`.
PROBLEM_TEXTS: dict[str, ProblemText] = {
    "bad-request": ProblemText(
        (400,),
        "Malformed request",
        "The request cannot be read: a body that is not JSON or not UTF-8, a repeated parameter, or a URL that works "
        "only once and was requested with `HEAD`.",
        "`detail` says what cannot be read. Correct it; sending the same request again gives the same answer.",
    ),
    "invalid-input": ProblemText(
        (422,),
        "Invalid request",
        "The request can be read, but a value in it is not allowed: a field, a parameter or a header. Parameters and "
        "fields that the operation does not have are not allowed either.",
        "`field` names the value, and `detail` says what is allowed. If there are several, `errors` lists all of them. "
        "Show them beside their inputs, and send the request again once they are corrected.",
    ),
    "invalid-contacts": ProblemText(
        (422,),
        "Some contacts are invalid",
        "Some contacts of a list cannot be created, so none was.",
        "`errors` has the `index` of each invalid contact in the list, counted from 0, the `field` and a `code`; "
        "`invalid_count` says how many there are. Correct them or leave them out, and send the whole list again.",
    ),
    "unreadable-file": ProblemText(
        (422,),
        "Unreadable file",
        "A file as a whole cannot be read: its format or its encoding is unknown, or it is damaged or empty.",
        "`detail` says what is wrong with it. Export it again, as CSV in UTF-8 or as vCard, and send that.",
    ),
    "unsupported-media-type": ProblemText(
        (415,),
        "Unsupported media type",
        "The body has another content type than the operation takes, or is compressed in a way that it does not know.",
        "Send `Content-Type: application/json` with JSON, or the type that the operation names.",
    ),
    "not-signed-in": ProblemText(
        (401,),
        "Sign-in required",
        "The request has no credentials: neither a bearer token nor the cookie of a session.",
        "Send `Authorization: Bearer …` with a token of the issuer. A person on a page signs in again.",
    ),
    "bad-token": ProblemText(
        (401,),
        "Invalid token",
        "There is a bearer token, but it cannot be accepted: it has expired, or it was issued by another issuer or for "
        "another audience, or its signature is wrong.",
        "Get a new token from the issuer. If that is refused too, compare its `iss` and `aud` with those that the "
        "service is set up for.",
    ),
    "not-allowed": ProblemText(
        (403,),
        "Permission denied",
        "The caller is known, but may not do this: they lack a role, or a request with a session cookie lacks its CSRF "
        "token.",
        "`detail` says which. Sign in as somebody with the role, or have it given to you at the issuer. On a page, "
        "reload it and try again.",
    ),
    "insufficient-scope": ProblemText(
        (403,),
        "Insufficient scope",
        "The token permits only what its scopes name, and this is not among it: a token to read, for example, changes "
        "nothing.",
        "`scopes` names those that do; an empty list means that only a token without scopes does. Ask the issuer for a "
        "token with one of them.",
    ),
    "not-found": ProblemText(
        (404,),
        "Not found",
        "It does not exist, or the caller may not know that it does: the two are answered alike. It can also be a path "
        "that the service does not have.",
        "Check the path and the id. An id is in the answer that created the thing, and in the list of its kind. A job "
        "begins to exist once the person has agreed to it; poll until then.",
    ),
    "method-not-allowed": ProblemText(
        (405,),
        "Method not allowed",
        "The path exists, but not with this method.",
        "The header `Allow` lists the methods that it has.",
    ),
    "conflict": ProblemText(
        (409,),
        "Conflict with the current state",
        "The request is valid, but not in the present state: somebody changed the thing since it was read, a job that "
        "it needs is still running, or an idempotency key was used for another request.",
        "Read the thing again, apply the change to what is there now, and send that with its new `version`. Use a new "
        "idempotency key for a new request.",
    ),
    "already-decided": ProblemText(
        (409,),
        "Already decided",
        "The review was decided before, by the same person elsewhere or by a job.",
        "The members of the problem say how and when. Show that; undo the decision first if it should be another one.",
    ),
    "contact-merged": ProblemText(
        (409,),
        "Contact merged",
        "The contact is part of another one now, so it cannot be changed by its old id.",
        "`merged_into` names the contact that has it. Read that one and change it.",
    ),
    "consent-needed": ProblemText(
        (409,),
        "New consent required",
        "The provider no longer accepts our access to the account: the person withdrew it, changed their password, or "
        "it expired.",
        "Have the person connect the account again: start with `connection` set to its id, and send them to the "
        "`authorization_url`.",
    ),
    "consent-void": ProblemText(
        (400,),
        "Invalid consent",
        "The person came back from the provider with a consent that cannot be used: it is unknown, was used before, "
        "has expired, or belongs to another provider.",
        "Start again with `GET /api/v1/contacts/import/{provider}/start`, and send the person to the new URL.",
    ),
    "consent-denied": ProblemText(
        (403,),
        "The account was not connected",
        "The person declined on the provider's screen, or their administrator does not allow it.",
        "Nothing was imported. Offer to start again; an administrator must allow the application first, if that is "
        "the reason.",
    ),
    "contacts-not-granted": ProblemText(
        (403,),
        "The account was not connected",
        "The person agreed on the provider's screen, but left out the permission to read contacts.",
        "Offer to start again, and say that the box of the contacts must stay ticked.",
    ),
    "sign-in-void": ProblemText(
        (400,),
        "Invalid sign-in",
        "The issuer's answer cannot be used: this browser did not ask for it, or it came too late.",
        "Sign in again, in one browser and within ten minutes.",
    ),
    "sign-in-denied": ProblemText(
        (403,),
        "You were not signed in",
        "The person canceled at the issuer, or the issuer refused them.",
        "Sign in again. If the issuer refuses, its administrator can say why.",
    ),
    "changed-meanwhile": ProblemText(
        (409,),
        "Lead changed meanwhile",
        "Somebody or an import has changed the lead since it was read.",
        "Read it again, and send the change with its new revision.",
    ),
    "last-identity": ProblemText(
        (409,),
        "Last identity of a lead",
        "A lead keeps at least one identity, since nobody could find it otherwise.",
        "Give it another identity first, or delete the lead.",
    ),
    "identity-taken": ProblemText(
        (409,),
        "Identity of another lead",
        "The identity belongs to another lead.",
        "`leadId` names that lead. Change it instead, or move the identity.",
    ),
    "identity-suppressed": ProblemText(
        (409,),
        "Erased identity",
        "The identity was erased at the wish of the person it belongs to, so no lead can have it.",
        "Leave it out. It cannot be given to a lead again.",
    ),
    "start-over": ProblemText(
        (410,),
        "Start over",
        "What is gone from the address book since `since` was given is no longer known: the token is older than 30 "
        "days, from before tokens had a checksum (version 1.0.0), or its book was erased.",
        "Discard your copy of the contacts, and follow the changes again without `since`.",
    ),
    "too-large": ProblemText(
        (413,),
        "Request too large",
        "The body, a list in it, or the contact that it would make is above a limit.",
        "`detail` has the limit and the size. Send less: split a list into several requests, or upload a file.",
    ),
    "too-many": ProblemText(
        (429,),
        "Too many requests",
        "More requests, unfinished jobs or changes at once than one person may have.",
        _WAIT + " Poll less often: `Retry-After` of each status says when to ask again.",
    ),
    "internal": ProblemText(
        (500,),
        "Internal error",
        "A fault of the service.",
        "Try again in a minute. If it keeps failing, tell whoever runs the service, and name the `request_id`, under "
        "which the log has the cause.",
    ),
    "misconfigured": ProblemText(
        (500,),
        "Service configuration error",
        "The service is not set up correctly for a provider: a wrong client secret, or an API that is not enabled.",
        _NOT_BY_CALLER,
    ),
    "seal-broken": ProblemText(
        (500,),
        "Unreadable stored secret",
        "A secret that the service keeps encrypted can no longer be decrypted.",
        "Connect the account again, or make a new secret for the endpoint. If that fails too, tell whoever runs the "
        "service, and name the `request_id`.",
    ),
    "upstream": ProblemText(
        (502,),
        "Upstream service not responding",
        "A service that this one depends on failed.",
        "Try again in a minute. Jobs try again by themselves.",
    ),
    "unavailable": ProblemText(
        (503,),
        "Upstream service not responding",
        "The storage or the issuer is not responding at the moment. Nothing of the request was done, or it can be sent "
        "again with the same idempotency key.",
        _WAIT,
    ),
    "source-paused": ProblemText(
        (503,),
        "Source paused",
        "The owner of the source has paused it. Nothing of the request was kept.",
        _WAIT + " The owner resumes it.",
    ),
    "out-of-time": ProblemText(
        (503,),
        "Time limit exceeded",
        "The work does not fit into the time of one request.",
        _WAIT + " Ask for less at once if it happens again: a smaller `limit`, or a filter.",
    ),
    "provider-busy": ProblemText(
        (503,),
        "Provider busy",
        "The provider, such as Google, asks to wait. An import waits by itself.",
        _WAIT,
    ),
    "provider-broken": ProblemText(
        (502, 503),
        "Unreadable provider response",
        "The provider answered with an error or something that cannot be read (502), or not at all (503).",
        "Try again in a minute. An import tries again by itself, a bounded number of times.",
    ),
    "provider-endless": ProblemText(
        (502,),
        "Endless provider list",
        "The provider's list of contacts does not come to an end, so the import was stopped.",
        "Trying again does not help. Tell whoever runs the service, and name the account's provider.",
    ),
}
