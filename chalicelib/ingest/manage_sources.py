"""Creates, changes and deletes sources, and rotates their keys. They are a person's or an organization's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import validate_tag
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.seal import Seal
from chalicelib.foundation.setting_kinds import InvalidSetting, region_of_phones
from chalicelib.ingest.envelope import ObjectKind
from chalicelib.ingest.forget_sources import ForgetSources
from chalicelib.ingest.lead_imports import LeadImports
from chalicelib.ingest.receive_records import seal_context
from chalicelib.ingest.signature_rule import SignatureRule
from chalicelib.ingest.source import LONGEST_NAME, MOST_SOURCES, IngestSource, RecordRules, SourceState
from chalicelib.ingest.source_key import fresh_key
from chalicelib.ingest.source_store import SourceStore

if TYPE_CHECKING:
    from chalicelib.files.mapping.column_mapping import ColumnMapping

MOST_FIELDS = 500  # that a source maps
LONGEST_FIELD = 200  # characters of a field's name, and of what it becomes
_FILL = "fill"
_OF_LEADS = ("keep", _FILL, "overwrite")
_CHANNEL = "whatsapp"  # of leads, if their source names none


class Destination(Protocol):
    """Where the records of a source go: a person's book, or an organization's leads."""

    def check(self, rules: RecordRules) -> RecordRules:
        """The rules, complete. Raises InvalidInput if they cannot be followed."""

    def saved_fields(self, saved: "ColumnMapping") -> Mapping[str, str]:
        """The fields of a mapping that a person confirmed for a file of contacts."""


@dataclass(frozen=True)
class ContactRules:
    """The rules of records that become contacts."""

    def check(self, rules: RecordRules) -> RecordRules:
        from chalicelib.ingest.contact_mapper import check_targets

        wrong = check_targets(rules.fields)
        if wrong is not None:
            words = f"{wrong!r} cannot become {rules.fields[wrong]!r}. Give a target of file imports, such as emails.1."
            raise InvalidInput(words, field="fields")
        rules = replace(rules, on_existing=rules.on_existing or OnExisting.UPDATE.value)
        if rules.on_existing not in tuple(OnExisting):
            raise InvalidInput(f"on_existing must be one of {', '.join(OnExisting)}.", field="on_existing")
        if rules.channel or rules.scope:
            raise InvalidInput("Only sources of leads have a channel.", field="channel")
        return rules

    def saved_fields(self, saved: "ColumnMapping") -> Mapping[str, str]:
        return {column.header: column.target.text for column in saved.columns if column.header}


@dataclass(frozen=True)
class LeadRules:
    """The rules of records that become leads."""

    imports: LeadImports

    def check(self, rules: RecordRules) -> RecordRules:
        rules = replace(rules, on_existing=rules.on_existing or _FILL, channel=rules.channel or _CHANNEL)
        if rules.on_existing not in _OF_LEADS:
            raise InvalidInput(f"on_existing must be one of {', '.join(_OF_LEADS)}.", field="on_existing")
        if rules.null_clears or rules.empty_clears:
            field = "null_clears" if rules.null_clears else "empty_clears"
            raise InvalidInput("Records clear no values of leads: null and empty texts leave them.", field=field)
        self.imports.check_channel(rules.channel)
        for target in rules.fields.values():
            self.imports.check_field(target, rules.channel)
        return rules

    def saved_fields(self, saved: "ColumnMapping") -> Mapping[str, str]:
        return self.imports.saved_fields(saved)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRequest:
    """What a caller wants of a source; None, and what `rules` does not name, stays as it is."""

    name: str | None = None
    tag: str | None = None
    rules: Mapping[str, Any]
    #: the id of a file import whose confirmed mapping gives the fields
    saved_mapping: str | None = None
    #: how requests are signed; "none" takes the signature off
    signature: SignatureRule | str | None = None
    signing_secret: str = ""
    key_in_url: bool | None = None
    of_object: ObjectKind | None = None
    paused: bool | None = None
    requests_per_minute: int | None = None
    records_per_day: int | None = None


@dataclass(frozen=True)
class ManageSources:
    """The use cases of owners."""

    sources: SourceStore
    forget: ForgetSources
    seal: Callable[[], Seal]
    clock: Clock
    #: the mapping of a person's file import; None if there is none
    saved_mapping: Callable[[str, str], "ColumnMapping | None"]
    #: the write that fails while an owner is being erased
    not_erasing: Callable[[str], Write]
    most_per_minute: int
    most_per_day: int

    def create(
        self, owner: str, person: str, request: SourceRequest, destination: Destination
    ) -> tuple[IngestSource, str]:
        """A new source, and its key, which is shown this once.

        Args:
            owner: whom it is for.
            person: who asks; saved mappings are theirs.

        Raises:
            InvalidInput: the request cannot be followed; `field` says why.
            Conflict: the owner has too many sources, or is being erased.
        """
        if len(self.sources.ids_of(owner)) >= MOST_SOURCES:
            raise Conflict(f"There can be {MOST_SOURCES} sources. Delete one that is no longer needed.")
        now, source_id = self.clock.now(), fresh_id()
        key, stored = fresh_key(source_id, now)
        empty = IngestSource(
            source_id=source_id,
            owner=owner,
            name="",
            tag="",
            rules=RecordRules(on_existing=""),
            keys=(stored,),
            created_at=now,
            requests_per_minute=self.most_per_minute,
            records_per_day=self.most_per_day,
        )
        source = self._changed(empty, person, request, destination)
        self.sources.add(source, check=[self.not_erasing(owner)] if source.organization is None else [])
        return source, key

    def change(
        self, owner: str, person: str, source_id: str, request: SourceRequest, destination: Destination
    ) -> IngestSource:
        """The source, changed. Raises NotFound, Conflict, and InvalidInput as `create`."""
        return self.sources.put(self._changed(self.sources.get(owner, source_id), person, request, destination))

    def rotate(self, owner: str, source_id: str, overlap: timedelta) -> tuple[IngestSource, str, datetime]:
        """A new key, beside which the last one stays valid for a while; returns until when.

        Raises:
            NotFound, Conflict: as `change`.
        """
        source, now = self.sources.get(owner, source_id), self.clock.now()
        key, stored = fresh_key(source_id, now)
        return self.sources.put(source.rotated(stored, now, overlap)), key, now + overlap

    def delete(self, owner: str, source_id: str) -> None:
        """Delete a source with what it has sent. What became of it stays. Raises NotFound."""
        self.sources.get(owner, source_id)
        self.forget.source(owner, source_id)

    def _changed(
        self, source: IngestSource, person: str, request: SourceRequest, destination: Destination
    ) -> IngestSource:
        name = source.name if request.name is None else _checked_name(request.name)
        tag = request.tag if request.tag is not None else source.tag or default_tag(name)
        source = replace(
            source,
            name=name,
            tag=validate_tag(tag),
            rules=destination.check(self._rules(source.rules, person, request, destination)),
            key_in_url=source.key_in_url if request.key_in_url is None else request.key_in_url,
            of_object=request.of_object or source.of_object,
            requests_per_minute=self._limit(
                request.requests_per_minute, source.requests_per_minute, self.most_per_minute, "requests_per_minute"
            ),
            records_per_day=self._limit(
                request.records_per_day, source.records_per_day, self.most_per_day, "records_per_day"
            ),
        )
        if request.paused is not None:
            source = replace(source, state=SourceState.PAUSED if request.paused else SourceState.ACTIVE)
        return self._signed(source, request)

    def _rules(self, rules: RecordRules, person: str, request: SourceRequest, destination: Destination) -> RecordRules:
        changed = replace(rules, **request.rules)
        if request.saved_mapping is not None:
            saved = self.saved_mapping(person, request.saved_mapping)
            if saved is None:
                words = "You have no such mapping. Name one of your file imports whose columns are confirmed."
                raise InvalidInput(words, field="saved_mapping")
            fields = {**destination.saved_fields(saved), **request.rules.get("fields", {})}
            changed = replace(changed, fields=fields, region=changed.region or saved.region)
        _check_fields(changed.fields)
        if changed.region:
            try:
                changed = replace(changed, region=region_of_phones(changed.region))
            except InvalidSetting as invalid:
                raise InvalidInput(f"region {invalid}", field="region") from None
        return changed

    def _signed(self, source: IngestSource, request: SourceRequest) -> IngestSource:
        match request.signature:
            case None:
                return source
            case str():
                return replace(source, signature=None, sealed_secret=None)
        rule = request.signature
        rule.check()
        rule.check_secret(request.signing_secret)
        context = seal_context(source.owner, source.source_id)
        return replace(source, signature=rule, sealed_secret=self.seal().seal(request.signing_secret.encode(), context))

    def _limit(self, wanted: int | None, before: int, most: int, field: str) -> int:
        if wanted is None:
            return before
        if not 1 <= wanted <= most:
            raise InvalidInput(f"This can be between 1 and {most:,} here.", field=field)
        return wanted


def default_tag(name: str) -> str:
    """The tag of a source whose owner chose none."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    return "-".join(filter(None, letters.split("-")))[:64].strip("-") or "ingest"


def _checked_name(name: str) -> str:
    name = name.strip()
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise InvalidInput(f"A name must have 1 to {LONGEST_NAME} printable characters.", field="name")
    return name


def _check_fields(fields: Mapping[str, str]) -> None:
    if len(fields) > MOST_FIELDS:
        raise InvalidInput(f"Map at most {MOST_FIELDS} fields.", field="fields")
    for name, target in fields.items():
        if not 0 < len(name) <= LONGEST_FIELD or len(target) > LONGEST_FIELD:
            words = f"The name of a field, and what it becomes, can have at most {LONGEST_FIELD} characters."
            raise InvalidInput(words, field="fields")
