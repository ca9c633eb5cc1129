"""KeyedRow: the base of the PynamoDB models that stores build requests with; the stores send them."""

from base64 import b64decode, b64encode

from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.constants import BINARY
from pynamodb.models import Model


class KeyedRow(Model):
    """An item with its key. The store that sends a request sets the table."""

    class Meta:
        table_name = "set by the store"
        region = "us-east-1"  # PynamoDB needs a region to build a request; it never sends one

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class Base64Attribute(Attribute[bytes]):
    """Bytes in a binary attribute, written as DynamoDB's JSON has them, which our client sends as it is."""

    attr_type = BINARY

    def serialize(self, value: bytes) -> str:
        return b64encode(value).decode()

    def deserialize(self, value: str) -> bytes:
        return b64decode(value)
