#!/usr/bin/env bash
# ICU: the transform Traditional-Simplified changes text that is simplified already.
#
# Versions: ICU 77.1 (pyicu-wheels 2.15.2), Python 3.11.
# Expected: applied to simplified characters it changes nothing, so that applied twice it gives what it gave once.
# Happens: 苎 (simplified, as in 苎麻, ramie) becomes 苧, and 苧 becomes 苎: applied again and again it goes to and fro. And
#   薴 becomes 苧, which becomes 苎. A key made by this transform is equal for one text only where each side was folded as
#   often as the other; a table made from it must follow such a chain to one end for the whole circle.
# Seen:
#   of 3080 characters that it changes, 3 are changed again: 苎 苧 薴
#   苎麻 -> 苧麻 -> 苎麻
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pyicu-wheels==2.15.2

PYTHONIOENCODING=utf-8 "$place/venv/bin/python" - <<'PYTHON'
import sys

import icu

simplify = icu.Transliterator.createInstance("Traditional-Simplified").transliterate
blocks = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x33480))
signs = [chr(point) for block in blocks for point in block]
changed = [sign for sign in signs if len(simplify(sign)) == 1 and simplify(sign) != sign]
again = [sign for sign in changed if simplify(simplify(sign)) != simplify(sign)]
print(f"of {len(changed)} characters that it changes, {len(again)} are changed again: {' '.join(again)}")
once = simplify("苎麻")
print(f"苎麻 -> {once} -> {simplify(once)}")
sys.exit((again, once, simplify(once)) != (["苎", "苧", "薴"], "苧麻", "苎麻"))
PYTHON
