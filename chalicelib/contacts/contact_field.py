"""What the table of a contact's members says of each: the columns of `members.TABLE`."""

from dataclasses import dataclass
from enum import Enum, Flag, StrEnum, auto

LONGEST_LINE = 1_000  # characters of what has no bound of its own
MOST_VALUES = 200  # of one list


class Kind(StrEnum):
    LINE = "line"  # text without line breaks
    TEXT = "text"  # text of several lines
    LINK = "link"
    DAY = "day"  # {year, month, day}
    OBJECTS = "objects"  # a list of objects with `parts`
    LINES = "lines"  # a list of lines


class Holds(Enum):
    """What a part of a value holds; where people type it, it is read and checked accordingly."""

    TEXT = auto()
    EMAIL = auto()
    PHONE = auto()
    SITE = auto()  # a web address; its scheme is added if missing
    WHEN = auto()  # a date, or text
    TYPED = auto()  # text, a number or a date, as the part `type` says
    CHOICE = auto()  # one of `choices`; the first is never stored


class Searched(Flag):
    """Where a search looks for a member."""

    NOT = 0
    NAME = auto()  # as a name: across spaces too
    WORDS = auto()
    ADDRESS = auto()  # any part of it


class Section(StrEnum):
    """Of the form in which people edit a contact."""

    NAME = "name"
    WORK = "work"
    REACH = "reach"  # how to reach somebody
    WEB = "web"
    MORE = "more"  # collapsed unless something is in it


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a value in a list.

    Args:
        header: of its columns in a CSV; "" for one that has none.
        is_multiline: may have line breaks.
        is_derived: follows from another part; people may send it back, but it is read again from there.
        says: a value without any such part says nothing.
    """

    name: str
    title: str = ""
    longest: int = LONGEST_LINE
    holds: Holds = Holds.TEXT
    header: str = ""
    choices: tuple[str, ...] = ()
    is_multiline: bool = False
    is_derived: bool = False
    is_content: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """How both CSV exports say a member.

    Args:
        numbered: columns at most, of a list; further values share one more column.
        at_least: columns of a list that exist even if no contact needs them.
    """

    header: str
    numbered: int = 5
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Property:
    """How the vCard exports say a member: a property with a writer of its own in `export_vcard`, else as text.

    Args:
        v3: its name in version 3.0, if another.
    """

    name: str
    v3: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """How the edit form says a member.

    Args:
        legend: of a list. title: of a text, or of each value of a list; the member's own if empty. label: of what
            labels a value. hint: what people may write. input: the type of the HTML input; "lines" for several lines.
    """

    section: Section = Section.MORE
    legend: str = ""
    title: str = ""
    label: str = "Kind"
    hint: str = ""
    input: str = "text"


@dataclass(frozen=True, slots=True)
class Bulk:
    """Limits of what a client may send: a text's characters, a list's values. None: those of the member."""

    longest: int | None = None
    most: int | None = 50


@dataclass(frozen=True, slots=True)
class ContactField:
    """One member of a contact.

    Args:
        title: what pages call it. about: what the API's description says of it.
        one: what one value of a list is called, in names of types (InputEmail) and of form fields (email_label).
        longest: characters of a text. most: values of a list.
        is_of_name: members of a name come from one record together.
        is_editable: a person may say it themselves.
        column: None for what no CSV says in a column of that kind.
    """

    name: str
    title: str
    kind: Kind = Kind.LINE
    longest: int = LONGEST_LINE
    parts: tuple[Part, ...] = ()
    most: int = MOST_VALUES
    singular: str = ""
    description: str = ""
    is_of_name: bool = False
    is_editable: bool = True
    searched: Searched = Searched.WORDS
    column: Column | None = None
    vcard: Property | None = None
    form: FormField = FormField()
    bulk: Bulk = Bulk()

    @property
    def label(self) -> str:
        """The part that labels a value of a list; "" for none."""
        return self.parts[-1].name if self.parts else ""

    @property
    def value(self) -> str:
        """The part that a value of a list is known by."""
        return self.parts[0].name

    @property
    def is_pair(self) -> bool:
        """Whether its values are a text and what labels it; else they have fields of their own in the form."""
        return self.kind is Kind.OBJECTS and sum(part.is_content for part in self.parts) == 1
