"""What people send to edit a contact. Loaded only when one is read or described; `wanted` checks what it says."""

from pydantic import BaseModel, ConfigDict, Field


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LabelledBody(_Body):
    value: str
    label: str | None = None


class PhoneBody(_Body):
    raw: str
    e164: str | None = Field(default=None, description="May be sent back; it is read again from `raw`.")
    extension: str | None = Field(default=None, description="May be sent back; it is read again from `raw`.")
    label: str | None = None


class AddressBody(_Body):
    po_box: str | None = None
    extended: str | None = Field(default=None, description="Flat, floor, building.")
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    label: str | None = None


class BirthdayBody(_Body):
    year: int | None = None
    month: int | None = None
    day: int | None = None


class CustomFieldBody(_Body):
    name: str | None = Field(default=None, description="At most 64 characters.")
    value: str


class EditContactBody(_Body):
    """Members the contact should show; those left out stay as they are, null is again what the sources say.

    An empty text says that there is none. A list is said whole: a value of a source that is left out is hidden.
    """

    version: int | None = Field(default=None, ge=1, description="As you saw it; refused where it has another one now.")
    prefix: str | None = None
    given: str | None = None
    middle: str | None = None
    family: str | None = None
    suffix: str | None = None
    display: str | None = Field(
        default=None, description="If left out, it follows the parts of the name, unless it was set otherwise."
    )
    phonetic_given: str | None = None
    phonetic_middle: str | None = None
    phonetic_family: str | None = None
    file_as: str | None = Field(default=None, description="If left out, it is reset when the name changes.")
    nickname: str | None = None
    organisation: str | None = None
    phonetic_organisation: str | None = None
    department: str | None = None
    title: str | None = None
    notes: str | None = None
    birthday: BirthdayBody | None = None
    emails: list[LabelledBody] | None = None
    phones: list[PhoneBody] | None = None
    addresses: list[AddressBody] | None = None
    events: list[LabelledBody] | None = Field(default=None, description="2009-06-20, --06-20, or text.")
    relations: list[LabelledBody] | None = None
    urls: list[LabelledBody] | None = None
    ims: list[LabelledBody] | None = None
    custom_fields: list[CustomFieldBody] | None = None
    groups: list[str] | None = None
