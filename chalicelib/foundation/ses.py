"""Sends e-mails by Amazon SES (API version 2). SES encodes what it is given, so no header can be injected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail to one person."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    #: Further headers, in printable ASCII.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class EmailNotSent(Exception):
    """SES has not accepted an e-mail, or its response was lost. The message is the code of the error, and no address.

    Args:
        is_outage: whether no other e-mail would be accepted at this moment either.
    """

    def __init__(self, code: str, *, is_outage: bool) -> None:
        super().__init__(code)
        self.code, self.is_outage = code, is_outage


class SendsEmails(Protocol):
    """The port to a service that sends e-mails."""

    def send(self, email: Email) -> None:
        """Hand the e-mail over.

        Raises:
            EmailNotSent: it was not accepted, or this is unknown.
        """


@dataclass(frozen=True)
class Ses:
    """SES, by a client of botocore."""

    client: Any
    sender: str
    configuration_set: str = ""

    def send(self, email: Email) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self.client.send_email(**self._request(email))
        except ClientError as refused:
            code = refused.response.get("Error", {}).get("Code", "")
            raise EmailNotSent(code, is_outage=code not in _OF_THIS_EMAIL) from refused
        except BotoCoreError as failed:  # no connection, or no response in time
            raise EmailNotSent(type(failed).__name__, is_outage=True) from failed

    def _request(self, email: Email) -> dict[str, Any]:
        request: dict[str, Any] = {
            "FromEmailAddress": self.sender,
            "Destination": {"ToAddresses": [email.to]},
            "Content": {
                "Simple": {
                    "Subject": _text(email.subject),
                    "Body": {"Text": _text(email.text), "Html": _text(email.html)},
                    "Headers": [{"Name": name, "Value": value} for name, value in email.headers.items()],
                }
            },
        }
        return {**request, "ConfigurationSetName": self.configuration_set} if self.configuration_set else request


_OF_THIS_EMAIL = {"BadRequestException", "MessageRejected"}


def _text(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
