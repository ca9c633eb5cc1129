"""Pruning the zip keeps what is needed, and equal sources give equal bytes."""

import warnings
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests

from infra.prune import prune, ships
from infra.symbols import without_symbols
from tests.infra.elf import library


class TestShips:
    @pytest.mark.parametrize(
        "name",
        [
            "app.py",
            "chalicelib/web/pages/import.html",
            "chalicelib/attest.py",
            "chalicelib/contacts/renumbered_phones.json",
            "googleapiclient/discovery_cache/documents/people.v1.json",
            "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
            "botocore/data/s3/2006-03-01/endpoint-rule-set-1.json.gz",
            "botocore/data/endpoints.json",
            "botocore/data/_retry.json",
            "botocore/docs/utils.py",
            "phonenumbers/data/region_DE.py",
            "phonenumbers/carrierdata/data0.py",
            "phonenumbers/tzdata/data0.py",
            "phonenumbers/shortdata/__init__.py",
            "google/api_core/__init__.py",
            "google/api_core/_python_version_support.py",
            "google/api_core/client_options.py",
            "google/auth/crypt/_cryptography_rsa.py",
            "google_api_core-2.44.0.dist-info/METADATA",
            "opentelemetry_api-1.45.2.dist-info/entry_points.txt",
            "certifi/cacert.pem",
            "cryptography/hazmat/bindings/_rust.abi3.so",
            "_cffi_backend.cpython-313-x86_64-linux-gnu.so",
            "pydantic/version.py",
            "dateutil/zoneinfo/__init__.py",
            "dateutil/tz/tz.py",
            "urllib3/contrib/socks.py",
        ],
    )
    def test_what_is_needed_stays(self, name):
        assert ships(name)

    @pytest.mark.parametrize(
        "name",
        [
            "googleapiclient/discovery_cache/documents/drive.v3.json",
            "botocore/data/ec2/2016-11-15/service-2.json.gz",
            "botocore/data/s3/2006-03-01/examples-1.json",
            "botocore/docs/bcdoc/restdoc.py",
            "boto3/data/ec2/2016-11-15/resources-1.json",
            "phonenumbers/geodata/data0.py",
            "google/protobuf/testdata/file.py",
            "httplib2/tests/test_http.py",
            "chalicelib/__pycache__/wiring.cpython-311.pyc",
            "requests-2.34.2.dist-info/RECORD",
            "phonenumbers/shortdata/region_DE.py",
            "google/_upb/_message.abi3.so",
            "google/protobuf/message.py",
            "google/rpc/status_pb2.py",
            "google/api_core/exceptions.py",
            "google/api_core/gapic_v1/__init__.py",
            "proto/message.py",
            "opentelemetry/trace/__init__.py",
            "pyasn1/type/univ.py",
            "pyasn1_modules/rfc2459.py",
            "cffi/api.py",
            "pycparser/c_parser.py",
            "pydantic/v1/main.py",
            "pydantic/mypy.py",
            "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",
            "httplib2/cacerts.txt",
            "pyparsing/core.py",
            "charset_normalizer/md.cpython-311-x86_64-linux-gnu.so",
            "google/auth/aio/credentials.py",
            "google/auth/_default_async.py",
            "google/auth/transport/grpc.py",
            "google/oauth2/_client_async.py",
            "urllib3/contrib/emscripten/fetch.py",
        ],
    )
    def test_what_is_never_read_goes(self, name):
        assert not ships(name)

    @pytest.mark.parametrize("system", ["cpython-311-x86_64-linux-gnu", "cpython-313-aarch64-linux-gnu"])
    def test_of_rapidfuzz_one_way_to_compare_words_stays_and_runs_on_every_processor(self, system):
        compiled = ("distance/_initialize_cpp", "distance/metrics_cpp")
        others = (
            "process_cpp_impl",
            "fuzz_cpp",
            "fuzz_cpp_avx2",
            "utils_cpp",
            "_feature_detector_cpp",
            "distance/metrics_cpp_avx2",
        )

        kept = [name for name in (*compiled, *others) if ships(f"rapidfuzz/{name}.{system}.so")]

        assert kept == [*compiled]
        assert all(ships(f"rapidfuzz/{name}.py") for name in ("fuzz_py", "utils_py", "distance/OSA", "process_py"))


class TestPrune:
    def test_the_same_files_in_another_order_and_from_another_day_make_the_same_bytes(self, tmp_path):
        write(tmp_path / "monday.zip", {"b.py": "b", "a.py": "a"}, (2026, 1, 5, 8, 0, 0))
        write(tmp_path / "friday.zip", {"a.py": "a", "b.py": "b"}, (2026, 1, 9, 17, 30, 0))

        for day in ("monday", "friday"):
            prune(tmp_path / f"{day}.zip", tmp_path / f"{day}-pruned.zip")

        assert (tmp_path / "monday-pruned.zip").read_bytes() == (tmp_path / "friday-pruned.zip").read_bytes()

    def test_contents_stay_and_anybody_may_read_them(self, tmp_path):
        write(tmp_path / "full.zip", {"app.py": "print()", "app.pyc": "x"}, (2026, 1, 5, 8, 0, 0))

        prune(tmp_path / "full.zip", tmp_path / "pruned.zip")

        with zipfile.ZipFile(tmp_path / "pruned.zip") as pruned:
            assert {name: pruned.read(name) for name in pruned.namelist()} == {"app.py": b"print()"}
            assert pruned.getinfo("app.py").external_attr >> 16 == 0o100644

    def test_a_library_keeps_its_name_version_and_license_but_not_its_readme(self, tmp_path):
        headers = "Metadata-Version: 2.4\nName: swift\nVersion: 1.2\nLicense: MIT\n"
        metadata = "swift-1.2.dist-info/METADATA"
        write(tmp_path / "full.zip", {metadata: f"{headers}\n# Swift\n\nIt is swift."}, (2026, 1, 5, 8, 0, 0))

        prune(tmp_path / "full.zip", tmp_path / "pruned.zip")

        with zipfile.ZipFile(tmp_path / "pruned.zip") as pruned:
            assert pruned.read(metadata).decode() == headers

    def test_a_compiled_library_loses_its_symbol_table(self, tmp_path):
        write(tmp_path / "full.zip", {"swift/fast.abi3.so": library()}, (2026, 1, 5, 8, 0, 0))

        prune(tmp_path / "full.zip", tmp_path / "pruned.zip")

        with zipfile.ZipFile(tmp_path / "pruned.zip") as pruned:
            assert pruned.read("swift/fast.abi3.so") == without_symbols(library())

    def test_the_replacement_of_botocores_docs_accepts_their_arguments(self, tmp_path):
        write(tmp_path / "full.zip", {"botocore/docs/docstring.py": "raise ImportError"}, (2026, 1, 5, 8, 0, 0))

        prune(tmp_path / "full.zip", tmp_path / "pruned.zip")

        with zipfile.ZipFile(tmp_path / "pruned.zip") as pruned:
            made: dict[str, type] = {}
            exec(pruned.read("botocore/docs/docstring.py"), made)
        for name in ("ClientMethodDocstring", "PaginatorDocstring", "WaiterDocstring"):
            assert made[name]("model", operation_name="GetItem") == ""

    def test_the_replacement_of_httplib2s_parser_finds_no_challenge_to_answer(self, tmp_path):
        write(tmp_path / "full.zip", {"httplib2/auth.py": "raise ImportError"}, (2026, 1, 5, 8, 0, 0))

        prune(tmp_path / "full.zip", tmp_path / "pruned.zip")

        with zipfile.ZipFile(tmp_path / "pruned.zip") as pruned:
            made: dict[str, Callable[[Mapping[str, str], str], object]] = {}
            exec(pruned.read("httplib2/auth.py"), made)
        challenge = {"www-authenticate": 'Digest realm="people", nonce="1"'}
        assert made["_parse_www_authenticate"](challenge, "www-authenticate") == {}
        assert made["_parse_authentication_info"]({"authentication-info": 'rspauth="1"'}, "authentication-info") == {}

    def test_the_replacement_of_the_guess_at_encodings_is_one_that_requests_accepts(self, tmp_path):
        write(tmp_path / "full.zip", {"charset_normalizer/__init__.py": "raise ImportError"}, (2026, 1, 5, 8, 0, 0))

        prune(tmp_path / "full.zip", tmp_path / "pruned.zip")

        with zipfile.ZipFile(tmp_path / "pruned.zip") as pruned:
            made: dict[str, Any] = {}
            exec(pruned.read("charset_normalizer/__init__.py"), made)
        with warnings.catch_warnings(action="error"):
            requests.check_compatibility("2.0.0", None, made["__version__"])
        assert made["detect"]("Zoë".encode())["encoding"] == "utf-8"


def write(path, files, date):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, date), content)
