"""The zip has bytecode that Python takes as it is, and equal sources give equal bytes."""

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
        compiled = compile_zip(tmp_path, {"app.py": b"import rooms.room", "rooms/room.py": b"NAME = 'room'"})

        bytecode = [compiled[BYTECODE.format("app")], compiled["rooms/" + BYTECODE.format("room")]]
        assert [content[:8] for content in bytecode] == [importlib.util.MAGIC_NUMBER + UNCHECKED] * 2

    def test_sources_and_other_files_stay(self, tmp_path):
        files = {"app.py": b"NAME = 'app'\n", "web/page.html": b"<p>", "libraries/fast.so": b"\x7fELF"}

        compiled = compile_zip(tmp_path, files)

        assert {name: content for name, content in compiled.items() if not name.endswith(".pyc")} == files

    def test_python_runs_the_bytecode_instead_of_compiling_the_source(self, tmp_path):
        compile_zip(tmp_path, {"answer.py": b"print('from the bytecode')"})
        with zipfile.ZipFile(tmp_path / "compiled.zip") as packed:
            packed.extractall(tmp_path / "task")
        (tmp_path / "task" / "answer.py").write_text("print('from the source')")

        command = [sys.executable, "-B", "-c", "import answer"]
        done = subprocess.run(command, cwd=tmp_path / "task", check=True, capture_output=True, text=True)

        assert done.stdout == "from the bytecode\n"

    def test_tracebacks_name_the_files_where_lambda_has_them(self, tmp_path):
        compiled = compile_zip(tmp_path, {"rooms/room.py": b"NAME = 'room'"})

        assert b"/var/task/rooms/room.py" in compiled["rooms/" + BYTECODE.format("room")]

    def test_equal_sources_give_equal_bytes(self, tmp_path):
        source = b"KNOWN = {'a', 'b', 'c'}\ndef is_known(name): return name in {'x', 'y', 'z', 'set of names'}\n"
        files = {f"module_{number}.py": source for number in range(5)}

        compile_zip(tmp_path, files)
        first = (tmp_path / "compiled.zip").read_bytes()
        compile_zip(tmp_path, files)

        assert (tmp_path / "compiled.zip").read_bytes() == first

    @pytest.mark.parametrize("name", ["pyasn1/type.py", "pydantic/v1/main.py", "google/protobuf/text.py"])
    def test_modules_that_nothing_loads_get_none(self, name, tmp_path):
        assert list(compile_zip(tmp_path, {name: b"NAME = 1"})) == [name]

    def test_a_module_that_cannot_be_compiled_is_named(self, tmp_path):
        with pytest.raises(CompilationFailed, match=r"broken\.py"):
            compile_zip(tmp_path, {"broken.py": b"def ("})


def compile_zip(directory, files):
    """Compile a zip of `files`; the files of the result, by name."""
    with zipfile.ZipFile(directory / "plain.zip", "w") as plain:
        for name, content in files.items():
            plain.writestr(name, content)
    add_bytecode(directory / "plain.zip", directory / "compiled.zip")
    with zipfile.ZipFile(directory / "compiled.zip") as compiled:
        return {name: compiled.read(name) for name in compiled.namelist()}
