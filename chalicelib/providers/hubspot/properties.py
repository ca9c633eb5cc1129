"""The properties of HubSpot's contacts that are read, and what an account calls its own.

An account's own properties, and the labels of options, are in its property definitions. Of each record's values we add
the labels that it needs (`LABELS`), so that records can be read one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chalicelib.foundation.json import Json

LABELS = "_labels"  # what `listing.py` adds to a record: by property, what it and its value are called
UNREAD = "_unread"  # whether the account has more properties than a request can name
STAGE = "lifecyclestage"
MERGED = "hs_merged_object_ids"
MODIFIED = "lastmodifieddate"
TEXT_FIELDS = (
    ("salutation", "prefix"),
    ("firstname", "given"),
    ("lastname", "family"),
    ("company", "organization"),
    ("jobtitle", "title"),
)
EMAILS = (("email", ""), ("work_email", "work"), ("hs_additional_emails", ""))
PHONES = (("phone", ""), ("mobilephone", "mobile"), ("hs_whatsapp_phone_number", "whatsapp"), ("fax", "fax"))
COUNTRY_CODES = ("hs_country_region_code", "country", "hs_calculated_phone_number_country_code")
ADDRESS_FIELDS = (("city", "city"), ("state", "region"), ("zip", "postal_code"), ("country", "country"))
LINKS = (("website", ""), ("hs_linkedin_url", "linkedin"))
# Kept as custom fields, under these names unless the account calls them otherwise.
CUSTOM_FIELDS: Mapping[str, str] = {
    "hs_lead_status": "Lead status",
    "hs_buying_role": "Buying role",
    "hs_language": "Preferred language",
    "seniority": "Seniority",
    "job_function": "Job function",
    "industry": "Industry",
    "annualrevenue": "Annual revenue",
    "numemployees": "Number of employees",
    "message": "Message",
    "linkedinbio": "LinkedIn bio",
    "twitterbio": "Twitter bio",
    "gender": "Gender",
    "marital_status": "Marital status",
    "relationship_status": "Relationship status",
    "military_status": "Military status",
    "school": "School",
    "degree": "Degree",
    "field_of_study": "Field of study",
    "graduation_date": "Graduation date",
    "start_date": "Start date",
}
STAGES: Mapping[str, str] = {  # as HubSpot names them, for accounts whose definitions we cannot read
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}
READ = tuple(
    dict.fromkeys(
        (
            *(name for name, _ in (*TEXT_FIELDS, *EMAILS, *PHONES, *ADDRESS_FIELDS, *LINKS)),
            *("address", "date_of_birth", "twitterhandle", STAGE, MERGED, MODIFIED),
            *COUNTRY_CODES,
            *CUSTOM_FIELDS,
        )
    )
)
ROOM_FOR_OWN = 5_000  # characters of names in a query; proxies refuse addresses of more than about 8,000
TRANSLATED = (STAGE, *CUSTOM_FIELDS)


@dataclass(frozen=True, slots=True)
class Definitions:
    """What an account calls its properties and their options."""

    #: The labels of properties: of the account's own ones, and of those in `TRANSLATED`.
    labels: Mapping[str, str] = field(default_factory=dict)
    #: The labels of options by value, by property.
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The names of the account's own properties, as many as a request can name.
    own: tuple[str, ...] = ()
    #: Whether it has more.
    has_more: bool = False

    @property
    def stages(self) -> dict[str, str] | None:
        """The names of the lifecycle stages by id, as records have them as groups; None if unknown."""
        options = self.options.get(STAGE)
        return None if options is None else {stage_id(value): label for value, label in options.items()}

    def annotate(self, record: Json) -> None:
        """Add to a record what the account calls its values."""
        properties = record.get("properties") if isinstance(record, dict) else None
        if not isinstance(properties, dict):
            return
        record[LABELS] = {
            name: [label, self._value_label(name, value)]
            for name, label in self.labels.items()
            if (value := properties.get(name)) not in (None, "")
        }
        if self.has_more:
            record[UNREAD] = True

    def _value_label(self, name: str, value: Json) -> Json:
        options = self.options.get(name)
        if not options or not isinstance(value, str):
            return value
        return "; ".join(options.get(each, each) for each in value.split(";") if each)


def stage_id(value: str) -> str:
    """The id of a lifecycle stage among a contact's groups."""
    return f"{STAGE}/{value}"


def definitions_of(listed: Json) -> Definitions:
    """The definitions in a response, whatever it contains."""
    known = {each["name"]: each for each in _definitions(listed)}
    own, has_more = _own_names(known)
    shown = [*own, *(name for name in TRANSLATED if name in known)]
    labels = {name: label for name in shown if isinstance(label := known[name].get("label"), str) and label}
    options = {name: found for name in shown if (found := _options(known[name].get("options")))}
    return Definitions({name: labels.get(name, name) for name in shown}, options, own, has_more)


def _definitions(listed: Json) -> Iterator[dict[str, Json]]:
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str) and _is_plain(each["name"]):
            yield each


def _own_names(known: Mapping[str, dict[str, Json]]) -> tuple[tuple[str, ...], bool]:
    """The account's own properties, which HubSpot neither defines nor hides."""
    names = sorted(
        name
        for name, each in known.items()
        if name not in READ and each.get("hubspotDefined") is not True and each.get("hidden") is not True
    )
    fitting: list[str] = []
    room = ROOM_FOR_OWN
    for name in names:
        room -= len(name) + 3  # with an escaped comma
        if room < 0:
            return tuple(fitting), True
        fitting.append(name)
    return tuple(fitting), False


def _options(listed: Json) -> dict[str, str]:
    options = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    pairs = [(each.get("value"), each.get("label")) for each in options]
    return {value: label for value, label in pairs if isinstance(value, str) and isinstance(label, str) and label}


def _is_plain(name: str) -> bool:
    return name.isascii() and name.replace("_", "").isalnum() and len(name) <= 255
