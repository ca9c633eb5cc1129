"""Values of vCards: character sets, quoted-printable with every habit of its writers, base64, and escapes."""

import base64
import hashlib

import pytest

from tests.files.vcards import card_of, fields_of, names_of, read, vcard

QUOTED = "ENCODING=QUOTED-PRINTABLE"
UTF = f"CHARSET=UTF-8;{QUOTED}"


def note(*lines, version="2.1"):
    return fields_of(*lines, version=version).get("notes")


class TestCharsets:
    @pytest.mark.parametrize(
        ("charset", "encoding", "text"),
        [
            ("ISO-8859-1", "latin-1", "Jürgen"),
            ("iso-8859-1", "cp1252", "“Jürgen” €"),
            ("windows-1252", "cp1252", "“Jürgen” €"),
            ("Windows-1250", "cp1250", "Łukasz"),
            ("windows-1251", "cp1251", "Иван"),
            ("KOI8-R", "koi8-r", "Иван"),
            ("SHIFT_JIS", "cp932", "田中\\"),
            ("x-sjis", "cp932", "田中①"),
            ("GB2312", "gb18030", "王小明"),
            ("GBK", "gbk", "王小明"),
            ("BIG5", "big5", "王小明"),
            ("EUC-KR", "cp949", "김철수"),
            ("ks_c_5601-1987", "cp949", "김철수"),
            ("EUC-JP", "euc-jp", "田中"),
            ("ISO-2022-JP", "iso2022_jp", "田中"),
            ("utf8", "utf-8", "Jürgen"),
            ("US-ASCII", "ascii", "Jurgen"),
        ],
    )
    def test_each_property_may_have_its_own(self, charset, encoding, text):
        raw = f"FN;CHARSET={charset}:".encode() + text.encode(encoding)
        quoted = f"FN;CHARSET={charset};{QUOTED}:" + "".join(f"={octet:02X}" for octet in text.encode(encoding))

        cards = vcard(raw, version="2.1") + vcard(quoted, version="2.1") + vcard("FN:Ünal", version="2.1")
        assert names_of(cards) == [text, text, "Ünal"]

    def test_names_that_are_wrong_or_unknown_do_not_lose_the_text(self):
        for charset in ("x-nothing", "UTF-8", "ISO-10646-UCS-2", "zlib", "idna"):
            assert names_of(vcard(f"FN;CHARSET={charset}:Ann", version="2.1")) == ["Ann"]
            assert names_of(vcard(f"FN;CHARSET={charset};{QUOTED}:J=C3=BCrgen", version="2.1")) == ["Jürgen"]

    def test_utf_16_in_a_property_is_read(self):
        quoted = "".join(f"={octet:02X}" for octet in "Jürgen".encode("utf-16-be"))

        assert names_of(vcard(f"FN;CHARSET=ISO-10646-UCS-2;{QUOTED}:{quoted}", version="2.1")) == ["Jürgen"]

    def test_bytes_that_are_not_utf_8_are_read_as_those_of_windows_and_reported(self):
        card = card_of("FN:Jürgen".encode("cp1252"), "NOTE:Zoë")

        assert (card.fields["display"], card.fields["notes"]) == ("Jürgen", "Zoë")
        assert card.problems == (("FN", "Jürgen", "guessed_charset"),)

    def test_the_encoding_of_the_file_is_for_properties_that_name_none(self):
        content = vcard("FN:Łukasz".encode("cp1250"), "NOTE;CHARSET=UTF-8:Żółw", "TITLE:Ł", "TEL;TYPE=Łódź:1")

        (card,) = read(content, "cp1250")
        assert (card.fields["display"], card.fields["notes"], card.fields["title"]) == ("Łukasz", "Żółw", "Ł")
        assert card.fields["phones"] == [{"raw": "1", "label": "Łódź"}]
        assert card.problems == ()

    def test_bytes_that_only_seem_to_be_utf_8_are_in_the_encoding_of_an_asian_file(self):
        name = "模"  # its two bytes are a letter in UTF-8, too
        assert name.encode("gb18030").decode("utf-8") == "ģ"

        assert names_of(vcard(b"FN:" + name.encode("gb18030")), "gb18030") == [name]

    def test_a_label_in_another_encoding_is_read(self):
        fields = fields_of(
            "TEL;TYPE=Büro:110".encode("cp1252"), "item1.TEL:112", "item1.X-ABLabel:Café".encode("cp1252")
        )

        assert fields["phones"] == [{"raw": "110", "label": "Büro"}, {"raw": "112", "label": "Café"}]

    def test_a_line_that_is_no_property_is_kept_as_text(self):
        assert card_of("Grüße".encode("cp1252")).kept == (("Line 3", "Grüße"),)


class TestQuotedPrintable:
    @pytest.mark.parametrize(
        ("habit", "lines", "expected"),
        [
            ("small digits", [f"NOTE;{UTF}:=c3=bc"], "ü"),
            ("without a charset", [f"NOTE;{QUOTED}:=C3=BC"], "ü"),
            ("as a bare word", ["NOTE;QUOTED-PRINTABLE:=C3=BC"], "ü"),
            ("in small letters", ["NOTE;quoted-printable;charset=utf-8:=C3=BC"], "ü"),
            ("with the encoding twice", [f"NOTE;{QUOTED};{QUOTED}:=C3=BC"], "ü"),
            ("line breaks", [f"NOTE;{QUOTED}:one=0D=0Atwo=0Athree"], "one\ntwo\nthree"),
            ("a soft break", [f"NOTE;{QUOTED}:one=", "two"], "onetwo"),
            ("a soft break before a blank", [f"NOTE;{QUOTED}:one=", " two=", "three"], "one twothree"),
            ("a soft break before a blank, in the last line", [f"NOTE;{QUOTED}:one=", " two"], "one two"),
            (
                "a soft break and folding, in full lines",
                [f"NOTE;{QUOTED}:{'x' * 44}=", f" {'y' * 76}=", " z"],
                "x" * 44 + "y" * 76 + "z",
            ),
            ("blanks behind the equals sign", [f"NOTE;{QUOTED}:one= ", "two"], "onetwo"),
            ("a soft break and folding", [f"NOTE;{QUOTED}:=C3=", " =BC=C3=", " =BC"], "üü"),
            ("folding inside of a character", [f"NOTE;{UTF}:=C3=B", " C and more"], "ü and more"),
            ("folding behind an equals sign", [f"NOTE;{UTF}:=C3=", " BC and more"], "ü and more"),
            ("KDE's escaped soft break", [f"NOTE;{UTF}:a =\\n=C3=\\n=BC"], "a ü"),
            ("KDE's soft break, folded", [f"NOTE;{UTF}:a =", " \\n=C3=", " \\n=BC b=\\", " n=C3=BC"], "a ü bü"),
            ("KDE's escapes", [f"NOTE;{UTF}:=C3=BC\\, ;\\nnext \\\\ end"], "ü, ;\nnext \\ end"),
            ("a soft break at the end", [f"NOTE;{QUOTED}:one=", ""], "one"),
            ("a line that looks like a property", [f"NOTE;{QUOTED}:see=", "http://x.example"], "seehttp://x.example"),
            ("what is no code", [f"NOTE;{QUOTED}:1+1=2, x=yz"], "1+1=2, x=yz"),
            ("a folded head", ["NOTE;CHARSET=UTF-8;", f" {QUOTED}:=C3=", "=BC"], "ü"),
            ("an encoded backslash", [f"NOTE;{UTF}:C:=5Cnew =5C, =5C=5C"], "C:\\new \\, \\\\"),
        ],
    )
    def test_is_decoded(self, habit, lines, expected):
        assert note(*lines) == expected

    def test_of_android_has_an_empty_line_behind_a_name_of_23_bytes(self):
        name = "abcdefghijklmnopqrstuvü"[:22] + "x"
        encoded = "".join(f"={octet:02X}" for octet in name.encode())

        fields = fields_of(f"FN;{UTF}:{encoded}=", "", "TEL;CELL:110", version="2.1")

        assert fields == {"display": name, "phones": [{"raw": "110", "label": "mobile"}]}

    def test_of_android_may_continue_with_a_separator(self):
        fields = fields_of(f"N;{UTF}:=C3=9C=", ";=4A=61=6E;;;", version="2.1")

        assert fields == {"family": "Ü", "given": "Jan"}

    def test_soft_breaks_may_be_in_any_part_of_a_name(self):
        assert fields_of(f"N;{UTF}:=C3=9C;=", "=4A=61=6E;;;", version="2.1") == {"family": "Ü", "given": "Jan"}

    def test_an_encoded_separator_is_text(self):
        fields = fields_of(f"ADR;{UTF}:;;1 Main St=3B Apt 4;Paris=2C TX;;;", version="2.1")

        assert fields["addresses"] == [{"street": "1 Main St; Apt 4", "city": "Paris, TX"}]

    def test_an_encoded_separator_separates_if_no_other_does(self):
        assert fields_of(f"N;{UTF}:=C3=9C=3BJan", version="2.1") == {"family": "Ü", "given": "Jan"}

    def test_of_sabre_is_decoded_in_an_address(self):
        fields = fields_of(
            f"ADR;TYPE=home;{QUOTED}:;;1 Main St\\; Apt 4=0AFloor 2;Paris=", " ;;75001;France", version="2.1"
        )

        assert fields["addresses"] == [
            {
                "street": "1 Main St; Apt 4\nFloor 2",
                "city": "Paris",
                "postal_code": "75001",
                "country": "France",
                "label": "home",
            }
        ]

    def test_never_continues_behind_the_end_of_its_card(self):
        content = vcard(f"NOTE;{QUOTED}:one=", version="2.1") + vcard("FN:Bob")

        assert [card.fields for card in read(content)] == [{"notes": "one"}, {"display": "Bob"}]

    def test_of_samsung_is_in_a_label(self):
        label = "X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=D0=9E=D1=84)"

        fields = fields_of(f"TEL;{label}:110", f"EMAIL;{label};PREF:a@x.example", "TEL;CELL:112", version="2.1")
        assert fields["phones"] == [{"raw": "110", "label": "Оф"}, {"raw": "112", "label": "mobile"}]
        assert fields["emails"] == [{"value": "a@x.example", "label": "Оф"}]

    def test_of_samsung_may_break_in_a_label(self):
        fields = fields_of("TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=D0=", "=9E):110", version="2.1")

        assert fields["phones"] == [{"raw": "110", "label": "О"}]

    def test_is_not_undone_in_values_that_do_not_say_so(self):
        assert note("NOTE:1+1=20", version="3.0") == "1+1=20"
        assert note("NOTE;ENCODING=8BIT:1+1=20") == "1+1=20"


class TestBase64:
    OCTETS = bytes(range(200))
    TEXT = base64.b64encode(OCTETS).decode()
    SUMMARY = f"sha256:{hashlib.sha256(OCTETS).hexdigest()}, 200 bytes"

    @pytest.mark.parametrize(
        ("habit", "lines"),
        [
            ("one line", ["PHOTO;ENCODING=b;TYPE=JPEG:{0}{1}{2}"]),
            ("folded", ["PHOTO;ENCODING=B:{0}", " {1}", " {2}"]),
            ("folded, with an empty line", ["PHOTO;ENCODING=BASE64;JPEG:{0}", " {1}", " {2}", ""]),
            ("with two blanks", ["PHOTO;BASE64:", "  {0}", "  {1}", "  {2}"]),
            ("with an empty line first", ["PHOTO;TYPE=JPEG;ENCODING=BASE64:", "", " {0}", " {1}", " {2}", "", ""]),
            ("not indented", ["PHOTO;ENCODING=BASE64;TYPE=JPEG:", "{0}", "{1}", "{2}"]),
            ("not indented and then empty", ["PHOTO;BASE64;TYPE=JPEG:{0}", "{1}", "{2}", ""]),
            ("as a URI", ["PHOTO:data:image/jpeg;base64,{0}", " {1}", " {2}"]),
            ("as an escaped URI", ["PHOTO;VALUE=uri:data:image/jpeg\\;base64\\,{0}{1}{2}"]),
        ],
    )
    def test_of_a_photo_is_kept_as_hash_and_size(self, habit, lines):
        text = self.TEXT
        photo = [line.format(text[:70], text[70:140], text[140:]) for line in lines]

        card = card_of(*photo, "TEL:110", "FN:Ann")

        assert card.fields == {"phones": [{"raw": "110"}], "display": "Ann"}
        assert card.kept == (("PHOTO", self.SUMMARY),)
        cells = [(name.partition(";")[0], value) for name, value in card.cells]
        assert cells == [("VERSION", "3.0"), ("PHOTO", self.SUMMARY), ("TEL", "110"), ("FN", "Ann")]
        assert card.problems == ()

    def test_of_a_text_is_read(self):
        encoded = base64.b64encode("Jürgen, der Große".encode()).decode()

        assert fields_of(f"FN;ENCODING=BASE64;CHARSET=UTF-8:{encoded}", version="2.1") == {
            "display": "Jürgen, der Große"
        }

    def test_that_is_none_is_kept_as_it_is_and_reported(self):
        card = card_of("PHOTO;ENCODING=b:a")

        assert card.kept == (("PHOTO", "a"),)
        assert card.problems == (("PHOTO", "a", "not_base64"),)

    def test_8bit_and_7bit_are_not_base64(self):
        assert note("NOTE;ENCODING=8BIT;CHARSET=UTF-8:Grüße") == "Grüße"
        assert note("NOTE;7BIT:abcd") == "abcd"

    def test_a_photo_on_the_web_is_a_link(self):
        for line in (
            "PHOTO;VALUE=uri:https://x.example/a\\,b.jpg",
            "PHOTO;ENCODING=b;VALUE=uri:https://x.example/a\\,b.jpg",
        ):
            assert fields_of(line) == {"photo_url": "https://x.example/a,b.jpg"}

    def test_a_key_a_logo_and_a_sound_are_kept_in_the_same_way(self):
        for name in ("KEY;X509", "LOGO", "SOUND"):
            card = card_of(f"{name};ENCODING=b:{self.TEXT}")

            assert [value for _, value in card.kept] == [self.SUMMARY]


class TestEscapes:
    @pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("one, two; three: four", "one, two; three: four"),
            (r"one\, two\; three\: four", "one, two; three: four"),
            (r"one\ntwo\Nthree", "one\ntwo\nthree"),
            (r"back \\ slash", "back \\ slash"),
            (r"back \ slash", "back \\ slash"),
            (r"say \"hello\"", 'say "hello"'),
            ("the end \\", "the end \\"),
            (r"\\n is no line break", r"\n is no line break"),
            (r"\\\\server", r"\\server"),
        ],
    )
    def test_are_taken_off(self, version, written, meant):
        assert note(f"NOTE:{written}", version=version) == meant

    @pytest.mark.parametrize("path", [r"C:\new\table", r"see D:\n, ok", r"\\server\new"])
    def test_a_path_of_windows_stays_in_version_2_which_has_no_other_escapes(self, path):
        assert note(f"NOTE:{path}") == path

    @pytest.mark.parametrize("name", ["FN", "NOTE", "TITLE", "ROLE"])
    def test_a_bare_comma_never_ends_a_text(self, name):
        for version in ("2.1", "3.0", "4.0"):
            (value,) = fields_of(f"{name}:Poe, Ann; MD", version=version).values()

            assert value in ("Poe, Ann; MD", [{"name": "Role", "value": "Poe, Ann; MD"}])

    def test_a_link_and_a_number_may_be_escaped(self):
        fields = fields_of(r"URL:https\://x.example/a\,b\;c", r"TEL:+49 30 5550199\;ext=5")

        assert fields["urls"] == [{"value": "https://x.example/a,b;c"}]
        assert fields["phones"] == [{"raw": "+49 30 5550199;ext=5"}]
