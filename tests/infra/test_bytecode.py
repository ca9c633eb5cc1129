"""The zip has bytecode that Python takes as it is, which replaces the sources."""

import importlib.util
import subprocess
import sys
import zipfile

import pytest

from infra.bytecode import CompilationFailed, add_bytecode

BYTECODE = f"__pycache__/{{}}.{sys.implementation.cache_tag}.pyc"
UNCHECKED = b"\x01\x00\x00\x00"  # the flags of bytecode that is never compared with its source


class TestAddBytecode:
    def test_every_module_has_bytecode_of_this_python_that_is_not_compared_with_the_source(self, tmp_path):
        sources = {
            "app.py": b"import library",
            "chalicelib/room.py": b"NAME = 'room'",
            "library/part.py": b"NAME = 'part'",
        }

        compiled = compile_zip(tmp_path, sources)

        names = [BYTECODE.format("app"), "chalicelib/room.pyc", "library/part.pyc"]
        assert [compiled[name][:8] for name in names] == [importlib.util.MAGIC_NUMBER + UNCHECKED] * 3

    def test_the_first_module_and_other_files_stay(self, tmp_path):
        files = {"app.py": b"NAME = 'app'\n", "chalicelib/web/page.html": b"<p>", "libraries/fast.so": b"\x7fELF"}

        compiled = compile_zip(tmp_path, files)

        assert {name: content for name, content in compiled.items() if not name.endswith(".pyc")} == files

    def test_other_modules_have_bytecode_alone(self, tmp_path):
        modules = ("chalicelib/__init__", "library/__init__", "library/app", "single")
        compiled = compile_zip(tmp_path, {f"{name}.py": b"" for name in modules})

        assert list(compiled) == [f"{name}.pyc" for name in modules]

    def test_python_runs_the_bytecode_instead_of_compiling_the_source(self, tmp_path):
        compile_zip(tmp_path, {"app.py": b"print('from the bytecode')"})
        (unzipped(tmp_path) / "app.py").write_text("print('from the source')")

        assert run(tmp_path, "import app") == "from the bytecode\n"

    def test_python_imports_modules_that_have_no_sources(self, tmp_path):
        compile_zip(
            tmp_path, {"library/__init__.py": b"from library.part import NAME", "library/part.py": b"NAME = 'part'"}
        )
        unzipped(tmp_path)

        assert run(tmp_path, "import library; print(library.NAME)") == "part\n"

    def test_tracebacks_name_the_files_where_lambda_has_them(self, tmp_path):
        compiled = compile_zip(tmp_path, {"chalicelib/room.py": b"NAME = 'room'", "library/part.py": b"NAME = 'part'"})

        assert b"/var/task/chalicelib/room.py" in compiled["chalicelib/room.pyc"]
        assert b"/var/task/library/part.py" in compiled["library/part.pyc"]

    def test_equal_sources_give_equal_bytes(self, tmp_path):
        source = b"KNOWN = {'a', 'b', 'c'}\ndef is_known(name): return name in {'x', 'y', 'z', 'set of names'}\n"
        files = {f"module_{number}.py": source for number in range(5)}

        compile_zip(tmp_path, files)
        first = (tmp_path / "compiled.zip").read_bytes()
        compile_zip(tmp_path, files)

        assert (tmp_path / "compiled.zip").read_bytes() == first

    @pytest.mark.parametrize("name", ["chalicelib/broken.py", "library/broken.py"])
    def test_a_module_that_cannot_be_compiled_is_named(self, name, tmp_path):
        with pytest.raises(CompilationFailed, match=r"broken\.py"):
            compile_zip(tmp_path, {name: b"def ("})


def compile_zip(directory, files):
    """Compile a zip of `files`; the files of the result, by name."""
    with zipfile.ZipFile(directory / "plain.zip", "w") as plain:
        for name, content in files.items():
            plain.writestr(name, content)
    add_bytecode(directory / "plain.zip", directory / "compiled.zip")
    with zipfile.ZipFile(directory / "compiled.zip") as compiled:
        return {name: compiled.read(name) for name in compiled.namelist()}


def unzipped(directory):
    """The directory into which the compiled zip is unzipped."""
    with zipfile.ZipFile(directory / "compiled.zip") as packed:
        packed.extractall(directory / "task")
    return directory / "task"


def run(directory, program):
    command = [sys.executable, "-B", "-c", program]
    return subprocess.run(command, cwd=directory / "task", check=True, capture_output=True, text=True).stdout
