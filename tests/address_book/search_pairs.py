"""What a person types, and whether it finds a name: pairs of invented people, by script."""

from typing import NamedTuple


class Pair(NamedTuple):
    script: str
    stored: str
    typed: str
    found: bool


def _of(script: str, stored: str, found: str = "", missed: str = "") -> list[Pair]:
    """The words of `found` and of `missed` are separated by bars."""
    pairs = [(typed, True) for typed in found.split("|")] + [(typed, False) for typed in missed.split("|")]
    return [Pair(script, stored, typed, is_found) for typed, is_found in pairs if typed]


PAIRS = [
    *_of("Latin", "Björn Köhler", "bjorn|Koehler|KÖHLER|kohler björn", "Bjárn|Kähler|öhler"),
    *_of("Latin", "Gerd Koenig", "König|koenig", "Konig"),
    *_of("Latin", "Jørgen Bæk", "jorgen|Jörgen|Joergen|Baek|Bäk", "Järgen|aek"),
    *_of("Latin", "Åse Ås", "Aase|ase|Ås", "Öse"),
    *_of("Latin", "Włodzimierz Żuk", "wlodzimierz|zuk|Żu", "Źuk|Wlodek"),
    *_of("Latin", "Đurđa Đokić", "Djurdja|durda|Djokic|Đokic", "Ďurda"),
    *_of("Latin", "Hà Thị Hòa", "Hoà|hoa|Ha Thi", "Hoá|Hạ"),
    *_of("Latin", "Trương Mỹ", "truong|Trương|my", "Trướng"),
    *_of("Latin", "Doğan Çelik", "dogan|celik|ÇELİK", "Donan"),
    *_of("Latin", "Ioana Țurcanu", "Ţurcanu|turcanu", "Surcanu"),
    *_of("Latin", "Máire Ní Dhúill", "nidhuill|ni dhuill|maire", "dhuillni"),
    *_of("Latin", "Pia d'Angelo", "dangelo|d’Angelo|Angelo", "gelo"),
    *_of("Latin", "Nora O’Brien", "obrien|O'Brien|brien", "rien"),
    *_of("Latin", "Anne-Marie Roux", "annemarie|anne marie|marie|Anne‑Marie", "neMarie|Anna"),
    *_of("Latin", "Hendrik van der Meer", "vandermeer|meer|van der|dermeer", "anderm"),
    *_of("Latin", "Michal Novak", "Novák|michal", "Michael"),
    *_of("Latin", "Þóra Eðvarðs", "Thora|edvards", "Pora"),
    *_of("Greek", "Θανάσης Λύκος", "θανασης|ΛΥΚΟΣ|λυκοσ", "Θανάσις|Λίκος"),
    *_of("Cyrillic", "Фёдор Зуйков", "федор|Зуйков", "Зуиков|Фидор"),
    *_of("Cyrillic", "Ґалаґан Їлія", "галаган|ілія", "илия"),
    *_of("Armenian", "Սևան Դարբինյան", "Սեւան|ՍԵՎԱՆ|դարբ", "Տարբ"),
    *_of("Georgian", "ქეთი ყიფიანი", "ᲥᲔᲗᲘ|ყიფ", "კეთი|ქიფ"),
    *_of("Hebrew", "נָתָן שֶׁמֶשׁ", "נתן|שמש|נתנ", "נטן"),
    *_of("Arabic", "أيمن مرتضى", "ايمن|مرتضي|أيمن", "يمن|مرتدى"),
    *_of("Arabic", "آزاده کیانی", "ازاده|آزاده كياني|کیانی", "آزاره"),
    *_of("Arabic", "حسین‌علی عبد الله", "حسينعلي|عبدالله|عبد", "هسین"),
    *_of("Arabic", "بہار قریشی", "بهار|قریش", "بحار"),
    *_of("Devanagari", "ज़ीनत कुमार", "जीनत|कुमार", "जिनत|कमार"),
    *_of("Devanagari nasals", "चम्पा पाण्डे", "चंपा|पांडे|पाण्डे", "चपा|पान्डे"),
    *_of("Bengali", "রীতা ঘোষ", "রীতা|ঘোষ", "রিতা|ঘষ"),
    *_of("Gurmukhi", "ਜ਼ੋਰਾ ਕੌਰ", "ਜੋਰਾ|ਕੌਰ", "ਕਰ"),
    *_of("Tamil", "வேணி பாலன்", "வேணி|பால", "வேனி"),
    *_of("Telugu", "సీత రావు", "సీత|రావు", "సిత"),
    *_of("Malayalam", "അരുൺ നായർ", "അരുണ്‍|നായര്‍", "അരണ്"),
    *_of("Sinhala", "ශ්‍රියානි සිල්වා", "ශ්රියානි|සිල්වා", "සල්වා"),
    *_of("Thai", "ต้นกล้า ใจเย็น", "ตนกลา|ต้น|กล้า", "ต๋น|ตินกลา"),
    *_of("Lao", "ບຸນມີ ແກ້ວ", "ແກວ|ບຸນ", "ບນ"),
    *_of("Khmer", "វិចិត្រ លី", "វិចិត្រ|លី", "វចត្រ"),
    *_of("Myanmar", "သီတာ ဝင်း", "သီတာ|ဝင်း", "သတ"),
    *_of("Ethiopic", "ሠላም ኃይሌ", "ሰላም|ሀይሌ|ሃይሌ", "ሸላም"),
    *_of("Han", "陳大文", "陈大文|大文|陳", "陈太文"),
    *_of("Han", "赵国强", "趙國強|国强", "赵国墙"),
    *_of("Han", "渡邉桜", "渡辺|渡边|櫻", "渡部"),
    *_of("Kana", "ジョン スミス", "じょん|ｽﾐｽ|ジヨン", "シュン"),
    *_of("Kana", "すずき はな", "スズキ|すすき|はな", "ばな|ススギ"),
    *_of("Hangul", "선우 진", "선우진|진|선ㅇ|서", "산우"),
    *_of("Hangul", "최은정", "은정|최ㅇ|최으", "최은전"),
    *_of("Digits", "チーム９", "9|チーム 9", "8"),
    *_of("Digits", "Gate ٤२", "42|gate 4", "24"),
    *_of("Emoji", "Anna 🎉", "🎉|anna", "🎈"),
]
