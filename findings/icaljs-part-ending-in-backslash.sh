#!/usr/bin/env bash
# ical.js 2.2.1 (npm), Node.js 20: a part of a structured vCard value that ends in a backslash swallows the next part.
#
# Expected: RFC 6350, 3.4: a backslash in a text is written as two; so "N:Doe\\;Jane;;;" is the family name "Doe\" and
#           the given name "Jane", and "CATEGORIES:a\\,b" is the two categories "a\" and "b".
# Happens:  the separator behind the escaped backslash counts as escaped: one part, "Doe\;Jane", and one category.
#           Thunderbird reads and writes cards with this library.
# Seen:     n = ["Doe\\;Jane","","",""]   categories = ["a\\,b"]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ical.js@2.2.1 >/dev/null
cat > read.mjs <<'JS'
import ICAL from 'ical.js';
const card = 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jane\r\nN:Doe\\\\;Jane;;;\r\nCATEGORIES:a\\\\,b\r\nEND:VCARD\r\n';
const properties = Object.fromEntries(ICAL.parse(card)[1].map(([name, , , ...values]) => [name, values]));
const seen = `n = ${JSON.stringify(properties.n[0])}   categories = ${JSON.stringify(properties.categories)}`;
console.log(seen);
process.exit(seen === 'n = ["Doe\\\\;Jane","","",""]   categories = ["a\\\\,b"]' ? 0 : 1);
JS
node read.mjs
