"""What the fields of a contact mean, for the description of the API. Loaded only when it is described."""

from chalicelib.foundation.openapi.vocabulary import Vocabulary

_ID = "7QmC2xW9Lk0aRz5tVb8nYg"

CONTACT_WORDS: Vocabulary = {
    "contact_id": ("The id of the contact: 22 characters, the same as long as the contact exists.", _ID),
    "display": ("The whole name, as it is shown.", "Ada Lovelace"),
    "prefix": ("What stands before the name.", "Dr."),
    "given": ("The first name.", "Ada"),
    "middle": ("The middle names.", "Byron"),
    "family": ("The last name.", "Lovelace"),
    "suffix": ("What stands after the name.", "PhD"),
    "phonetic_given": ("How the first name is pronounced.", "Ay-da"),
    "phonetic_middle": ("How the middle names are pronounced.", "By-ron"),
    "phonetic_family": ("How the last name is pronounced.", "Luv-lace"),
    "phonetic_organization": ("How the organization is pronounced.", "An-a-lit-i-kal"),
    "file_as": ("The name by which the contact is filed.", "Lovelace, Ada"),
    "nickname": ("The nickname.", "Countess"),
    "organization": ("The company or institution.", "Analytical Engines Ltd"),
    "department": ("The department there.", "Research"),
    "title": ("The job title there.", "Mathematician"),
    "emails": "The email addresses, the main one first.",
    "phones": "The phone numbers, the main one first.",
    "addresses": "The postal addresses.",
    "urls": "The web addresses.",
    "ims": "The handles of messengers and networks.",
    "events": "The days to remember.",
    "relations": "The related people.",
    "birthday": "The birthday: a date, a day without a year, or a year alone. Null or absent for none.",
    "custom_fields": "Values without a field of their own, each with a name.",
    "groups": ("The names of the groups that have the contact at its sources.", ["Friends"]),
    "notes": ("Notes; those of several sources one below the other.", "Met in London"),
    "photo_url": ("The address of a photo; nothing for none.", "https://example.com/ada.jpg"),
    "label": ("What sort of value it is, in the words of its source.", "work"),
    "value": ("The value.", "ada@example.com"),
    "raw": ("The number as it was written.", "+44 20 7946 0018"),
    "e164": ("The number in E.164: a plus sign and up to 15 digits. Nothing if it is unclear.", "+442079460018"),
    "extension": ("The extension, in digits.", "12"),
    "po_box": ("The post office box.", "PO Box 7"),
    "extended": ("Apartment, floor, building.", "2nd floor"),
    "street": ("The street and number; lines are separated by line breaks.", "12 St James's Square"),
    "postal_code": ("The postal code.", "SW1Y 4JH"),
    "city": ("The town.", "London"),
    "region": ("The state or province.", "Greater London"),
    "country": ("The country, as it was written.", "United Kingdom"),
    "year": ("The year.", 1815),
    "month": ("The month, 1 to 12.", 12),
    "day": ("The day of the month, 1 to 31.", 10),
    "type": ("How the text is meant.", "text"),
    "name": ("The name of the value.", "Customer number"),
    "possible_duplicates": ("The ids of contacts that share an address or a number and have another name.", [_ID]),
    "external_source": ("The tracking key of the bulk run that created it.", "crm-direct:2026-11-30:k3"),
    **{
        f"{kind}{name}.value": words
        for kind in ("Contact", "Input")
        for name, words in {
            "Email": ("The email address.", "ada@example.com"),
            "Event": ("The day: a date, a day without a year, or a text.", "1835-07-08"),
            "Relation": ("The name of the related person.", "Lord Byron"),
            "Url": ("The web address.", "https://example.com/ada"),
            "Im": ("The handle.", "ada.lovelace"),
            "CustomField": ("The value: text, a number or a date.", "C-1815"),
        }.items()
    },
    **{
        f"{name}Body.value": words
        for name, words in {
            "Event": ("The day: a date, a day without a year, or a text.", "1835-07-08"),
            "Relation": ("The name of the related person.", "Lord Byron"),
            "Url": ("The web address.", "https://example.com/ada"),
            "Im": ("The handle.", "ada.lovelace"),
            "CustomField": ("The value: text, a number or a date.", "C-1815"),
        }.items()
    },
}
