"""Room: what each room declares about itself, once.

The app, the wiring, the job engine, erasing, the navigation, the API's description and the tests iterate over the
rooms in `chalicelib.wiring.rooms`; nothing else lists what a room has. A declaration is light to import: whatever is
slow to load is imported by the room's parts when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from chalicelib.foundation.aws_permission import Permission
    from chalicelib.foundation.email_draft import EmailDraft
    from chalicelib.foundation.graphql_part import GraphQlPart
    from chalicelib.foundation.http import Person
    from chalicelib.foundation.openapi.document import WebhookDescription
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.router import Router
    from chalicelib.foundation.schema import Schema
    from chalicelib.jobs.job import Job
    from chalicelib.jobs.job_kinds import JobKind
    from chalicelib.jobs.worker import Step
    from chalicelib.tables.item_kind import ItemKind

P = TypeVar("P")  # the class of a room's parts


@dataclass(frozen=True, kw_only=True)
class RoomJob(Generic[P]):
    """A kind of job of a room: the step that runs it, and what operators may do with it."""

    #: Its name, its outcomes, and whether it changes contacts.
    kind: JobKind
    #: The name of such a job on pages.
    title: str
    #: Whether operators see such a job among what happened. A job that only prepares something is left out.
    is_activity: bool = True
    #: Whether only the person whose job it is sees it there, since operators see what it is a part of.
    is_own_activity: bool = False
    #: What its owner is told by e-mail once it has ended by itself; None to tell nothing of such a job, or of this one.
    email: Callable[[Job], EmailDraft | None] | None = None
    #: The numbers in its details that tell there what it did, in place of its counts.
    counted: tuple[str, ...] = ()
    #: Builds the step of such a job; called when there is a job to run.
    step: Callable[[P], Step]
    #: Builds the function that is called after such a job has ended, if time is left; None if nothing follows.
    on_finished: Callable[[P], Callable[[Job], None]] | None = None
    #: Builds the function that cancels a job, by its owner and its id; None if such a job must run to its end.
    cancel: Callable[[P], Callable[[str, str], Job]] | None = None
    #: Why such a job cannot be canceled, for an operator who tries.
    not_cancelable: str = "A job of this kind cannot be canceled."
    #: Builds the function that runs a finished job again, by owner, id and idempotency key; None if it cannot be.
    retry: Callable[[P], Callable[[str, str, str | None], Job]] | None = None


@dataclass(frozen=True, slots=True)
class StoredData(Generic[P]):
    """Data that a room stores about a person, and how an erasure deletes it."""

    #: The kinds of items, and what the keys of objects in the bucket begin with, such as "pages/".
    what: tuple[ItemKind | str, ...]
    #: Deletes all of it for an owner; may be repeated. A running erasure stores its name. None only in the room of
    #: erasures, whose step needs the data until its end and then deletes it.
    forget: Callable[[P, str], object] | None


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A link in the header of every page."""

    #: Its path, which begins with a slash.
    path: str
    #: The text of the link.
    label: str
    #: Whether only operators see it.
    for_operators: bool = False
    #: Whether only people who have a role in an organization see it.
    for_organizations: bool = False

    def is_for(self, person: Person) -> bool:
        """Whether this person sees it."""
        return (person.is_operator or not self.for_operators) and (
            bool(person.organizations) or not self.for_organizations
        )


@dataclass(frozen=True, kw_only=True)
class Room(Generic[P]):
    """One room of the service and everything it adds to it."""

    #: Its package, and the attribute of `Wiring` that holds its parts.
    name: str
    #: What the API's description calls it, in the plural if it is about many.
    title: str
    #: What it is for, in a sentence or two for those who use the API.
    about: str
    #: Register the room's routes, in the order in which the API is described.
    routes: Sequence[Callable[[Router, P], None]] = ()
    #: The kinds of jobs that this room has.
    jobs: Sequence[RoomJob[P]] = ()
    #: Everything that the room stores about a person, in the order in which an erasure deletes it.
    keeps: Sequence[StoredData[P]] = ()
    #: What the keys of its objects in the bucket begin with that belong to organizations and not to persons. They
    #: expire, and the room deletes them when a lead in them is erased.
    organization_folders: tuple[str, ...] = ()
    #: Its links in the header of every page, in their order.
    navigation: Sequence[NavigationEntry] = ()
    #: Loads the JSON Schemas of its responses, by name; called when the API is described.
    schemas: Callable[[], Mapping[str, Schema]] = dict
    #: Loads what its fields and parameters mean, by their names; called when the API is described.
    vocabulary: Callable[[], Vocabulary] = dict
    #: Loads the descriptions of the messages that it sends to other systems, by their types.
    webhooks: Callable[[], Mapping[str, WebhookDescription]] = dict
    #: Loads what it adds to the GraphQL schema; called with the first GraphQL request. None for nothing.
    graphql: Callable[[P], GraphQlPart] | None = None
    #: The AWS permissions that its code needs beyond those of the core.
    permissions: Sequence[Permission] = ()


AnyRoom = Room[Any]
