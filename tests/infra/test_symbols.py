"""A compiled library without its symbol table is the same library, in less room."""

import subprocess
import sys
import zlib
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import markupsafe
import pytest

from infra.symbols import without_symbols
from tests.infra.elf import CODE, SECTION_NAMES, SYMBOL_NAMES, SYMBOLS, library

COMPILED = Path(markupsafe.__file__).with_name(f"_speedups{EXTENSION_SUFFIXES[0]}")


class TestWithoutSymbols:
    def test_the_symbol_table_and_its_names_become_zeros_and_all_else_stays(self):
        without = library().replace(SYMBOLS, bytes(len(SYMBOLS))).replace(SYMBOL_NAMES, bytes(len(SYMBOL_NAMES)))

        assert without_symbols(library()) == without
        assert CODE in without
        assert SECTION_NAMES in without

    @pytest.mark.parametrize("content", [b"", b"\x7fELF", b"\x7fELF\x01\x01 of 32 bits", b"\xcf\xfa\xed\xfe of macOS"])
    def test_a_file_of_another_format_stays_as_it_is(self, content):
        assert without_symbols(content) == content

    @pytest.mark.skipif(sys.platform != "linux" or not COMPILED.exists(), reason="no compiled library for Linux here")
    def test_python_imports_a_library_without_symbols_which_is_smaller(self, tmp_path):
        full = COMPILED.read_bytes()
        shrunk = without_symbols(full)
        (tmp_path / COMPILED.name).write_bytes(shrunk)

        command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path = [{str(tmp_path)!r}]; import _speedups"]
        subprocess.run(command, check=True)

        assert len(zlib.compress(shrunk, 9)) < len(zlib.compress(full, 9)) / 2
