"""KeyedRow: the base of the PynamoDB models that stores build requests with; the stores send them."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model


class KeyedRow(Model):
    """An item with its key. The store that sends a request sets the table."""

    class Meta:
        table_name = "set by the store"
        region = "us-east-1"  # PynamoDB needs a region to build a request; it never sends one

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
