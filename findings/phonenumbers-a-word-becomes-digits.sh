#!/usr/bin/env bash
# phonenumbers 9.0.43 (the Python port of libphonenumber).
#
# Expected: in "030 23125123 home" the word is a label: the number is +49 30 23125123, or none can be read.
# Happens:  three letters or more anywhere behind the digits turn all of them into the digits of a telephone's keys,
#           in every region, and the longer number is valid where a country has numbers of several lengths. Two letters
#           are dropped. The same goes for "1-800-FLOWERS" in Germany, which becomes a valid German number.
# Seen:     phonenumbers 9.0.43
#           030 23125123       DE  +493023125123      valid
#           030 23125123 ho    DE  +493023125123      valid
#           030 23125123 home  DE  +4930231251234663  valid
#           1-800-FLOWERS      DE  +4918003569377     valid
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$place/venv/bin/python" - <<'PYTHON'
import sys

import phonenumbers

print("phonenumbers", phonenumbers.__version__)
seen = {}
for text in ("030 23125123", "030 23125123 ho", "030 23125123 home", "1-800-FLOWERS"):
    number = phonenumbers.parse(text, "DE")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    valid = "valid" if phonenumbers.is_valid_number(number) else "not valid"
    seen[text] = (written, valid)
    print(f"{text:<18} DE  {written:<18} {valid}")
expected = {
    "030 23125123": ("+493023125123", "valid"),
    "030 23125123 ho": ("+493023125123", "valid"),
    "030 23125123 home": ("+4930231251234663", "valid"),
    "1-800-FLOWERS": ("+4918003569377", "valid"),
}
sys.exit(0 if seen == expected else 1)
PYTHON
