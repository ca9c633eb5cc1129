"""Leads that are exported as CSV and imported again are the same leads, in any organization."""

import gzip
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chalicelib.foundation.channel_setting import ChannelSetting
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import Identity, InvalidIdentity
from chalicelib.leads.exporting.export_job import ExportFormat
from chalicelib.leads.exporting.export_lines import LeadLines
from chalicelib.leads.lead import Lead, LeadIdentity, Profile, Stamp
from chalicelib.leads.own_files import list_cell, listed_values
from chalicelib.leads.profile_input import checked_profile
from tests.examples import examples
from tests.leads.importing.import_desk import ImportDesk
from tests.leads.making import KEYS, NOON

CHANNELS = Channels(
    {
        "line": ChannelSetting(pattern=re.compile("U[0-9a-f]{4}"), scope="LINE channel"),
        "loyalty": ChannelSetting(),
        "desk": ChannelSetting(scope="desk"),
    },
    "US",
)
TEXTS = st.text(st.sampled_from("aZ9 ;,:/|'\"=+-@[]{}\\\n\u00e9\u4e2d*#"), max_size=12)
SCOPES = st.text(st.sampled_from("aZ9._:-"), min_size=1, max_size=6).filter(lambda text: text[0].isalnum())
DIGITS = st.integers(1, 10**15).map(str)
PHONES = st.one_of(
    st.integers(10**7, 10**8 - 1).map("+4917{}".format),
    st.integers(2 * 10**7, 10**8 - 1).map("+55119{}".format),
    st.integers(6 * 10**7, 10**8 - 1).map("+5511{}".format),  # without its ninth digit
    st.integers(55 * 10**8, 56 * 10**8 - 1).map("+521{}".format),
    st.integers(10**7, 10**8 - 1).map("+54911{}".format),
)
GIVEN: Mapping[str, st.SearchStrategy[str]] = {
    "whatsapp": PHONES | DIGITS.map("US.{}".format) | DIGITS.map("BR.ENT.{}".format),
    "sms": PHONES,
    "email": st.sampled_from(["a@x.org", "a/b@x.org", "a+b@b\u00fccher.example"]) | DIGITS.map("{}@x.org".format),
    "instagram": DIGITS | DIGITS.map("0{}".format),
    "messenger": DIGITS,
    "telegram": DIGITS,
    "line": st.integers(0, 0xFFFF).map("U{:04x}".format),
    "loyalty": TEXTS,
    "desk": TEXTS,
}


@st.composite
def identities(draw: st.DrawFn) -> Identity:
    channel = draw(st.sampled_from(sorted(GIVEN)))
    try:
        return CHANNELS.parse(channel, draw(GIVEN[channel]), scope=draw(SCOPES))
    except InvalidIdentity:
        assume(False)
        raise


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    custom, tags = draw(st.dictionaries(TEXTS, TEXTS, max_size=3)), draw(st.lists(TEXTS, max_size=4))
    return checked_profile(draw(TEXTS), draw(TEXTS), draw(TEXTS), custom, tags)


def _key(identity: Identity) -> str:
    return KEYS.of("acme", identity)


GROUPS = st.lists(st.lists(identities(), min_size=1, max_size=5, unique_by=_key), min_size=1, max_size=4)


@st.composite
def several_leads(draw: st.DrawFn) -> list[Lead]:
    """Leads of which no two have an identity in common."""
    seen: set[str] = set()
    leads: list[Lead] = []
    for group in draw(GROUPS):
        own = [identity for identity in group if _key(identity) not in seen]
        seen |= set(map(_key, own))
        leads += [lead_of(own, draw(profiles()))] if own else []
    return leads


def lead_of(own: Iterable[Identity], profile: Profile) -> Lead:
    kept = tuple(LeadIdentity.of(identity, _key(identity)) for identity in own)
    return Lead(kept[0].key, "acme", kept, profile, Stamp("api:1", 0), NOON, NOON)


def exported(leads: Iterable[Lead]) -> bytes:
    lines = LeadLines(ExportFormat.CSV, CHANNELS)
    return lines.header() + lines.lines(leads)


def known_of(leads: Iterable[Lead]) -> list[tuple[Any, ...]]:
    """What is known of each lead, in a fixed order."""
    return sorted((sorted(map(_form, lead.identities)), _values(lead.profile)) for lead in leads)


def _form(identity: LeadIdentity) -> tuple[str, ...]:
    return identity.channel, identity.scope, identity.kind, identity.form


def _values(profile: Profile) -> tuple[Any, ...]:
    return profile.name, profile.email, profile.phone, sorted(profile.custom.items()), profile.tags


def imported(content: bytes, desk: ImportDesk, **request: Any) -> Mapping[str, int]:
    """How many rows had which outcome."""
    job = desk.imported(content, **request)
    return {outcome: count for outcome, count in job.counts.items() if count}


@settings(max_examples=examples(60), deadline=None)
@given(several_leads(), st.booleans())
def test_an_export_gives_another_organization_the_same_leads(leads, is_packed):
    desk = ImportDesk(channels=CHANNELS)
    content = exported(leads)

    outcomes = imported(gzip.compress(content, mtime=0) if is_packed else content, desk)

    assert outcomes == {"created": len(leads)}
    assert known_of(desk.all_leads()) == known_of(leads)


@settings(max_examples=examples(30), deadline=None)
@given(several_leads())
def test_an_export_changes_nothing_in_its_own_organization(leads):
    desk = ImportDesk(channels=CHANNELS)
    imported(exported(leads), desk)

    outcomes = imported(exported(desk.all_leads()), desk, on_existing="overwrite")

    assert outcomes == {"unchanged": len(leads)}


@given(st.lists(TEXTS.filter(lambda text: text.strip()), max_size=4))
@example(["[vip]"])
@example(["a; b", " c"])
@example(['["a"]'])
def test_a_cell_of_several_values_keeps_each_of_them(values):
    assert listed_values(list_cell(values)) == values


@pytest.mark.parametrize(("values", "cell"), [(["a"], "a"), (["a", "b"], "a; b"), (["a;b"], '["a;b"]'), ([], "")])
def test_a_cell_of_several_values_is_plain_if_it_can_be(values, cell):
    assert list_cell(values) == cell
