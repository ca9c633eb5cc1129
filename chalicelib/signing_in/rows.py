"""What this room keeps in the people table, beside the accounts: who is signed in on a page.

    pk                     sk                  row
    sessions#<id>          session#<hash>      SessionRow  one session, by SHA-256 of its secret; <id> is made of the
                                                           owner, so that all of a person's sessions lie together

Sessions live for twelve hours; DynamoDB takes its time to delete what is older, so readers look at `expires_at`.
"""

from pynamodb.attributes import JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model


class SessionRow(Model):
    class Meta:
        table_name = "people"
        region = "us-east-1"  # PynamoDB wants one to build a request; nothing is ever sent from here

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    sub = UnicodeAttribute()
    label = UnicodeAttribute()
    roles = JSONAttribute()
    expires_at = NumberAttribute()
    ttl = TTLAttribute()
