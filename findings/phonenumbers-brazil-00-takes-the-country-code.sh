#!/usr/bin/env bash
# phonenumbers 9.0.43 (the Python port of libphonenumber).
#
# Expected: people write 00 for the plus in every country. In the region BR, "0055 11 98765-4321" is the mobile number
#           +55 11 98765-4321, or none can be read.
# Happens:  in Brazil the code of a carrier follows the 00 (00 15 49 30 … is dialed for Berlin). 55 and 65 are carriers
#           too, so the country codes of Brazil itself and of Singapore are taken away as such, and what follows becomes
#           a number of another country. The library calls it possible. With another country code, the 00 stays in the
#           number, which is at least impossible. In the region DE, the same text keeps its country.
# Seen:     phonenumbers 9.0.43
#           0055 11 98765-4321  BR  +11987654321       possible
#           0065 9234 5678      BR  +92345678          possible
#           0049 30 23125123    BR  +550493023125123   not possible
#           0015 49 30 23125123 BR  +493023125123      possible
#           0055 11 98765-4321  DE  +5511987654321     possible
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$place/venv/bin/python" - <<'PYTHON'
import sys

import phonenumbers

print("phonenumbers", phonenumbers.__version__)
expected = {
    ("0055 11 98765-4321", "BR"): ("+11987654321", "possible"),
    ("0065 9234 5678", "BR"): ("+92345678", "possible"),
    ("0049 30 23125123", "BR"): ("+550493023125123", "not possible"),
    ("0015 49 30 23125123", "BR"): ("+493023125123", "possible"),
    ("0055 11 98765-4321", "DE"): ("+5511987654321", "possible"),
}
seen = {}
for text, region in expected:
    number = phonenumbers.parse(text, region)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    possible = "possible" if phonenumbers.is_possible_number(number) else "not possible"
    seen[text, region] = (written, possible)
    print(f"{text:<19} {region}  {written:<18} {possible}")
sys.exit(0 if seen == expected else 1)
PYTHON
