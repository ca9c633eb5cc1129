"""The people table: accounts people connected, and the consents that are on their way.

    pk                     sk                  row
    owner#<owner>          connection#<id>     ConnectionRow  an account somebody let us read; its tokens only sealed
    consent#<hash>         consent             ConsentRow     a consent that was begun, by SHA-256 of its state
    held#<hash>            held                HeldRow        one that came back to a browser that did not begin it, by
                                                              SHA-256 of the key that confirms it

Consents live for ten minutes, those held for what is left of them. Collections live here too, under keys of their own:
see `chalicelib.collections.rows`.

The models declare keys and attributes and build requests; the stores send them.
"""

from pynamodb.attributes import BinaryAttribute, JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model


class _Keyed(Model):
    class Meta:
        table_name = "people"
        region = "us-east-1"  # PynamoDB wants one to build a request; nothing is ever sent from here

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class ConnectionRow(_Keyed):
    connection_id = UnicodeAttribute()
    owner = UnicodeAttribute()
    provider = UnicodeAttribute()
    account_id = UnicodeAttribute()
    address = UnicodeAttribute()
    scopes = JSONAttribute()
    state = UnicodeAttribute()
    sealed = BinaryAttribute(legacy_encoding=False, null=True)
    token_version = NumberAttribute()  # every save of tokens adds one
    sync = JSONAttribute(null=True)  # where the next incremental listing starts
    last_import = UnicodeAttribute(null=True)  # the job begun last
    last_finished = UnicodeAttribute(null=True)  # the import that read everything last
    decided = UnicodeAttribute(null=True)  # the import whose held-back removals somebody decided on
    disconnect_job = UnicodeAttribute(null=True)
    connected_at = NumberAttribute()
    disconnected_at = NumberAttribute(null=True)


class ConsentRow(_Keyed):
    owner = UnicodeAttribute()
    person = UnicodeAttribute()
    provider = UnicodeAttribute()
    return_to = UnicodeAttribute(null=True)
    binding = UnicodeAttribute()  # SHA-256 of the cookie of whoever began
    verifier = BinaryAttribute(legacy_encoding=False)  # PKCE, sealed
    job_id = UnicodeAttribute()
    expires_at = NumberAttribute()
    used = UnicodeAttribute(null=True)  # the nonce of the callback that used it
    ttl = TTLAttribute()


class HeldRow(_Keyed):
    owner = UnicodeAttribute()
    person = UnicodeAttribute()
    provider = UnicodeAttribute()
    return_to = UnicodeAttribute(null=True)
    job_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    address = UnicodeAttribute()
    scopes = JSONAttribute()
    sealed = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute()
    used = UnicodeAttribute(null=True)  # the nonce of the answer that used it
    ttl = TTLAttribute()
