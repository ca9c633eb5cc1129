"""Amazon SES, as far as one message to one person goes, and the page with everything that was sent.

`SendEmail` of its API version 2: signed requests, one recipient, a text and HTML, further headers. Nothing leaves the
machine. Real SES also checks the signature, the sender's identity and its list of addresses that bounced.
"""

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING
from uuid import uuid4

from local.sandbox import screens
from local.sandbox.faults import Fault
from local.sandbox.wire import Json, Request, Response, as_json, as_page

if TYPE_CHECKING:
    from local.sandbox.world import World

_SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[a-z0-9-]+/ses/aws4_request, .*Signature=[0-9a-f]{64}"
)
_ADDRESS = re.compile(r"[\x21-\x7e]+@[\x21-\x7e]+")
_HEADER_NAME, _HEADER_VALUE = re.compile(r"[!-9;-@A-~]{1,126}"), re.compile(r"[ -~]{1,995}")
_OWN_HEADERS = {"to", "cc", "bcc", "from", "subject", "date", "message-id", "content-type", "mime-version"}


@dataclass(frozen=True, slots=True)
class SentEmail:
    """An e-mail that was accepted."""

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)


class _BadRequest(Exception):
    pass


def send_email(world: "World", request: Request, _fault: Fault | None) -> Response:
    """POST /v2/email/outbound-emails"""
    if not _SIGNATURE.fullmatch(request.headers.get("Authorization", "")):
        return _refusal("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
    try:
        email = _read(request.json)
    except _BadRequest as bad:
        return _refusal("BadRequestException", str(bad), 400)
    except (ValueError, KeyError, TypeError, AttributeError):
        return _refusal("SerializationException", "The request has not the form of SendEmail.", 400)
    world.emails.append(email)
    return as_json({"MessageId": email.message_id})


def page(world: "World", _request: Request, _fault: Fault | None) -> Response:
    """GET /mailbox: all e-mails, the newest first"""
    shown = "".join(map(_shown, reversed(world.emails))) or "<p>Nothing was sent so far.</p>"
    return as_page(screens.page("Sandbox", "Mailbox", shown))


def _read(body: Json) -> SentEmail:
    simple, to = body["Content"]["Simple"], body["Destination"]["ToAddresses"]
    if len(to) != 1 or not _ADDRESS.fullmatch(to[0]):
        raise _BadRequest("Illegal address")
    headers = {each["Name"]: each["Value"] for each in simple.get("Headers", ())}
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value) or name.lower() in _OWN_HEADERS:
            raise _BadRequest(f"Invalid header {name}")
    subject = simple["Subject"]["Data"]
    if "\n" in subject or "\r" in subject:
        raise _BadRequest("Invalid subject")
    text, html = (str(simple["Body"][part]["Data"]) for part in ("Text", "Html"))
    return SentEmail(str(uuid4()), body["FromEmailAddress"], to[0], subject, text, html, headers)


def _refusal(code: str, message: str, status: int) -> Response:
    return as_json({"message": message}, status, x_amzn_ErrorType=code)


def _shown(email: SentEmail) -> str:
    """An e-mail as a mail program shows it: without scripts, and with a button where it offers one click."""
    content = escape('<base target="_top">' + email.html)
    head = f"<h2>{escape(email.subject)}</h2><p>To {escape(email.to)}<br><small>From {escape(email.sender)}</small></p>"
    frame = f'<iframe title="{escape(email.subject)}" srcdoc="{content}" sandbox="{_SANDBOX}" {_STYLE}></iframe>'
    text = f"<details><summary>As text</summary><pre>{escape(email.text)}</pre></details>"
    return f"<article>{head}{frame}{text}{_one_click(email)}</article>"


_SANDBOX = "allow-top-navigation-by-user-activation"
_STYLE = 'style="width: 100%; height: 18rem; border: 1px solid #ccc"'


def _one_click(email: SentEmail) -> str:
    """What a mail program sends of an e-mail with these headers (RFC 8058)."""
    url, post = email.headers.get("List-Unsubscribe", ""), email.headers.get("List-Unsubscribe-Post", "")
    if not url or not post:
        return ""
    name, _, value = post.partition("=")
    hidden = f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
    return f'<form method="post" action="{escape(url.strip("<>"))}">{hidden}<button>Unsubscribe</button></form>'
