"""The encoding of a text file: proved by its bytes, or the likeliest, shown with telling lines; no byte is lost."""

import codecs

import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.files.encodings import (
    ENCODINGS,
    MIXED,
    FoundEncoding,
    TellingLine,
    check_encoding,
    find_encoding,
    open_text,
    telling_lines,
    to_utf_8,
)
from chalicelib.files.unreadable import UnreadableFile

GERMAN = "Vorname;Nachname;Stadt\nJürgen;Müller;Köln\nBärbel;Groß;Düsseldorf\nAndré;Böhm;Münster\n"
POLISH = "Imię;Nazwisko\nŁukasz;Wójcik\nŻaneta;Kaźmierczak\nGrażyna;Ścibor\nStanisław;Dąbrowski\nZofia;Wiśniewska\n"
RUSSIAN = "Имя;Фамилия\nИван;Петров\nОльга;Сидорова\n"
JAPANESE = "名,姓,フリガナ\n太郎,山田,ヤマダ タロウ\n花子,鈴木,スズキ ハナコ\n"
MOSTLY_ASCII = "Name,Phone\n" + "Ann Poe,+1 555 0100\n" * 20

TEXTS = {
    "German": (GERMAN, "cp1252"),
    "German from DOS": (GERMAN, "cp850"),
    "German from a Macintosh": (GERMAN, "mac-roman"),
    "French": ("Prénom;Nom;Téléphone\nHélène;Lefèvre;01\nFrançois;Béranger;02\nZoé;Château;03\n", "cp1252"),
    "Spanish": ("Nombre,Apellidos\nJosé,Núñez\nÍñigo,Muñoz\nMaría,Peña\nÁngel,Ibáñez\n", "cp1252"),
    "Portuguese": ("Nome,Endereço\nJoão,São Paulo\nConceição,Brasília\nÂngela,Florianópolis\n", "cp1252"),
    "Italian": ("Nome,Città\nNiccolò,Forlì\nAnnalìa,Cefalù\nZoè,Nardò\n", "cp1252"),
    "Swedish": ("Förnamn;Efternamn\nÅsa;Sjöberg\nBjörn;Åkesson\nPär;Nyström\n", "cp1252"),
    "Icelandic": ("Nafn\nÞórður Sigurðsson\nGuðrún Æsa\nBjörk Guðmundsdóttir\n", "cp1252"),
    "Polish": (POLISH, "cp1250"),
    "Polish, ISO": (POLISH, "iso8859-2"),
    "Polish from DOS": (POLISH, "cp852"),
    "Czech": ("Jméno;Příjmení\nJiří;Dvořák\nTomáš;Němec\nŽofie;Procházková\n", "cp1250"),
    "Hungarian": ("Név;Város\nKovács László;Győr\nSzűcs Ágnes;Pécs\nTóth Zoltán;Kőszeg\n", "cp1250"),
    "Lithuanian": ("Vardas;Pavardė\nŽygimantas;Šimkus\nJūratė;Čepaitė\nEglė;Žukauskienė\n", "cp1257"),
    "Turkish": ("Ad;Soyad\nAyşe;Yılmaz\nİbrahim;Öztürk\nGökçe;Şahin\nÇağla;Doğan\n", "cp1254"),
    "Russian": (RUSSIAN, "cp1251"),
    "Russian, KOI8": (RUSSIAN, "koi8-r"),
    "Russian from DOS": (RUSSIAN, "cp866"),
    "Ukrainian": ("Ім'я;Прізвище\nЇжак;Шевченко\nОлена;Ковалів\n", "cp1251"),
    "Greek": ("Όνομα;Επώνυμο\nΓιώργος;Παπαδόπουλος\nΜαρία;Νικολάου\n", "cp1253"),
    "Hebrew": ("שם,משפחה\nדוד,כהן\nשרה,לוי\nמשה,מזרחי\nרחל,פרץ\nיוסף,ביטון\n", "cp1255"),
    "Arabic": ("الاسم,الهاتف\nمحمد علي,1\nفاطمة حسن,2\nأحمد إبراهيم,3\n", "cp1256"),
    "Thai": ("ชื่อ,โทรศัพท์\nสมชาย,081\nสมหญิง,082\n", "cp874"),
    "Japanese": (JAPANESE, "cp932"),
    "Japanese, EUC": (JAPANESE, "euc_jis_2004"),
    "Japanese with narrow kana": ("名,姓,ﾌﾘｶﾞﾅ\n太郎,山田,ﾔﾏﾀﾞ ﾀﾛｳ\n花子,鈴木,ｽｽﾞｷ ﾊﾅｺ\n", "cp932"),
    "Chinese": ("姓名,电话\n王小明,13800138000\n李娜,13900139000\n张伟,137\n", "gb18030"),
    "Chinese, traditional": ("姓名,電話\n王小明,0912345678\n陳美麗,0922345678\n", "big5hkscs"),
    "Korean": ("이름,전화\n김철수,010-1234-5678\n이영희,010-2345-6789\n", "cp949"),
    "two letters beyond ASCII": (MOSTLY_ASCII + "Zoë Müller,5\n", "cp1252"),
    "one letter beyond ASCII": (MOSTLY_ASCII + "Peña,5\n", "cp1252"),
    "quotation marks alone": ("Name,Note\nAnn,It’s “here” – ok\n", "cp1252"),
    "a currency sign alone": ("Name,Note\nAnn,€ 5\n", "cp1252"),
}

OF_COUNTRIES = {
    "cs_CZ": ["cp1250", "cp852"],
    "da_DK": ["cp1252"],
    "de_DE": ["cp1252", "cp850", "mac-roman"],
    "el_GR": ["cp1253"],
    "es_ES": ["cp1252"],
    "fa_IR": ["cp1256"],
    "fr_FR": ["cp1252", "mac-roman"],
    "he_IL": ["cp1255"],
    "hu_HU": ["cp1250", "iso8859-2"],
    "ja_JP": ["cp932"],
    "ko_KR": ["cp949"],
    "lt_LT": ["cp1257"],
    "pl_PL": ["cp1250", "iso8859-2", "cp852"],
    "ru_RU": ["cp1251", "koi8-r", "cp866"],
    "th_TH": ["cp874"],
    "tr_TR": ["cp1254"],
    "uk_UA": ["cp1251"],
    "zh_CN": ["gb18030"],
    "zh_TW": ["big5hkscs"],
}


def people_of(locale, seed):
    faker = Faker(locale)
    faker.seed_instance(seed)
    return "".join(f"{faker.name()};{faker.phone_number()};{faker.city()}\r\n" for _ in range(12))


def read(data, encoding=""):
    return open_text(data, encoding or find_encoding(data).name).read()


class TestProof:
    @pytest.mark.parametrize(
        ("mark", "codec"),
        [
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
            (codecs.BOM_UTF32_LE, "utf-32-le"),
            (codecs.BOM_UTF32_BE, "utf-32-be"),
            (b"\x84\x31\x95\x33", "gb18030"),
        ],
    )
    def test_a_byte_order_mark_proves_the_encoding_and_is_not_text(self, mark, codec):
        data = mark + JAPANESE.encode(codec)

        assert find_encoding(data) == FoundEncoding(codec, True, (codec,))
        assert read(data) == JAPANESE

    @pytest.mark.parametrize("text", ["", "Name,Phone\n", GERMAN, RUSSIAN, JAPANESE, "😀\n"])
    def test_valid_utf_8_proves_itself(self, text):
        assert find_encoding(text.encode()) == FoundEncoding("utf-8", True, ("utf-8",))

    @pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
    @pytest.mark.parametrize(
        "text", [GERMAN, RUSSIAN, JAPANESE, MOSTLY_ASCII, "BEGIN:VCARD\r\nFN:Ann\r\nEND:VCARD\r\n"]
    )
    def test_wide_encodings_without_a_mark_are_known_by_their_zeros(self, codec, text):
        assert find_encoding(text.encode(codec)) == FoundEncoding(codec, True, (codec,))

    def test_a_wide_file_that_ends_inside_a_sign_keeps_its_last_byte(self):
        data = GERMAN.encode("utf-16-le") + b"A"

        assert find_encoding(data).name == "utf-16-le"
        assert read(data) == GERMAN + r"\x41"

    def test_seven_bits_with_japanese_shifts_are_japanese(self):
        assert find_encoding(JAPANESE.encode("iso2022_jp_ext")).name == "iso2022_jp_ext"

    @pytest.mark.parametrize("data", [b"Ann\x00\x00\x00\x00", b"Ann,\x00Poe\n", b"\x1b[0mAnn\n"])
    def test_stray_control_bytes_do_not_make_it_another_encoding(self, data):
        assert find_encoding(data).name == "utf-8"

    def test_a_mark_before_bytes_of_another_encoding_proves_nothing(self):
        found = find_encoding(codecs.BOM_UTF8 + GERMAN.encode("cp1252"))

        assert (found.name, found.is_certain) == ("cp1252", False)
        assert read(codecs.BOM_UTF8 + GERMAN.encode("cp1252")) == GERMAN

    def test_every_mark_of_files_that_were_joined_is_left_out(self):
        assert read(codecs.BOM_UTF8 + b"Ann\n" + codecs.BOM_UTF8 + b"Bob\n") == "Ann\nBob\n"


class TestChoice:
    @pytest.mark.parametrize(("text", "codec"), TEXTS.values(), ids=TEXTS)
    def test_the_likeliest_encoding_reads_the_text_right(self, text, codec):
        found = find_encoding(text.encode(codec))

        assert read(text.encode(codec), found.name) == text
        assert not found.is_certain

    @pytest.mark.parametrize("locale", OF_COUNTRIES)
    def test_lists_of_twelve_people_of_a_country_are_read_right(self, locale):
        for codec in OF_COUNTRIES[locale]:
            for seed in range(5):
                data = people_of(locale, seed).encode(codec, "ignore")

                assert read(data) == data.decode(codec)

    def test_the_likeliest_comes_first_and_others_that_read_otherwise_follow(self):
        candidates = find_encoding(GERMAN.encode("cp1252")).candidates

        assert candidates[0] == "cp1252"
        assert 1 < len(candidates) <= 5
        assert len({read(GERMAN.encode("cp1252"), name) for name in candidates}) == len(candidates)

    def test_lines_of_another_program_in_a_file_of_utf_8_are_read_too(self):
        data = GERMAN.encode() + "Jörg;Weiß;Köln – Süd\n".encode("cp1252")

        assert find_encoding(data).name == MIXED
        assert read(data) == GERMAN + "Jörg;Weiß;Köln – Süd\n"

    def test_utf_8_cut_inside_a_sign_is_still_utf_8_and_keeps_the_byte(self):
        data = (GERMAN + "Zoé").encode()[:-1]

        assert read(data) == GERMAN + "ZoÃ"

    def test_a_person_may_choose_any_encoding_of_the_list(self):
        assert read(POLISH.encode("cp1250"), check_encoding("cp1250")) == POLISH

    @pytest.mark.parametrize("name", ["", "utf-7", "rot13", "idna", "../x", "CP1252"])
    def test_a_person_may_not_choose_another(self, name):
        with pytest.raises(UnreadableFile) as refused:
            check_encoding(name)

        assert refused.value.code == "unknown_encoding"

    @pytest.mark.parametrize("name", ENCODINGS)
    def test_every_encoding_of_the_list_reads_what_it_wrote(self, name):
        text = "Ann Poe,+1 555 0100\r\n"

        assert read(text.encode("utf-8" if name == MIXED else name), name) == text


class TestBytesOutsideTheEncoding:
    def test_come_as_their_numbers(self):
        assert read(b"J\x81rgen\n", "cp1252") == "J\\x81rgen\n"
        assert read("Jürgen\n".encode("cp1252"), "utf-8") == "J\\xfcrgen\n"

    @given(st.binary(max_size=60), st.sampled_from(sorted(ENCODINGS)))
    def test_never_stop_the_reading(self, data, name):
        first, last = "Ann Poe\n", "\nBob Roe"
        codec = "utf-8" if name == MIXED else name
        whole = first.encode(codec) + data.ljust(60, b"\0") + last.encode(codec)

        text = open_text(whole, name).read()

        assert text.startswith(first)
        assert text.endswith(last) or name == "iso2022_jp_ext"  # after a broken escape sequence, letters mean others

    @given(st.binary(max_size=200))
    def test_never_stop_the_finding(self, data):
        found = find_encoding(data)

        assert found.candidates[0] == found.name
        assert set(found.candidates) <= set(ENCODINGS)
        telling_lines(data, found.name)

    @given(st.binary(max_size=60).filter(lambda data: not data.startswith(codecs.BOM_UTF8)))
    def test_are_all_kept_in_a_file_of_mixed_encodings(self, data):
        """Each byte of UTF-8 or Windows-1252 can be found in the text."""
        text = read(data, MIXED).encode("utf-8")

        assert sum(byte < 0x80 for byte in text) == sum(byte < 0x80 for byte in data)
        assert len(text) >= len(data.replace(codecs.BOM_UTF8, b""))


class TestTellingLines:
    def test_show_the_bytes_before_and_the_text_after(self):
        assert telling_lines("Name\nAnn\nJürgen\n".encode("cp1252"), "cp1252") == [
            TellingLine(3, "J\\xfcrgen", "Jürgen"),
        ]

    def test_are_the_five_with_the_most_different_signs_in_the_order_of_the_file(self):
        lines = ["ü", "ü", "äö", "ß", "é", "ñá", "üäö", "ç"]
        data = "\r\n".join(lines).encode("cp1252")

        assert [line.after for line in telling_lines(data, "cp1252")] == ["ß", "é", "ñá", "üäö", "ç"]
        assert [line.number for line in telling_lines(data, "cp1252")] == [4, 5, 6, 7, 8]

    def test_follow_the_chosen_encoding(self):
        assert [line.after for line in telling_lines(b"Pe\xf1a\n", "cp1250")] == ["Peńa"]

    def test_of_mixed_encodings_are_those_that_are_not_utf_8(self):
        data = "Jürgen\n".encode() + "Jörg\n".encode("cp1252")

        assert telling_lines(data, MIXED) == [TellingLine(2, "J\\xf6rg", "Jörg")]

    def test_are_found_in_files_with_the_line_ends_of_old_macintoshes(self):
        assert [line.number for line in telling_lines("Ann\rBob\rZoé\r".encode("mac-roman"), "mac-roman")] == [3]

    def test_of_long_lines_are_the_parts_around_a_sign(self):
        data = ("Ann\n" + "x" * 50_000 + "Jürgen" + "y" * 50_000 + "\nZoé\n").encode("cp1252")

        found = telling_lines(data, "cp1252")

        assert [line.number for line in found] == [2, 3]
        assert "xJürgeny" in found[0].after
        assert find_encoding(data).name == "cp1252"

    def test_are_shortened(self):
        (line,) = telling_lines(("é" * 1000).encode("cp1252"), "cp1252")

        assert len(line.before) == len(line.after) == 200

    def test_are_none_where_the_encoding_is_certain_by_its_zeros(self):
        assert telling_lines(GERMAN.encode("utf-16-le"), "utf-16-le") == ()


def test_readers_of_bytes_get_wide_files_in_utf_8():
    assert to_utf_8(codecs.BOM_UTF16_LE + GERMAN.encode("utf-16-le"), "utf-16-le") == GERMAN.encode()
    assert to_utf_8(GERMAN.encode(), "utf-8") == GERMAN.encode()
