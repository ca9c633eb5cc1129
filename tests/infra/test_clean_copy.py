"""Only what git knows or would add is packaged."""

import subprocess

import pytest

from chalicelib.contacts.renumbered_phones import RULES
from infra.clean_copy import copy_what_ships
from infra.packaging import ROOT


@pytest.fixture
def checkout(tmp_path):
    root = tmp_path / "checkout"
    for name in ("app.py", "chalicelib/jobs/job.py", ".chalice/config.json", "requirements.txt", "tests/test_x.py"):
        write(root / name)
    (root / ".gitignore").write_text("*.pyc\n.chalice/deployments/\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def write(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(path.name)


def files(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class TestCopyWhatShips:
    def test_the_app_its_library_its_settings_and_its_requirements_ship_and_nothing_else(self, checkout, tmp_path):
        copy = copy_what_ships(checkout, tmp_path / "copy")

        assert files(copy) == [".chalice/config.json", "app.py", "chalicelib/jobs/job.py", "requirements.txt"]

    def test_files_of_data_ship_with_the_code_that_reads_them(self, tmp_path):
        copy = copy_what_ships(ROOT, tmp_path / "copy")

        assert (copy / RULES.relative_to(ROOT)).read_bytes() == RULES.read_bytes()

    def test_bytecode_and_earlier_packages_stay_behind(self, checkout, tmp_path):
        write(checkout / "chalicelib/jobs/__pycache__/job.cpython-311.pyc")
        write(checkout / ".chalice/deployments/old.zip")

        assert len(files(copy_what_ships(checkout, tmp_path / "copy"))) == 4

    def test_a_tracked_file_that_was_deleted_is_not_packaged(self, checkout, tmp_path):
        subprocess.run(["git", "add", "."], cwd=checkout, check=True)
        (checkout / "chalicelib/jobs/job.py").unlink()
        write(checkout / "chalicelib/jobs/run.py")

        assert "chalicelib/jobs/job.py" not in files(copy_what_ships(checkout, tmp_path / "copy"))

    def test_a_checkout_without_an_app_cannot_be_packaged(self, checkout, tmp_path):
        (checkout / "app.py").unlink()

        with pytest.raises(FileNotFoundError, match=r"app\.py"):
            copy_what_ships(checkout, tmp_path / "copy")
