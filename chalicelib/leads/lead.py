"""Lead: a possible customer as one organization knows them, and what brought them in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.leads.channels.identity import Identity

MOST_IDENTITIES = 20  # of one lead; all of them change in one transaction
MOST_CHANGES = 3  # by imports, of which a lead knows what they replaced
OF_REQUEST = "api:"  # begins the source of leads that a request created; ids of imports have no colon


@dataclass(frozen=True, slots=True)
class LeadIdentity:
    """An identity of a lead, as it is stored and shown."""

    channel: str
    #: what the identifier is unique in; "*" for the world
    scope: str
    kind: str
    #: the normal form that was written first, such as E.164
    form: str
    #: as it was given
    raw: str
    #: the key of its item, the same for all its spellings
    key: str

    @classmethod
    def of(cls, identity: Identity, key: str) -> "LeadIdentity":
        return cls(identity.channel, identity.scope, identity.kind, identity.form, identity.raw, key)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organization knows of a lead. Nothing in it is unique: families share numbers, and colleagues do."""

    name: str = ""
    email: str = ""
    phone: str = ""
    #: values of fields that the organization chose, by name
    custom: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which row of which import, or which input of which request, created or changed a lead."""

    #: the id of the import; for a request, its id after `OF_REQUEST`
    source: str
    #: the number of the row in the file, or of the input, from 0
    row: int
    #: later rows of the same import whose place it took
    superseded: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a lead by one import, and what it replaced."""

    stamp: Stamp
    #: the revision that the import left; while it is the lead's, nobody has changed the lead since
    rev: int
    #: the profile before the import
    profile: Profile
    #: how many identities the lead had before; those that the import attached come after them
    identities: int
    #: when the lead was last changed before
    changed_at: int


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead. It belongs to one organization, and so does everything known of it."""

    #: the key of the identity that it was created with; it stays when that identity moves to another lead
    id: str
    organization: str
    #: all that it is known by, in the order in which they were added
    identities: tuple[LeadIdentity, ...]
    profile: Profile
    created_by: Stamp
    #: milliseconds since 1970
    created_at: int
    changed_at: int
    #: counts the writes of its item, from 1; 0 if it was never stored
    rev: int = 0
    #: its last changes by imports, one for each import, in the order of the imports' first changes
    changes: tuple[Change, ...] = ()

    @property
    def change(self) -> Change | None:
        """The last change by an import; None if none has changed it since it was created."""
        return self.changes[-1] if self.changes else None

    @property
    def stamp(self) -> Stamp:
        """What created it, or the last import that changed it."""
        return self.created_by if self.change is None else self.change.stamp

    @property
    def source(self) -> str:
        """What created it: the id of an import, or "api"."""
        return "api" if self.created_by.source.startswith(OF_REQUEST) else self.created_by.source

    def later(self, at: int) -> int:
        """When it is changed by now: after its last change, also by a clock that is behind, so that an undo sees it."""
        return max(at, self.changed_at + 1)

    def change_by(self, source: str) -> Change | None:
        """Its change by this import; None if that has not changed it, or too many others have since."""
        return next((each for each in self.changes if each.stamp.source == source), None)

    def changed(
        self, stamp: Stamp, at: int, *, profile: Profile | None = None, added: tuple[LeadIdentity, ...] = ()
    ) -> "Lead":
        """The lead after an import has changed it. What an earlier row of the same import replaced stays known."""
        before = self.change_by(stamp.source)
        if before is None:
            change = Change(stamp, self.rev + 1, self.profile, len(self.identities), self.changed_at)
            changes = (*self.changes, change)[-MOST_CHANGES:]
        else:
            change = replace(before, stamp=stamp, rev=self.rev + 1)
            changes = tuple(change if each is before else each for each in self.changes)
        return replace(
            self,
            profile=self.profile if profile is None else profile,
            identities=self.identities + added,
            changed_at=self.later(at),
            changes=changes,
        )
