#!/usr/bin/env bash
# ical.js 2.2.1 (npm), Node.js 20: the label of a vCard value (X-ABLABEL) keeps its backslashes.
#
# Expected: X-ABLABEL is text wherever it is written (Apple, Google, Evolution escape it like every text), so a reader
#           gives back "Home, old" and a line break.
# Happens:  properties that the library does not know have the type "unknown" and are not unescaped. With VALUE=text
#           the very same value is. It is the same for X-PHONETIC-FIRST-NAME, X-ABDATE and X-ABRELATEDNAMES.
# Seen:     plain "Home\\, old\\nnew"   VALUE=text "Home, old\nnew"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ical.js@2.2.1 >/dev/null
cat > read.mjs <<'JS'
import ICAL from 'ical.js';
const label = (parameter) => {
  const card = `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jane\r\nitem1.TEL:5550100\r\nitem1.X-ABLABEL${parameter}:Home\\, old\\nnew\r\nEND:VCARD\r\n`;
  return JSON.stringify(ICAL.parse(card)[1].find(([name]) => name === 'x-ablabel')[3]);
};
const seen = `plain ${label('')}   VALUE=text ${label(';VALUE=text')}`;
console.log(seen);
process.exit(seen === 'plain "Home\\\\, old\\\\nnew"   VALUE=text "Home, old\\nnew"' ? 0 : 1);
JS
node read.mjs
