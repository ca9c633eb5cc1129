"""Damaged and hostile files of vCards: no exception, no card lost, and no more time than their size allows."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.contacts.cleaning import clean_fields_and_digest
from tests.examples import examples
from tests.files import writers_vcard
from tests.files.vcards import card_of, names_of, read, vcard

ANN = {
    "display": "Ann Müller; née Roe",
    "given": "Ann",
    "family": "Müller",
    "notes": 'one, "two"\nthree \\ four',
    "phones": [{"raw": "110", "label": "mobile"}, {"raw": "112", "label": "Ferienhaus, am See"}],
    "emails": [{"value": "a@x.example", "label": "work"}],
    "urls": [{"value": "https://x.example/a,b", "label": "home"}],
    "addresses": [{"street": "1 Main St; Apt 4\nFloor 2", "city": "Paris", "label": "home"}],
    "birthday": {"year": 1980, "month": 2, "day": 3},
}
WHOLE = [
    write({**ANN, "phones": ANN["phones"][:1]} if write is writers_vcard.outlook else ANN)
    for write in (
        *(writers_vcard.apple, writers_vcard.google, writers_vcard.android, writers_vcard.outlook),
        *(writers_vcard.thunderbird, writers_vcard.sabre, writers_vcard.fossify),
    )
]
BOB = vcard("FN:Bob")
PIECES = [
    *(
        b'"',
        b";",
        b":",
        b",",
        b"\\",
        b"=",
        b"=\r\n",
        b"\n",
        b"\r",
        b"\n ",
        b"\x00",
        b"\xff",
        b"\xc3",
        b"^",
        b"(",
        b"--",
    ),
    *(
        b"\nBEGIN:VCARD\n",
        b"\nEND:VCARD\n",
        b"\nAGENT:",
        b"ENCODING=BASE64:",
        b";TYPE=",
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
    ),
]
SIZE = 1_000_000


def is_read(content: bytes) -> list[str]:
    """The names of its cards, all of which can be stored."""
    cards = read(content)
    for card in cards:
        clean_fields_and_digest(card.fields)
    assert [card.number for card in cards] == list(range(1, len(cards) + 1))
    assert sorted(card.line for card in cards) == [card.line for card in cards]
    return [card.fields.get("display", "") for card in cards]


class TestDamage:
    @pytest.mark.parametrize("whole", WHOLE)
    def test_a_file_that_ends_anywhere_is_read(self, whole):
        for end in range(len(whole) + 1):
            names = is_read(BOB + whole[:end])

            assert names[0] == "Bob"
            assert len(names) == 1 or end >= 1

    @pytest.mark.parametrize("whole", WHOLE)
    def test_a_damaged_card_does_not_take_the_next_one_with_it(self, whole):
        chance = random.Random(7)
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(chance.randrange(1, 5)):
                place = chance.randrange(len(b"BEGIN:VCARD"), len(damaged) - len(b"END:VCARD\r\n"))
                damaged[place] ^= 1 << chance.randrange(8)

            assert is_read(bytes(damaged) + BOB)[-1] == "Bob"

    @pytest.mark.parametrize("whole", WHOLE)
    def test_pieces_that_are_inserted_or_doubled_break_nothing(self, whole):
        chance = random.Random(11)
        for _ in range(150):
            place = chance.randrange(len(whole))
            again = chance.randrange(place, len(whole))

            assert is_read(whole[:place] + chance.choice(PIECES) + whole[place:] + BOB)[-1] == "Bob"
            assert is_read(whole[:again] + whole[place:] + BOB)[-1] == "Bob"

    @settings(max_examples=examples(200))
    @given(
        st.lists(st.sampled_from([*PIECES, b"BEGIN:VCARD", b"END:VCARD", b"N:", b"FN:a", b"TEL:1", b"a"])).map(b"".join)
    )
    def test_any_bytes_are_read(self, content):
        is_read(content)
        assert is_read(b"BEGIN:VCARD\n" + content + b"\nEND:VCARD\n" + BOB)[-1] == "Bob"

    @given(st.binary(max_size=60))
    def test_any_bytes_in_a_value_break_nothing(self, value):
        for name in (
            b"N",
            b"ADR",
            b"TEL",
            b"BDAY",
            b"NOTE;ENCODING=QUOTED-PRINTABLE",
            b"PHOTO;BASE64",
            b"X-ANDROID-CUSTOM",
        ):
            assert is_read(vcard(name + b":" + value, version="2.1") + BOB)[-1] == "Bob"

    def test_a_broken_beginning_loses_no_card(self):
        content = b"".join(vcard(f"FN:{number}") for number in range(20)).replace(b"BEGIN:VCARD", b"BEGIN:VCARE", 1)

        assert names_of(content) == [str(number) for number in range(20)]

    @pytest.mark.parametrize("line_break", [b"", b"\n", b"\r\n"], ids=["none", "LF", "CRLF"])
    def test_a_card_that_does_not_end_is_kept_when_the_card_in_it_and_the_next_one_touch(self, line_break):
        agent = b"AGENT:\nBEGIN:VCARD\nFN:Agent\nEND:VCARD"

        cards = read(b"BEGIN:VCARD\nFN:Ann\n" + agent + line_break + BOB)

        assert [(card.fields.get("display"), card.unreadable) for card in cards] == [("Ann", "no_end"), ("Bob", "")]


class TestSize:
    """Quadratic time would show: each of these would take minutes."""

    @pytest.mark.parametrize(
        "line",
        [
            b"NOTE:" + b"x" * SIZE,
            b"NOTE:" + b"\\" * SIZE,
            b"NOTE:" + b"\xfc" * SIZE,
            b"N:" + b"a," * (SIZE // 2),
            b"N:" + b"a;" * (SIZE // 2),
            b"ADR:" + b"a;" * (SIZE // 2),
            b"ADR:" + b"a\\\\;" * (SIZE // 4),
            b"CATEGORIES:" + b",".join(b"%d" % number for number in range(SIZE // 6)),
            b"NICKNAME:" + b",".join(b"%d" % number for number in range(SIZE // 6)),
            b"TEL" + b";A" * (SIZE // 2) + b":1",
            b"TEL;TYPE=" + b'"' * SIZE + b":1",
            b"TEL;TYPE=" + b"a," * (SIZE // 2) + b":1",
            b"TEL;A=" + b"x\r\n " * (SIZE // 4) + b":1",
            b'ADR;LABEL="' + b"x y\r\n" * (SIZE // 5),
            b"TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE," + b"=41=\r\n" * (SIZE // 6) + b"):1",
            b"NOTE;ENCODING=QUOTED-PRINTABLE:" + b"=41=\r\n" * (SIZE // 6),
            b"N;ENCODING=QUOTED-PRINTABLE:" + b"=41;" * (SIZE // 4),
            b"PHOTO;ENCODING=BASE64:\r\n" + b"AAAA\r\n" * (SIZE // 6),
            b"BDAY:" + b"1" * SIZE,
            b"EMAIL:" + b"a@b " * (SIZE // 4),
            b"URL:" + b"a." * (SIZE // 2),
            b"no property\r\n" * (SIZE // 13),
            b"AGENT:\r\nBEGIN:VCARD\r\n" * (SIZE // 22),
            b"BEGIN:VCARD\r\n" * (SIZE // 13),
            b"END:VCARD\r\n" * (SIZE // 11),
            b"\xef\xbb\xbf" * (SIZE // 3),
            b"\r\n" * (SIZE // 2),
            b"TEL:1\r" * (SIZE // 6),
        ],
        ids=lambda line: line[:24].decode("ascii", "backslashreplace").strip(),
    )
    def test_long_lines_are_read(self, line):
        assert names_of(vcard("FN:Ann", line) + BOB)[-1] == "Bob"

    @pytest.mark.parametrize(
        "line",
        [
            *(
                "TEL:{0}",
                "EMAIL:a{0} b@x.example",
                "ORG:a{0};b",
                "X-ABDATE:{0}",
                "ROLE:{0}",
                "LABEL:a{0} b",
                "X-ODD:{0}",
            ),
            *("IMPP:{0}", "URL:x{0}.example", "i{0}.TEL:1\r\ni{0}.X-ABLabel:{0}", "N:a;{0}", "RELATED:{0}", "NOTE:{0}"),
        ],
    )
    def test_many_values_are_read(self, line):
        card = card_of("FN:Ann", *(line.format(number) for number in range(4_000)))

        assert card.fields["display"] == "Ann"
