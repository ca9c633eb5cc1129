"""The contacts table: the books of all owners, each spread over shelves so that no partition holds an import back.

    pk                 sk                    row
    <owner>#<shelf>    <contact id>          ContactRow  one contact with all its source records
    <owner>#<shelf>    ~grave#<contact id>   GraveRow    what a person deleted: the ids its sources knew it by, no more

The models declare keys and attributes; `rows` builds and reads these items by hand, because they are many.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model


class _Keyed(Model):
    class Meta:
        table_name = "contacts"
        region = "us-east-1"  # PynamoDB wants one to build a request; nothing is ever sent from here

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class ContactRow(_Keyed):
    version = NumberAttribute()  # every write adds one and is conditional on it
    match = UnicodeAttribute()  # what matching needs, as `Entry.match`: names, identities, marks of the records
    content = UnicodeAttribute()  # the rest: what each record says and when, in the order of the marks


class DeletionMarkerRow(_Keyed):
    buried = UnicodeAttribute()  # [[source, id there], …]
