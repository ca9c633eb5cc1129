"""The version of the code that converts records changes with everything that decides what a record becomes."""

import grimp
import pytest

from chalicelib.providers.mapping_version import PACKAGES, version_of


class TestVersion:
    @pytest.fixture
    def root(self, tmp_path):
        for package in PACKAGES:
            (tmp_path / package).mkdir()
            (tmp_path / package / "code.py").write_text("x = 1\n")
        return tmp_path

    def test_is_that_of_the_code(self, root):
        before = version_of(root)

        assert version_of(root) == before
        (root / "contacts" / "code.py").write_text("x = 2\n")
        assert version_of(root) != before

    def test_changes_with_a_file_that_is_moved(self, root):
        before = version_of(root)

        (root / "contacts" / "code.py").rename(root / "contacts" / "other.py")

        assert version_of(root) != before

    def test_is_that_of_the_bytecode_where_a_package_has_no_sources(self, root):
        for package in PACKAGES:
            (root / package / "code.py").rename(root / package / "code.pyc")
        before = version_of(root)

        (root / "books" / "code.pyc").write_text("x = 2\n")

        assert version_of(root) != before

    def test_ignores_the_bytecode_that_python_keeps_beside_sources(self, root):
        before = version_of(root)

        (root / "contacts" / "__pycache__").mkdir()
        (root / "contacts" / "__pycache__" / "code.cpython-311.pyc").write_bytes(b"bytecode")

        assert version_of(root) == before

    def test_needs_sources(self, root):
        (root / "contacts" / "code.py").unlink()

        with pytest.raises(LookupError):
            version_of(root)

    @pytest.mark.parametrize("converts", ["providers.google.person", "providers.microsoft.contact", "books.intake"])
    def test_covers_all_code_that_converts_records(self, converts):
        graph = grimp.build_graph("chalicelib", cache_dir=None)

        used = graph.find_upstream_modules(f"chalicelib.{converts}")

        packages = {name.split(".")[1] for name in used if name.count(".") > 1}
        assert packages <= {*PACKAGES, "tables", "jobs"}  # keys of items, and the jobs of versions, convert nothing
