"""What the first cards of real files of vCards say, by the name of the file: how many cards it has, and the fields.

The notes are left out: they are long, and show the same in every file.
"""

from typing import Any

HOME = {"street": "1 Main St; Apt 4\nFloor 2", "city": "Paris", "postal_code": "75001", "label": "home"}
IN_FRANCE = {**HOME, "country": "France"}
LINK = {"value": "https://example.com/a,b;c"}
JURGEN = {"family": "Müller", "given": "Jürgen", "middle": "Karl;Otto", "prefix": "Dr."}
WORK = {"organization": "Smith, Sons", "department": "Sales"}
YEARLESS = {"month": 2, "day": 3}
BORN = {**YEARLESS, "year": 1980}
WEDDING = [{"value": "2010-05-17", "label": "anniversary"}]
KDE = {
    **JURGEN,
    **WORK,
    "display": "Müller, Jürgen",
    "title": "VP, Sales",
    "birthday": BORN,
    "addresses": [IN_FRANCE],
    "phones": [
        {"raw": "+49 30 5550199;ext=5", "label": "mobile"},
        {"raw": "+49 30 5550198", "label": "homeFax"},
    ],
    "emails": [{"value": "jm@example.com"}, {"value": "jm2@example.org"}],
    "urls": [LINK],
    "events": WEDDING,
    "relations": [{"value": "Ann, Poe", "label": "spouse"}],
}
EZ = {
    **JURGEN,
    "display": "Dr. Jürgen Müller",
    "nickname": "JM,Jay",
    "organization": "Smith, Sons; Co",
    "title": "VP, Sales",
    "addresses": [{**HOME, "city": "Paris, TX"}],
    "phones": [
        {"raw": "+49 30 5550199", "label": "mobile"},
        {"raw": "+49 30 5550198", "label": "workFax"},
        {"raw": "+49 30 5550197", "label": "Ferienhaus, am See"},
    ],
    "emails": [{"value": "jm@example.com", "label": "home"}],
    "urls": [LINK],
    "ims": [{"value": "jm@example.com", "label": "jabber"}],
    "groups": ["a,b", "c"],
}
SABRE = {
    **JURGEN,
    **WORK,
    "display": "Müller, Jürgen",
    "birthday": YEARLESS,
    "addresses": [IN_FRANCE],
    "phones": [
        {"raw": "+49 30 5550199;ext=5", "label": "Ferienhaus, am See"},
        {"raw": "+49 30 5550198", "label": 'Büro: "Mitte"'},
    ],
    "emails": [{"value": "jm@example.com", "label": "home"}],
    "urls": [LINK],
    "groups": ["a,b", "c"],
}
FIRST_CARDS: dict[str, tuple[int, dict[str, Any]]] = {
    "abook.vcf": (
        5,
        {
            "display": "Ann Poe",
            "given": "Ann",
            "family": "Poe",
            "nickname": "annie",
            "birthday": {"month": 5, "day": 17},
            "addresses": [
                {
                    "street": "1 Main St; Apt 4",
                    "city": "Springfield",
                    "region": "IL",
                    "postal_code": "62701",
                    "country": "United States",
                }
            ],
            "phones": [
                {"raw": "+1 217 555 0101", "label": "home"},
                {"raw": "+1 217 555 0102", "label": "work"},
                {"raw": "+1 217 555 0103", "label": "mobile"},
            ],
            "emails": [{"value": "ann@example.com"}, {"value": "ann.poe@example.org"}],
            "urls": [LINK],
        },
    ),
    "eds-3.0.vcf": (
        1,
        {
            **JURGEN,
            **WORK,
            "display": 'Müller, Jürgen "JM"',
            "file_as": "Müller, Jürgen",
            "birthday": BORN,
            "addresses": [{**IN_FRANCE, "street": "1 Main St\nFloor 2"}],
            "phones": [{"raw": "+49 30 5550199;ext=5", "label": "mobile"}],
            "emails": [{"value": "jm@example.com", "label": "work"}],
            "urls": [LINK],
            "groups": ["a,b", "c"],
        },
    ),
    "ez-3.0.vcf": (2, EZ),
    "ez-4.0.vcf": (2, {**EZ, "birthday": YEARLESS}),
    "kde-2.1.vcf": (2, KDE),
    "kde-3.0.vcf": (2, {**KDE, "nickname": "JM,Jay", "groups": ["a,b", "c"]}),
    "kde-4.0.vcf": (2, {**KDE, "nickname": "JM,Jay", "groups": ["a,b", "c"]}),
    "khard-3.0.vcf": (
        1,
        {
            **JURGEN,
            **WORK,
            "display": "Müller, Jürgen",
            "nickname": "JM,Jay",
            "title": "VP, Sales",
            "birthday": YEARLESS,
            "addresses": [{**IN_FRANCE, "street": "1 Main St; Apt 4"}],
            "phones": [
                {"raw": "+49 30 5550197", "label": "work"},
                {"raw": "+49 30 5550196", "label": "work"},
                {"raw": "+49 30 5550199", "label": "mobile"},
                {"raw": "+49 30 5550198", "label": "Ferienhaus am See"},
            ],
            "emails": [
                {"value": "jm@example.com", "label": "home"},
                {"value": "b@example.com", "label": "Büro Mitte"},
            ],
            "urls": [LINK],
            "events": WEDDING,
            "ims": [{"value": "jm@example.com", "label": "jabber"}],
            "groups": ["a,b", "c"],
        },
    ),
    "radicale-3.0.vcf": (2, EZ),
    "roundcube-3.0.vcf": (
        1,
        {
            **JURGEN,
            "display": "Müller, Jürgen",
            "nickname": "JM",
            "organization": "Smith, Sons; Co",
            "department": "Sales",
            "title": "VP, Sales",
            "birthday": BORN,
            "addresses": [{**IN_FRANCE, "street": "1 Main St; Apt 4"}],
            "phones": [
                {"raw": "+49 30 5550199", "label": "mobile"},
                {"raw": "+49 30 5550198", "label": "workFax"},
                {"raw": "+49 30 5550197", "label": "assistant"},
                {"raw": "+49 30 5550196", "label": "home2"},
            ],
            "emails": [
                {"value": "jm@example.com", "label": "home"},
                {"value": "jm2@example.org", "label": "work"},
            ],
            "urls": [{**LINK, "label": "homePage"}],
            "events": WEDDING,
            "relations": [{"value": "Ann Poe", "label": "spouse"}],
            "ims": [{"value": "jm@example.com", "label": "jabber"}],
            "groups": ["a", "b"],
            "custom_fields": [
                {"name": "Nickname", "value": "Jay"},
                {"name": "Gender", "value": "male"},
                {"name": "Maiden name", "value": "Roe"},
            ],
        },
    ),
    "sabre-2.1.vcf": (1, SABRE),
    "sabre-3.0.vcf": (1, SABRE),
    "tb-4.0.vcf": (
        2,
        {
            **JURGEN,
            "middle": "Karl Otto",
            "display": "Müller, Jürgen",
            "nickname": "JM",
            "organization": "Smith, Sons; Co",
            "department": "Sales",
            "title": "VP, Sales",
            "birthday": YEARLESS,
            "addresses": [IN_FRANCE],
            "phones": [{"raw": "+49 30 5550199", "label": "mobile"}],
            "emails": [{"value": "jm@example.com"}, {"value": "jm2@example.org"}],
            "urls": [{**LINK, "label": "work"}],
            "ims": [{"value": "jm@example.com", "label": "jabber"}],
            "custom_fields": [
                {"name": "Nickname", "value": "Jay"},
                {"name": "Custom 1", "value": "c1; and, more"},
                {"name": "Time zone", "value": "Europe/Berlin"},
            ],
        },
    ),
    "vcards-js-2.1.vcf": (
        1,
        {
            **JURGEN,
            "display": "Jürgen Karl;Otto Müller",
            "organization": "Smith, Sons",
            "department": "Co",
            "title": "VP, Sales",
            "birthday": {"year": 1985, "month": 1, "day": 1},
            "addresses": [IN_FRANCE],
            "phones": [
                {"raw": "+49 30 5550198", "label": "mobile"},
                {"raw": "+49 30 5550197", "label": "mobile"},
                {"raw": "+49 30 5550199;ext=5", "label": "work"},
            ],
            "emails": [{"value": "jm@example.com", "label": "home"}, {"value": "w@example.com", "label": "work"}],
            "urls": [LINK, {"value": "https://example.com/@jm", "label": "twitter"}],
        },
    ),
}
