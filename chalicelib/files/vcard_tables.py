"""The properties of vCards whose value is simply a text, a relation or an account, with what each of them means."""

from collections.abc import Mapping

#: The field of a text, and the name of the custom field that a second text becomes.
TEXTS: Mapping[str, tuple[str, str]] = {
    "NOTE": ("notes", "Notes"),
    "TITLE": ("title", "Title"),
    "SORT-STRING": ("file_as", "File as"),
    "X-DEPARTMENT": ("department", "Department"),
    "X-EVOLUTION-FILE-AS": ("file_as", "File as"),
    "X-PHONETIC-FIRST-NAME": ("phonetic_given", "Phonetic name"),
    "X-PHONETIC-LAST-NAME": ("phonetic_family", "Phonetic name"),
    "X-PHONETIC-MIDDLE-NAME": ("phonetic_middle", "Phonetic name"),
    "X-PHONETIC-ORG": ("phonetic_organization", "Phonetic organization"),
}
#: The name of the custom field.
CUSTOM_FIELDS: Mapping[str, str] = {
    "BIRTHPLACE": "Birthplace",
    "CALADRURI": "Calendar address",
    "CALURI": "Calendar",
    "CONTACT-URI": "Contact address",
    "DEATHPLACE": "Place of death",
    "EXPERTISE": "Skill",
    "FBURL": "Free/busy",
    "GEO": "Coordinates",
    "GRAMGENDER": "Grammatical gender",
    "HOBBY": "Interest",
    "INTEREST": "Interest",
    "LANG": "Language",
    "ORG-DIRECTORY": "Directory",
    "PRONOUNS": "Pronouns",
    "ROLE": "Role",
    "TZ": "Time zone",
    "X-CUSTOM1": "Custom 1",
    "X-CUSTOM2": "Custom 2",
    "X-CUSTOM3": "Custom 3",
    "X-CUSTOM4": "Custom 4",
    "X-GENDER": "Gender",
    "X-KADDRESSBOOK-X-OFFICE": "Office",
    "X-KADDRESSBOOK-X-PROFESSION": "Role",
    "X-MAIDEN-NAME": "Maiden name",
    "X-MAIDENNAME": "Maiden name",
}
#: The label of the relation.
RELATIONS: Mapping[str, str] = {
    "X-ASSISTANT": "assistant",
    "X-CHILD": "child",
    "X-EVOLUTION-ASSISTANT": "assistant",
    "X-EVOLUTION-MANAGER": "manager",
    "X-EVOLUTION-SPOUSE": "spouse",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistant",
    "X-KADDRESSBOOK-X-MANAGERSNAME": "manager",
    "X-KADDRESSBOOK-X-SPOUSENAME": "spouse",
    "X-MANAGER": "manager",
    "X-MS-ASSISTANT": "assistant",
    "X-MS-CHILD": "child",
    "X-MS-MANAGER": "manager",
    "X-MS-SPOUSE": "spouse",
    "X-SPOUSE": "spouse",
}
#: The service of the account; "" if the property does not say it.
ACCOUNTS: Mapping[str, str] = {
    "X-AIM": "aim",
    "X-GADU-GADU": "gadugadu",
    "X-GADUGADU": "gadugadu",
    "X-GOOGLE-TALK": "googleTalk",
    "X-GROUPWISE": "groupwise",
    "X-GTALK": "googleTalk",
    "X-ICQ": "icq",
    "X-JABBER": "jabber",
    "X-KADDRESSBOOK-X-IMADDRESS": "",
    "X-MATRIX": "matrix",
    "X-MS-IMADDRESS": "",
    "X-MSN": "msn",
    "X-QQ": "qq",
    "X-SIP": "sip",
    "X-SKYPE": "skype",
    "X-SKYPE-USERNAME": "skype",
    "X-TWITTER": "twitter",
    "X-YAHOO": "yahoo",
}
ANNIVERSARIES = (
    "ANNIVERSARY",
    "X-ANNIVERSARY",
    "X-EVOLUTION-ANNIVERSARY",
    "X-KADDRESSBOOK-X-ANNIVERSARY",
    "X-MS-ANNIVERSARY",
    "X-WEDDING-ANNIVERSARY",
)
#: They say nothing about the person.
ABOUT_THE_CARD = ("BEGIN", "CREATED", "END", "LANGUAGE", "PRODID", "PROFILE", "REV", "VERSION")
