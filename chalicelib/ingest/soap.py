"""Outbound messages of Salesforce: SOAP in, an acknowledgment out.

A document type is refused before anything in it is read, so that no entity is ever declared or expanded.
"""

from xml.parsers import expat

from chalicelib.foundation.errors import InvalidInput, TooLarge
from chalicelib.ingest.envelope import MOST_RECORDS, Element, Envelope
from chalicelib.ingest.record_cells import UnreadableRecord, cells_of

TYPES = frozenset({"text/xml", "application/soap+xml"})
CONTENT_TYPE = "text/xml; charset=utf-8"
NOTIFICATION_ID = "notification_id"
_NAMESPACE = "http://soap.sforce.com/2005/09/outbound"
_DEEPEST = 32
_NIL = "http://www.w3.org/2001/XMLSchema-instance nil"
ACK = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    f'<notificationsResponse xmlns="{_NAMESPACE}"><Ack>true</Ack></notificationsResponse>'
    "</soapenv:Body></soapenv:Envelope>"
)


class _Refused(Exception):
    """The document is not read any further."""


def is_soap(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in TYPES


def read_notifications(body: bytes) -> Envelope:
    """The records of an outbound message: the fields of each notification's object, and the notification's id.

    Raises:
        InvalidInput: it is no outbound message, or declares a document type.
        TooLarge: it has too many notifications.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, _Refused, UnicodeError, ValueError):
        raise InvalidInput("The body is not an outbound message of Salesforce.") from None
    if not reader.records:
        raise InvalidInput("The body is not an outbound message of Salesforce.")
    if len(reader.records) > MOST_RECORDS:
        raise TooLarge(f"Send at most {MOST_RECORDS} records at once.", limit=MOST_RECORDS)
    return Envelope(tuple(map(_element, reader.records)), "soap")


def _element(record: dict[str, str | None]) -> Element:
    try:
        return Element(cells_of(record))
    except UnreadableRecord as unreadable:
        return Element({}, unreadable.code)


class _Reader:
    """Collects the fields of the objects in notifications. Ids of sessions and the like are outside of those."""

    def __init__(self) -> None:
        self.records: list[dict[str, str | None]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._is_nil = False

    def refuse(self, *_: object) -> None:
        raise _Refused

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(" ")[2])
        if len(self._path) > _DEEPEST:
            raise _Refused
        self._text, self._is_nil = [], attributes.get(_NIL, "") in ("true", "1")
        if name == f"{_NAMESPACE} Notification":
            self.records.append({})

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, _: str) -> None:
        value = None if self._is_nil else "".join(self._text).strip()
        if not self.records:
            self._path.pop()
            return
        match self._path[3:]:  # inside of envelope, body and notifications
            case ["Notification", "Id"]:
                self.records[-1][NOTIFICATION_ID] = value
            case ["Notification", "sObject", field]:
                self.records[-1][field] = value
        self._path.pop()
        self._text, self._is_nil = [], False
