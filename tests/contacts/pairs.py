"""Pairs of cards that share one number or one email, and whether they are one person's. Everybody here is invented.

ONE: wherever they meet. AT_AN_EMAIL: one person at an email that is theirs, a possible duplicate on a landline.
TWO: two contacts everywhere.
"""

from typing import Any, NamedTuple

ONE, AT_AN_EMAIL, TWO = "one", "at an email", "two"


class Pair(NamedTuple):
    promise: str
    one: dict[str, Any]
    other: dict[str, Any]
    are: str


def _card(text: str | dict[str, Any]) -> dict[str, Any]:
    """ "Given/Family" told apart, a name as shown without a stroke."""
    if isinstance(text, dict):
        return text
    given, stroke, family = text.partition("|")
    parts = {"given": given, "family": family, "display": f"{given} {family}"} if stroke else {"display": text}
    return {member: value for member, value in parts.items() if value}


def _pairs(are: str, *rows: tuple[str, Any, Any]) -> list[Pair]:
    return [Pair(promise, _card(one), _card(other), are) for promise, one, other in rows]


def _born(name: str, year: int, month: int, day: int) -> dict[str, Any]:
    birthday = {part: value for part, value in (("year", year), ("month", month), ("day", day)) if value}
    return {**_card(name), "birthday": birthday}


PAIRS = [
    *_pairs(
        ONE,
        ("the same name", "Nora|Fielding", "Nora|Fielding"),
        ("capitals", "Nora|Fielding", "NORA FIELDING"),
        ("family name first with a comma", "Nora|Fielding", "Fielding, Nora"),
        ("a title in its field", {**_card("Nora|Fielding"), "prefix": "Prof. Dr."}, "Nora|Fielding"),
        ("titles in front", "Prof. Dr. Nora Fielding", "Nora|Fielding"),
        ("titles without a space", "Prof.Dr. Nora Fielding", "Nora Fielding"),
        ("a title without its full stop", "Mrs Nora Fielding", "Nora|Fielding"),
        ("a French title", "M. Luc Garnier", "Luc|Garnier"),
        ("Italian titles", "Sig.ra Dott.ssa Elena Conti", "Elena|Conti"),
        ("Polish titles", "mgr inż. Marek Nowak", "Marek|Nowak"),
        ("a degree behind", "Nora Fielding, PhD", "Nora|Fielding"),
        ("a degree in its field", {**_card("Nora|Fielding"), "suffix": "FRCS"}, "Nora|Fielding"),
        ("a title within the given name", "Dr. Nora|Fielding", "Nora|Fielding"),
        ("the same generation, two words for it", "Tom Reed Jr.", {**_card("Tom|Reed"), "suffix": "Junior"}),
        ("the same generation, with the family name", "Tom|Reed III", "Tom Reed III"),
        ("an apostrophe", "Sean|O'Dwyer", "Sean|ODwyer"),
        ("another apostrophe", "Sean|O'Dwyer", "Sean|O’Dwyer"),
        ("a hyphen or a space", "Marie-Claude|Petit", "Marie Claude|Petit"),
        ("the middle name in its field", {**_card("Ida|Krogh"), "middle": "Sofie"}, "Ida Sofie|Krogh"),
        ("German letters written out", "Jörg|Größer", "Joerg|Groesser"),
        ("Danish letters written out", "Bjørn|Kjær", "Bjoern|Kjaer"),
        ("Norwegian å at the end of a family name", "Åse|Nygård", "Aase|Nygaard"),
        ("Icelandic letters written out", "Þóra|Guðjónsdóttir", "Thóra|Gudjónsdóttir"),
        ("particles in any case", "Pieter|VAN DEN BOSCH", "Pieter|van den Bosch"),
        ("Spanish order of a list", "Ortega Ruiz, Lucía", "Lucía|Ortega Ruiz"),
        ("y within a Spanish family name", "Lope|Ortiz y Vega", "Lope Ortiz y Vega"),
        ("a combined and a composed mark", "Zoe\u0308|Brun", "Zoë|Brun"),
        ("full-width letters", "ＮＯＲＡ Fielding", "Nora|Fielding"),
        ("invisible signs", "\u202aNora\u200b Fielding\u202c", "Nora|Fielding"),
        ("Romanian comma and cedilla", "Ţepeş|Ursu", "Țepeș|Ursu"),
        ("a Hungarian title and the order of lists", "dr. Kelemen Zsófia", "Zsófia|Kelemen"),
        ("Vietnamese tone at either vowel", "Trần Thị Hoà", "Trần Thị Hòa"),
        ("Vietnamese parts", {"given": "Tuấn", "middle": "Minh", "family": "Phạm"}, "Phạm Minh Tuấn"),
        ("ё and е", "Фёдор|Семёнов", "Федор|Семенов"),
        ("a Russian title", "г-н Фёдор Семёнов", "Фёдор|Семёнов"),
        ("a Russian stress", "Фёдор|Семёно\u0301в", "Фёдор|Семёнов"),
        ("Greek capitals", "Ελένη|Βασιλείου", "ΕΛΕΝΗ ΒΑΣΙΛΕΙΟΥ"),
        ("Greek final sigma", "ΝΙΚΟΣ ΡΗΓΑΣ", "Νίκος|Ρήγας"),
        ("hamza left out", "إبراهيم قاسم", "ابراهيم قاسم"),
        ("teh marbuta and heh", "فاطمة قاسم", "فاطمه قاسم"),
        ("Persian and Arabic keyboards", "مهدی کاظمی", "مهدي كاظمي"),
        ("Arabic pointing", "مُنِير قاسم", "منير قاسم"),
        ("an Arabic title", "الدكتور منير قاسم", "منير قاسم"),
        ("Hebrew pointing", "רִבְקָה גולן", "רבקה גולן"),
        ("a Hebrew title", 'ד"ר רבקה גולן', "רבקה גולן"),
        ("a Hindi title and honorific", "श्रीमती कविता शर्मा जी", "कविता शर्मा"),
        ("an Indian title in Latin letters", "Smt. Kavita Rao", "Kavita Rao"),
        ("nukta left out", "फ़रहान अली", "फरहान अली"),
        ("a Tamil title", "திரு. முருகன் செல்வம்", "முருகன் செல்வம்"),
        ("a Malayalam chillu", "മോഹൻ നായർ", "മോഹന്‍ നായര്‍"),
        ("a Thai title without a space", "นางสาวมาลี สุขใจ", "มาลี สุขใจ"),
        ("Thai am in two spellings", "น้ำ สุขใจ", "น\u0e4d\u0e49\u0e32 สุขใจ"),
        ("Chinese in parts", {"family": "赵", "given": "丽华"}, "赵丽华"),
        ("Chinese forms", "趙麗華", {"family": "赵", "given": "丽华"}),
        ("a Chinese honorific", "赵丽华女士", "赵丽华"),
        ("a Japanese space", "松本 直樹", "松本直樹"),
        ("a Japanese honorific", "松本直樹さん", "松本 直樹"),
        ("a Japanese register form", {"family": "渡邉", "given": "直樹"}, {"family": "渡辺", "given": "直樹"}),
        ("a repeated character", "佐々木 直樹", "佐佐木 直樹"),
        ("katakana and hiragana", "マツモト ナオキ", "まつもと なおき"),
        ("half-width kana", "ﾏﾂﾓﾄ ﾅｵｷ", "マツモト ナオキ"),
        ("Korean in parts", {"family": "최", "given": "지우"}, "최 지우"),
        ("a Korean honorific without a space", "최지우님", "최지우"),
        ("a Turkish honorific", "Kemal Aksoy Bey", "Kemal|Aksoy"),
        ("Armenian ligature", "Սևակ Պետրոսյան", "Սեւակ Պետրոսյան"),
        ("the same company", {"organisation": "Nordwind GmbH"}, {"organisation": "NORDWIND GmbH"}),
        (
            "a company that is also shown",
            {"organisation": "Nordwind"},
            {**_card("Nordwind"), "organisation": "Nordwind"},
        ),
        ("the same household", "Ella & Max Dorn", "Ella & Max|Dorn"),
        ("a number alone", _card("Nora|Fielding"), {}),
        ("two numbers alone", {}, {}),
        ("an address for a name", _card("Nora|Fielding"), _card("nora@mail.example")),
        ("a company and a number alone", {"organisation": "Nordwind"}, {}),
        ("a birthday on one side", _born("Nora|Fielding", 1980, 2, 3), "Nora|Fielding"),
        ("a birthday without its year", _born("Nora|Fielding", 1980, 2, 3), _born("Nora|Fielding", 0, 2, 3)),
    ),
    *_pairs(
        AT_AN_EMAIL,
        ("marks left out", "Günther|Böll", "Gunther|Boll"),
        ("capitals without marks", "Mónica|Ibáñez", "MONICA IBANEZ"),
        ("a hyphen and marks left out", "Jean-Noël|Béart", "Jean Noel|Beart"),
        ("Icelandic on another keyboard", "Þórir|Æsuson", "Thorir|Aesuson"),
        ("strokes left out", "Łucja|Wróbel", "Lucja|Wrobel"),
        ("Turkish letters on another keyboard", "Çağrı|Yıldız", "Cagri|Yildiz"),
        ("a second family name left out", "Lucía|Ortega Ruiz", "Lucía|Ortega"),
        ("a second family name and marks left out", "Lucía|Ortega Ruiz", "Lucia|Ortega"),
        ("a middle name left out", "Ida Sofie|Krogh", "Ida|Krogh"),
        ("a middle initial left out", "Ida S. Krogh", "Ida|Krogh"),
        ("a middle initial", "Ida S.|Krogh", "Ida Sofie|Krogh"),
        ("the given name alone", "Lucía|Ortega", {"given": "Lucía"}),
        ("the given name alone, as it is shown", "Lucía|Ortega", "Lucia"),
        ("a double given name alone", "Karl-Otto|Lang", "Karl-Otto"),
        ("spaces within a family name", "Joost|De Wit", "Joost|DeWit"),
        ("a particle left out", "Eva|von Thal", "Eva|Thal"),
        ("given and family name exchanged", "Arthur|Francis", "Francis|Arthur"),
        ("a title that may be a name", "Sheikh Karim Nasser", "Karim Nasser"),
        ("a Chinese given name alone", {"family": "赵", "given": "丽华"}, {"given": "丽华"}),
        ("a Khalid without his father", "Khalid|bin Yusuf", "Khalid|Yusuf"),
    ),
    *_pairs(
        TWO,
        ("two given names", "Nora|Fielding", "Paul|Fielding"),
        ("one given name begins the other", "Paul|Fielding", "Paula|Fielding"),
        ("two family names", "Nora|Fielding", "Nora|Marchant"),
        ("father and son", "Tom Reed Sr.", "Tom Reed Jr."),
        ("a son and a Tom Reed", {**_card("Tom|Reed"), "suffix": "Jr."}, "Tom|Reed"),
        ("the third and the fourth", "Tom Reed III", "Tom Reed IV"),
        ("a generation only in the name as shown", {**_card("Tom|Reed"), "display": "Tom Reed Jr."}, "Tom|Reed"),
        ("a generation behind a comma", "Reed, Tom, Jr.", "Tom|Reed"),
        ("French father and son", "Luc Garnier père", "Luc Garnier fils"),
        ("Portuguese son and nephew", "Rui|Matos Filho", "Rui|Matos Sobrinho"),
        ("Hungarian junior", "ifj. Kelemen Dávid", "Dávid|Kelemen"),
        ("Russian senior and junior", "Фёдор Семёнов ст.", "Фёдор Семёнов мл."),
        ("Arabic junior", "منير قاسم الابن", "منير قاسم"),
        ("Mr and Mrs of one name", "Mr. Kim Reed", "Mrs. Kim Reed"),
        ("señor and señora of one name", "Sr. Cruz Vidal", "Sra. Cruz Vidal"),
        ("a couple, the other behind the family name", {**_card("Ella|Dorn"), "suffix": "& Max"}, "Ella|Dorn"),
        ("an initial for the given name", "T. Reed", "Tom|Reed"),
        ("two initials", "T. Reed", "S. Reed"),
        ("a family name alone", "Nora|Fielding", {"family": "Fielding"}),
        ("a Japanese family name alone", "松本 直樹", "松本"),
        ("a Vietnamese family name alone", "Trần Thị Thảo", "Trần"),
        ("Mrs and a family name", "Mrs. Fielding", "Nora|Fielding"),
        ("a nickname", "William|Reed", "Bill|Reed"),
        ("two birthdays", _born("Tom|Reed", 1951, 3, 2), _born("Tom|Reed", 1979, 8, 21)),
        ("two days of birth without a year", _born("Tom|Reed", 0, 3, 2), _born("Tom|Reed", 1979, 8, 21)),
        ("a company and a person", {"organisation": "Fielding Dental"}, "Nora|Fielding"),
        ("a company called as its owner", {"organisation": "Nora Fielding"}, "Nora|Fielding"),
        ("two companies", {"organisation": "Nordwind"}, {"organisation": "Südwind"}),
        ("a nickname alone and a name", {"nickname": "Bee"}, "Nora|Fielding"),
        ("a couple and one of them", "Ella & Max Dorn", "Ella|Dorn"),
        ("a couple and the other", "Ella und Max|Dorn", "Max|Dorn"),
        ("a Spanish couple", "Ana y Luis|Vidal", "Ana|Vidal"),
        ("a Russian couple", "Анна и Иван Орлов", "Анна Орлов"),
        ("a couple with a stroke", "Ella/Max Dorn", "Ella|Dorn"),
        ("Mr. and Mrs.", "Mr. & Mrs. Dorn", "Max|Dorn"),
        ("a family", "The Dorn Family", "Ella|Dorn"),
        ("a German family", "Fam. Dorn", {"family": "Dorn"}),
        ("a family in the field for titles", {"prefix": "Familie", "family": "Dorn"}, {"family": "Dorn"}),
        ("an Arabic couple", "منير وليلى قاسم", "منير قاسم"),
        ("a married double name", "Nora|Fielding", "Nora|Fielding-Marsh"),
        ("half of a double given name", "Karl|Lang", "Karl-Otto|Lang"),
        ("two second family names", "Lucía|Ortega Ruiz", "Lucía|Ortega Gil"),
        ("å and ä", "Måns|Dahl", "Mäns|Dahl"),
        ("ż and ź", "Ela|Żuk", "Ela|Źuk"),
        ("č and ć", "Ivan|Kovač", "Ivan|Kovać"),
        ("Vietnamese tones", "Trần Thị Thảo", "Trần Thị Thạo"),
        ("Vietnamese without tones", "Trần Thị Thảo", "Tran Thi Thao"),
        ("й and и", "Андрей|Зайцев", "Андреи|Заицев"),
        ("a Russian man's and a woman's family name", "Женя|Зайцев", "Женя|Зайцева"),
        ("two patronymics", {**_card("Иван|Зайцев"), "middle": "Львович"}, {**_card("Иван|Зайцев"), "middle": "Ильич"}),
        ("Cyrillic and Latin", "Иван|Зайцев", "Ivan|Zaitsev"),
        ("the wife of", "Kelemen Dávidné", "Dávid|Kelemen"),
        ("the father of", "أبو منير", "منير"),
        ("father and son with bin", "Yusuf bin Khalid", "Khalid bin Yusuf"),
        ("Singh and Kaur", "Gurpreet|Singh", "Gurpreet|Kaur"),
        ("vowel signs", "सुनील वर्मा", "सुनीला वर्मा"),
        ("Tamil n and ண", "கண்ணன்", "கன்னன்"),
        ("Thai tones", "ต้อม สุขใจ", "ต่อม สุขใจ"),
        ("a Chinese name within another", {"family": "赵", "given": "丽"}, {"family": "赵", "given": "丽华"}),
        ("a Chinese surname and title", "赵先生", {"family": "赵", "given": "国强"}),
        ("pinyin", "赵丽华", "Lihua|Zhao"),
        ("two Chinese families of one simplified form", "鍾國強", "鐘國強"),
        ("a Japanese name within another", {"family": "松本", "given": "直"}, {"family": "松本", "given": "直樹"}),
        ("a Japanese reading", "松本 直樹", "まつもと なおき"),
        ("Korean given names", "최지우", "최지유"),
        ("a Korean name within another", "최지", "최지우"),
        ("Georgian names", "ლევან ბერიძე", "ლელა ბერიძე"),
        ("somebody's mother", "Max Dorn Mama", "Max|Dorn"),
    ),
]
