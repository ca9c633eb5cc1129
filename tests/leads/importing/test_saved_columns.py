"""What the columns of a file of leads are by a mapping that was confirmed for a file of contacts."""

from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.target import Target
from chalicelib.leads.importing.saved_columns import saved_columns

CHANNELS = ("whatsapp", "sms", "email", "telegram")


def mapping_of(*headers: str, saved: dict[str, str], channel: str = "whatsapp", **rules: Rule) -> list[str]:
    """What the columns become, as a mapping of leads says it."""
    columns = [MappedColumn(header, Target.of(target)) for header, target in saved.items()]
    mapping = ColumnMapping(columns, rules=rules)
    return saved_columns(headers, mapping, channels=CHANNELS, channel=channel).fields_in_order()


def test_fields_that_leads_have_too_are_the_same():
    saved = {"A": "given", "B": "family", "C": "emails.1", "D": "phones.1", "E": "groups"}

    assert mapping_of("A", "B", "C", "D", "E", saved=saved) == [
        "first_name",
        "last_name",
        "email",
        "phone+identity:whatsapp",
        "tags",
    ]


def test_other_fields_become_custom_fields_under_their_headers_or_names():
    saved = {"Tel": "phones.1", "Born": "birthday", "Shoe": "custom_fields.1=Size", "Town": "addresses.1.city=work"}

    assert mapping_of("Tel", "Born", "Shoe", "Town", saved=saved)[1:] == ["custom:Born", "custom:Size", "custom:Town"]


def test_of_several_numbers_the_first_is_that_of_the_profile():
    saved = {"A": "phones.1", "B": "phones.2"}

    assert mapping_of("A", "B", saved=saved) == ["phone+identity:whatsapp", "custom:B"]


def test_columns_that_were_ignored_are_ignored():
    saved = {"Tel": "phones.1", "A": "", "Id": "uid", "Note": "notes"}

    assert mapping_of("Tel", "A", "Id", "Note", saved=saved, notes=Rule.NEVER)[1:] == ["ignore"] * 3


def test_a_header_that_names_a_channel_is_an_identity_whatever_it_is_of_contacts():
    saved = {"Tel": "phones.1", "Telegram ID": "custom_fields.1=Telegram"}

    assert mapping_of("Tel", "Telegram ID", saved=saved) == ["phone", "identity:telegram"]


def test_columns_that_the_mapping_does_not_know_are_recognized():
    assert mapping_of("City", "Email", "Quem", saved={"Quem": "name"}, channel="email") == [
        "custom:City",
        "email+identity:email",
        "name",
    ]


def test_a_scope_that_no_identity_has_is_a_custom_field():
    assert mapping_of("Tel", "Scope", saved={"Tel": "phones.1"})[1:] == ["custom:Scope"]
