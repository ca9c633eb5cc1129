"""Pruning the zip keeps what is needed, and equal sources give equal bytes."""

import zipfile

import pytest

from infra.prune import prune, ships


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
            "google_api_core-2.44.0.dist-info/METADATA",
            "opentelemetry_api-1.45.2.dist-info/entry_points.txt",
            "certifi/cacert.pem",
            "cryptography/hazmat/bindings/_rust.abi3.so",
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
            "phonenumbers/carrierdata/data0.py",
            "phonenumbers/tzdata/data0.py",
            "google/protobuf/testdata/file.py",
            "httplib2/tests/test_http.py",
            "chalicelib/__pycache__/wiring.cpython-311.pyc",
            "requests-2.34.2.dist-info/RECORD",
        ],
    )
    def test_what_is_never_read_goes(self, name):
        assert not ships(name)


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

    def test_the_replacement_of_botocores_docs_accepts_their_arguments(self, tmp_path):
        write(tmp_path / "full.zip", {"botocore/docs/docstring.py": "raise ImportError"}, (2026, 1, 5, 8, 0, 0))

        prune(tmp_path / "full.zip", tmp_path / "pruned.zip")

        with zipfile.ZipFile(tmp_path / "pruned.zip") as pruned:
            made: dict[str, type] = {}
            exec(pruned.read("botocore/docs/docstring.py"), made)
        for name in ("ClientMethodDocstring", "PaginatorDocstring", "WaiterDocstring"):
            assert made[name]("model", operation_name="GetItem") == ""


def write(path, files, date):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, date), content)
