"""Texts come back as they were put, whatever they repeat and however many names they have."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.books.entry import Entry, text_of
from chalicelib.books.short_texts import ShortTexts
from tests.contacts.strategies import whole_texts

IDS = st.from_regex("[A-Za-z0-9_-]{1,8}", fullmatch=True)
NAMES = whole_texts | st.sampled_from(["google:g1", "job-1", ",", "", "[", '"', "\\"]) | IDS


def text_with(contact_id: str, *names: str) -> bytes:
    return text_of(Entry(contact_id, 1, names, (), ()).match(1))


class TestShortTexts:
    @given(st.dictionaries(IDS, st.lists(NAMES, max_size=4)))
    def test_texts_come_back_as_they_were_put(self, contacts):
        texts = ShortTexts()
        whole = {contact_id: text_with(contact_id, *names) for contact_id, names in contacts.items()}
        for contact_id, text in whole.items():
            texts.put(contact_id, text, contacts[contact_id])

        assert {contact_id: texts.get(contact_id) for contact_id in whole} == whole
        assert list(texts) == list(whole.values())

    def test_more_names_than_there_are_codes_stay_as_they_are(self):
        texts, names = ShortTexts(), [f"job-{number}" for number in range(40)]
        for name in names:
            texts.put(name, text_with(name, name), [name])

        assert [list(texts.naming(name)) for name in names] == [[text_with(name, name)] for name in names]

    def test_texts_that_name_the_same_are_found_among_others(self):
        texts = ShortTexts()
        texts.put("c1", text_with("c1", "google:g1", "job-1"), ["google:g1", "job-1"])
        texts.put("c2", text_with("c2", "google:g1", "job-2"), ["google:g1", "job-2"])

        assert list(texts.naming("job-2")) == [text_with("c2", "google:g1", "job-2")]
        assert list(texts.naming("job-3")) == []
