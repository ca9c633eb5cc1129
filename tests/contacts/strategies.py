"""What sources may say, for Hypothesis: from plain to hostile, always in the shape of `ContactFields`."""

from typing import Any

from hypothesis import strategies as st

from chalicelib.contacts.contact_fields import TEXTS
from chalicelib.contacts.source import PERSON
from tests.contacts.making import GOOGLE, MICROSOFT, record

plain = st.sampled_from(["Ada", "ADA", "Lovelace", "Müller", "a@x.org", "A@X.org", "0170 1234567", "+49 170 1234567"])
untidy = st.sampled_from(["one\ntwo", "\none", "one\n", "one\r\ntwo", 'say "x"', "a\\b", "\\n", " a", "e\u0301"])
hostile = st.text(st.characters(), min_size=0, max_size=12)
texts = plain | untidy | hostile
whole_texts = plain | untidy | st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
YEARS = st.integers(1800, 2020) | st.integers(1, 2020)
SCALARS = TEXTS


def field_sets(text: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Any]:
    lists = {
        "emails": st.lists(_parts({"value": text}, {"label": text}), max_size=3),
        "phones": st.lists(_parts({"raw": text}, {"label": text}), max_size=3),
        "urls": st.lists(_parts({"value": text}, {"label": text}), max_size=2),
        "addresses": st.lists(_parts({}, {"street": text, "po_box": text, "city": text, "label": text}), max_size=2),
        **{each: st.lists(_parts({"value": text}, {"label": text}), max_size=2) for each in ("events", "ims")},
        "custom_fields": st.lists(_parts({"value": text}, {"name": text}), max_size=2),
        "groups": st.lists(text, max_size=3),
        "birthday": _parts(
            {},
            {
                "year": YEARS,
                "month": st.integers(1, 3),
                "day": st.integers(1, 3),
            },
        ),
    }
    return _parts({}, {**dict.fromkeys(SCALARS, text), **lists})


def records(text: st.SearchStrategy[str] = plain) -> st.SearchStrategy[list[Any]]:
    """Up to five records of one contact, clean, at most one of them the person's own."""
    from chalicelib.contacts.cleaning import clean_fields

    keys = st.tuples(st.sampled_from([PERSON, GOOGLE, MICROSOFT]), st.sampled_from(["1", "2"]))
    ids = st.lists(keys, max_size=5, unique_by=lambda key: key[0] if key[0] == PERSON else key)
    one = st.tuples(field_sets(text), st.integers(1, 3))
    return ids.flatmap(
        lambda keys: st.tuples(*[one for _ in keys]).map(
            lambda contents: [
                record(source, clean_fields(fields), source_id=source_id, first_seen=first_seen)
                for (source, source_id), (fields, first_seen) in zip(keys, contents, strict=True)
            ]
        )
    )


def _parts(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)
