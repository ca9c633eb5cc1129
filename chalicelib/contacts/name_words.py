"""Words on cards that are not part of a name, and words that make it another person's; only for matching.

Each is in the form that `fold_name` gives it, without full stops and hyphens ("Dipl.-Ing." is "dipling").

Sources: titles in the sample names of CLDR 48 (person names), AACR2 chapter 22 (words such as Filho and Neto, which are
part of a Portuguese name), and common practice. Names that are titles elsewhere (Sultan, King, Sheikh, Ma, Do, Anh) are
left out on purpose: a title that is kept turns a merge into a suggestion, a name that is dropped merges two people.
"""

from chalicelib.contacts.fold_name import fold_name


def _words(*texts: str) -> frozenset[str]:
    return frozenset(_strict(word) for text in texts for word in text.split())


def _strict(word: str) -> str:
    """Han words are written as `fold_name` gives them (样 for 様), so that the Han table is loaded only when needed."""
    return word if word >= "\u3000" else fold_name(word)


# ── titles and degrees

MALE_TITLES = _words(
    "mr mister herr herrn hr sr sig signor señor senhor pan dhr meneer monsieur bapak bey efendi shri thiru",
    "гн господин пан κ κος السيد آقای מר श्री திரு శ్రీ นาย 先生",
)
FEMALE_TITLES = _words(
    "mrs ms miss frau señora señorita sra srta mme mlle madame signora sigra senhora dona doña",
    "pani paní mevr mevrouw mw fru ibu hanım smt shrimati thirumathi гжа госпожа пані κα κυρία السيدة خانم גב גברת",
    "श्रीमती सुश्री திருமதி శ్రీమతి นาง นางสาว นส 女士 小姐",
)
# In front of a name, also without a full stop
FRONT_TITLES = (
    MALE_TITLES
    | FEMALE_TITLES
    | _words(
        "dr dra drs prof profa professor doctor mx rev reverend sir dame dipling diplkfm diplpsych",
        "drmed drjur drphil dring profdr mudr judr mgr inż dott dottssa sayın δρ др проф",
        "الدكتور الدكتورة الأستاذ الأستاذة المهندس دكتر دکتر مهندس ڈاکٹر جناب דר פרופ עוד הרב",
        "डॉ डा प्रो ดร ศดร ผศดร รศดร ดช ดญ คุณ ဒေါက်တာ",
    )
) - _words("pan κ sr sig bey efendi hanım")
# The same, but words or names as well: only with their full stop, or in the card's field for titles
FRONT_TITLES_WITH_STOP = _words(
    "m me fr sr sig pr av avv ir hj hon ing mag lic eng engr adv insp col capt lt sgt gen maj κ د",
)
BEHIND_TITLES = _words(
    "phd dphil md dds dmd esq esquire obe mbe cbe kbe msc bsc mba llm llb jd cpa csc mdb mdl rn frcs",
    "meng beng beds dipling ret usn usaf sh bey hanım efendi صاحب जी साहब",
    "样 さん さま 殿 先生 女士 小姐 老师 博士 教授 经理 님 씨 선생님 교수님",
)
# The same, written to the name without a space; two signs of the name must remain
GLUED_BEHIND = ("선생님", "교수님", "님", "씨", "さん", "さま", "样", "先生", "女士", "小姐", "老师", "经理", "教授")
GLUED_IN_FRONT = ("นางสาว", "น.ส.", "นาง", "นาย", "ด.ช.", "ด.ญ.", "ดร.")

# ── generations: a different one, or none, may mean another person

_GENERATIONS = {
    "junior": "jr jnr jun junior júnior ifj ifjabb dy yngre ml mł мл младший мол الابن جونيور ג׳וניור הבן じゅにあ",
    "senior": "sr snr sen senior sénior id idősb idősebb dä dæ ældre äldre ст старший الأب האב",
    "fils": "fils hijo",
    "père": "père padre",
    "filho": "filho",
    "neto": "neto",
    "sobrinho": "sobrinho",
    "bisneto": "bisneto",
    "late": "זל 故",
    "2": "ii 2nd 二世",
    "3": "iii 3rd 三世",
    "4": "iv 4th",
}
GENERATIONS = {_strict(word): meaning for meaning, words in _GENERATIONS.items() for word in words.split()}
GENERATIONS_IN_FRONT = _words("id ifj ifjabb idősb idősebb 故")
# Names and parts of names as well: only behind a given and a family name
GENERATIONS_OF_FULL_NAMES = _words("filho neto sobrinho bisneto júnior ii iii iv dy sen jun ml fils padre hijo")
# Only with their full stop
GENERATIONS_WITH_STOP = _words("jun sen id dy dä dæ ml")
# Also at the end of the field for given names
GENERATIONS_OF_GIVEN_NAMES = _words("jr jnr junior sr snr senior ii iii iv")

# ── words that make another person of the name that they are added to: parents, children, wives

TELLING = GENERATIONS_OF_GIVEN_NAMES | _words(
    "abu umm abou oum أبو أم ابا",
    "mother father mom mum dad mama papa mutter vater mutti vati parents eltern wife husband daughter",
    "maman mommy mummy daddy grandma grandpa granny grandmother grandfather großmutter großvater abuela abuelo",
    "secretary secretaria secrétaire sekretariat sekretärin asistente assistente assistentin nurse",
    "секретарь помощник ассистент бабушка дедушка 秘书 助理 비서 할머니 할아버지 お母さん お父さん",
    "sohn tochter brother sister bruder schwester padre madre père mère épouse zoon dochter moeder vader",
    "widow witwe wwe özv mamá papá hijo hija esposa esposo marido mãe мама папа жена муж сын дочь",
    "太太 夫人 妈妈 爸爸 奥さん 奥样 엄마 아빠 children kinder kids baby nanny assistant office büro",
)
# The letter that is "and" where it stands before a word, which then may be a second person
AND_PREFIXES = ("و", "ו")
# Between a person's name and the father's, so that the order is a fact
PATRONYMS = _words("bin ibn ben bint binti بن ابن بنت בן בת ap ab ferch ould")

# ── couples and families

AND = frozenset("&+") | _words("and und och og")
# Letters and words of names too: "and" only between two given names
AND_BETWEEN_NAMES = _words("y e et i u en ja ve és ir un a ili in dan oraz và и і та й και و और एवं व")
HOUSEHOLD_IN_FRONT = _words(
    "the family familie fam familia famille famiglia família familjen familien rodzina rodina keluarga",
    "eheleute ehepaar geschwister gebroeders семья сімя родина семейство οικογένεια عائلة أسرة خانواده",
    "משפחת משפחה परिवार",
)
HOUSEHOLD_BEHIND = _words("family families család perhe ailesi household परिवार 一家 家族 가족")

# ── the part before the @ of addresses that several people read, or no one does

_ROLES = (
    "info office kontakt contact contacto contato contatti kontor biuro ufficio oficina hello hallo hola bonjour",
    "mail post email all everyone staff group team admin administration administrator verwaltung direction",
    "sales verkauf vertrieb ventas vendas vente einkauf marketing commercial comercial press presse media",
    "support service services help helpdesk feedback kundenservice kundendienst enquiries enquiry inquiries",
    "inquiry billing accounts accounting buchhaltung comptabilite shop store order orders bestellung booking",
    "bookings reservation reservations reservierung dispatch sekretariat secretariat secretary secretaria",
    "reception receptie recepcion recepce empfang zentrale accueil hr jobs career careers karriere bewerbung",
    "noreply no-reply donotreply webmaster postmaster hostmaster abuse privacy legal security news newsletter",
    "kanzlei praxis hotel school schule rectory pfarramt parish studio family familie familia famille famiglia",
)
ROLES = frozenset(role for line in _ROLES for role in line.split())
