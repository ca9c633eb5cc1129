"""KeyedRow: the base of the PynamoDB models that stores build requests with; the stores send them."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model


class KeyedRow(Model):
    """An item with its key. Whoever sends a request sets its table."""

    class Meta:
        table_name = "set by the store"
        region = "us-east-1"  # PynamoDB wants one to build a request; nothing is ever sent from here

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
