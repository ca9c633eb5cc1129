"""A new field of a contact needs one row in the table of fields and one line in the type."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parents[2]
ROW = """    ContactField(
        "pronouns",
        "Pronouns",
        column=Column("Pronouns"),
        vcard=Property("PRONOUNS", v3="X-PRONOUNS"),
        form=FormField(Section.NAME),
    ),
"""
BEFORE = """    ContactField(
        "emails","""
CHANGES = {  # by file: what something is put in front of, and what
    "chalicelib/contacts/contact_fields.py": (BEFORE, ROW),
    "chalicelib/contacts/source_record.py": ("    phonetic_organization: str\n", "    pronouns: str\n"),
}


def test_it_goes_from_every_way_in_to_every_way_out(tmp_path):
    shutil.copytree(HOME / "chalicelib", tmp_path / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (before, added) in CHANGES.items():
        file = tmp_path / name
        text = file.read_text()
        assert text.count(before) == 1
        file.write_text(text.replace(before, added + before))
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{HOME}", "PYTHONDONTWRITEBYTECODE": "1"}

    ran = subprocess.run(
        [sys.executable, "-P", HOME / "tests" / "contacts" / "one_more_field.py"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
