"""The types of the rows of `contact_fields.TABLE`, which describe the fields of a contact."""

from dataclasses import dataclass
from enum import Enum, Flag, StrEnum, auto

LONGEST_LINE = 1_000  # characters of a text without its own limit
MOST_VALUES = 200  # of a list


class Kind(StrEnum):
    """The type of a field."""

    LINE = "line"  # text without line breaks
    TEXT = "text"  # text of several lines
    LINK = "link"
    DAY = "day"  # {year, month, day}
    OBJECTS = "objects"  # a list of objects with `parts`
    LINES = "lines"  # a list of lines


class Holds(Enum):
    """The content of a part of a value, which determines how input is parsed and validated."""

    TEXT = auto()
    EMAIL = auto()
    PHONE = auto()
    SITE = auto()  # a web address; its scheme is added if missing
    WHEN = auto()  # a date, or any text
    TYPED = auto()  # text, a number or a date, depending on the part `type`
    CHOICE = auto()  # one of `choices`; the first is never stored


class Searched(Flag):
    """How a search matches a field."""

    NOT = 0
    NAME = auto()  # as a name, also across spaces
    WORDS = auto()
    ADDRESS = auto()  # in any part of it


class Section(StrEnum):
    """A section of the form for editing a contact."""

    NAME = "name"
    WORK = "work"
    REACH = "reach"  # ways to contact the person
    WEB = "web"
    MORE = "more"  # collapsed unless it has values


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a value in a list."""

    name: str
    title: str = ""
    #: The maximum number of characters.
    longest: int = LONGEST_LINE
    holds: Holds = Holds.TEXT
    #: The header of its columns in a CSV; "" for no columns.
    header: str = ""
    #: The allowed values, the default first.
    choices: tuple[str, ...] = ()
    #: Whether it may have line breaks.
    is_multiline: bool = False
    #: Whether it is computed from another part; it may be sent, but is ignored.
    is_derived: bool = False
    #: Whether it is more than a label: a value without any content is dropped.
    is_content: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """The columns of a field in both CSV exports."""

    header: str
    #: The maximum number of numbered columns of a list; further values share one more column.
    numbered: int = 5
    #: The number of numbered columns of a list even if no contact needs them.
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Property:
    """The property of a field in the vCard exports; text, unless `export_vcard` has a writer for it."""

    name: str
    #: Its name in version 3.0; "" for the same name.
    v3: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field in the edit form."""

    section: Section = Section.MORE
    #: The legend of a list.
    legend: str = ""
    #: The title of a text, or of each value of a list; "" for the field's own title.
    title: str = ""
    #: The title of the label of a value.
    label: str = "Kind"
    hint: str = ""
    #: The type of the HTML input; "lines" for several lines.
    input: str = "text"


@dataclass(frozen=True, slots=True)
class Bulk:
    """The limits of a field in bulk create."""

    #: The maximum number of characters of a text; None for the limit of the field.
    longest: int | None = None
    #: The maximum number of values of a list.
    most: int | None = 50


@dataclass(frozen=True, slots=True)
class ContactField:
    """One field of a contact."""

    name: str
    #: What pages call it.
    title: str
    kind: Kind = Kind.LINE
    #: The maximum number of characters of a text.
    longest: int = LONGEST_LINE
    #: The parts of each value of a list of objects; the first is the main one, the last its label.
    parts: tuple[Part, ...] = ()
    #: The maximum number of values of a list.
    most: int = MOST_VALUES
    #: The name of one value of a list, in names of types (InputEmail) and form fields (email_label).
    singular: str = ""
    #: Its description in the API.
    description: str = ""
    #: Whether it belongs to the name, which comes from one record as a whole.
    is_of_name: bool = False
    is_editable: bool = True
    searched: Searched = Searched.WORDS
    #: None if it has no column of its own in CSV exports.
    column: Column | None = None
    #: None if it has no property of its own in vCards.
    vcard: Property | None = None
    form: FormField = FormField()
    bulk: Bulk = Bulk()

    @property
    def label(self) -> str:
        """The part that is the label of a value of a list; "" for none."""
        return self.parts[-1].name if self.parts else ""

    @property
    def value(self) -> str:
        """The main part of a value of a list."""
        return self.parts[0].name

    @property
    def is_pair(self) -> bool:
        """Whether each of its values is one text with a label; other values have more fields in the form."""
        return self.kind is Kind.OBJECTS and sum(part.is_content for part in self.parts) == 1
