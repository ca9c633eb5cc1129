"""Uploads of files of leads over HTTP: by a form, or in parts."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.leads.importing.uploads_in_parts import PART_BYTES
from tests.routes.service import Service, ServiceResponse

UPLOADS = "/organizations/acme/leads/uploads"
IN_PARTS = f"{UPLOADS}/multipart"
IMPORTER = {"who": "ines", "organizations": {"acme": ["importer"]}}
TABLE = b"Phone,Name\n" + b"+5511987654321,Maria\n" * 100


class Uploader:
    """An importer of acme with a large file."""

    def __init__(self) -> None:
        self.service = Service()

    def post(self, path: str = "", **body: Any) -> ServiceResponse:
        return self.service.post(IN_PARTS + path, **IMPORTER, body=body)

    def begin(self, size: int = len(TABLE), **more: Any) -> Any:
        response = self.post(fileName="big.csv", size=size, **more)
        assert response.status == 201, response.text
        return response.json

    def send(self, begun: Any, number: int = 1, content: bytes = TABLE) -> str:
        """What the bucket does with a part; returns its tag."""
        request = {"UploadId": begun["uploadId"], "PartNumber": number, "Body": content}
        tag: str = self.service.bucket.upload_part(**request)["ETag"]
        return tag

    def complete(self, begun: Any, *tags: str, size: int = len(TABLE)) -> ServiceResponse:
        parts = [{"partNumber": number, "etag": tag} for number, tag in enumerate(tags, 1)]
        return self.post("/complete", **upload_of(begun), size=size, parts=parts)


def upload_of(begun: Any) -> dict[str, str]:
    return {"s3Key": begun["s3Key"], "uploadId": begun["uploadId"]}


@pytest.fixture
def uploader() -> Uploader:
    return Uploader()


def test_a_form_uploads_one_file_to_the_folder_of_the_organization(uploader):
    answer = uploader.service.post(UPLOADS, **IMPORTER, body={"fileName": "a b.csv", "size": 10})

    assert answer.status == 201
    assert answer.json["s3Key"].startswith("imports/acme/")
    assert answer.json["s3Key"].endswith("/a b.csv")
    assert answer.json["fields"]["key"] == answer.json["s3Key"]


@pytest.mark.parametrize(
    ("file_name", "end"),
    [
        ("Kunden & Freunde [neu].csv", "/Kunden _ Freunde _neu_.csv"),
        ("../other/x.csv", "/_other_x.csv"),
        ("..", "/leads.csv"),
    ],
)
def test_a_file_may_have_any_name_and_its_key_has_but_plain_signs(uploader, file_name, end):
    key = uploader.service.post(UPLOADS, **IMPORTER, body={"fileName": file_name, "size": 10}).json["s3Key"]

    assert key.startswith("imports/acme/")
    assert key.count("/") == 3
    assert key.endswith(end)


class TestAnUploadInParts:
    def test_becomes_a_file_that_can_be_imported(self, uploader):
        begun = uploader.begin()

        done = uploader.complete(begun, uploader.send(begun))

        assert (done.status, done.json) == (200, {"s3Key": begun["s3Key"]})
        assert begun["s3Key"].startswith("imports/acme/")
        started = uploader.service.post("/organizations/acme/leads/import", **IMPORTER, body=done.json)
        assert started.status == 202

    def test_has_parts_of_exactly_the_sizes_that_make_up_the_file(self, uploader):
        begun = uploader.begin(2 * PART_BYTES + 5)

        assert [(part["partNumber"], part["size"]) for part in begun["parts"]] == [
            (1, PART_BYTES),
            (2, PART_BYTES),
            (3, 5),
        ]
        asked = parse_qs(urlsplit(begun["parts"][2]["url"]).query)
        assert (asked["PartNumber"], asked["ContentLength"]) == (["3"], ["5"])
        assert (begun["partSize"], begun["nextPart"]) == (PART_BYTES, None)

    def test_of_the_largest_file_has_pages_of_parts(self, uploader):
        size = 5 << 30
        begun = uploader.begin(size)
        sizes, first = [part["size"] for part in begun["parts"]], begun["nextPart"]
        assert first == 101

        while first is not None:
            page = uploader.post("/parts", **upload_of(begun), size=size, firstPart=first).json
            sizes += [part["size"] for part in page["parts"]]
            first = page["nextPart"]

        assert (len(sizes), sum(sizes)) == (320, size)

    def test_tells_which_parts_are_stored_so_that_it_can_go_on_later(self, uploader):
        size = 2 * PART_BYTES
        begun = uploader.begin(size)
        tag = uploader.send(begun, 2)

        listed = uploader.post("/parts", **upload_of(begun), size=size).json["parts"]

        assert [part["etag"] for part in listed] == [None, tag]

    def test_may_be_completed_again_if_the_response_was_lost(self, uploader):
        begun = uploader.begin()
        tag = uploader.send(begun)

        assert [uploader.complete(begun, tag).status for _ in range(2)] == [200, 200]

    def test_with_another_part_than_its_tag_says_is_not_completed(self, uploader):
        begun = uploader.begin()
        uploader.send(begun)

        answer = uploader.complete(begun, "another")

        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "wrong_parts", "parts")

    @pytest.mark.parametrize("numbers", [(2,), (1, 1), (1, 3)])
    def test_is_completed_with_each_part_once(self, uploader, numbers):
        begun = uploader.begin()
        parts = [{"partNumber": number, "etag": "a"} for number in numbers]

        assert uploader.post("/complete", **upload_of(begun), size=3 * PART_BYTES, parts=parts).status == 422

    @pytest.mark.parametrize("size", [PART_BYTES + 1, 101 * PART_BYTES])
    def test_is_not_completed_with_its_first_parts_alone(self, uploader, size):
        begun = uploader.begin(size)
        tag = uploader.send(begun)

        answer = uploader.complete(begun, tag, size=size)

        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "wrong_parts", "parts")
        listed = uploader.post("/parts", **upload_of(begun), size=size).json["parts"]
        assert [part["etag"] for part in listed[:2]] == [tag, None]

    def test_that_was_given_up_leaves_nothing(self, uploader):
        begun = uploader.begin()
        tag = uploader.send(begun)

        assert [uploader.post("/abort", **upload_of(begun)).status for _ in range(2)] == [204, 204]

        assert uploader.complete(begun, tag).status == 404
        assert uploader.post("/parts", **upload_of(begun), size=5).status == 404
        assert uploader.service.bucket.uploads == {}

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"size": (5 << 30) + 1}, "size"),
            ({"size": 0}, "size"),
            ({"contentType": "image/png"}, "contentType"),
            ({"fileName": ""}, "fileName"),
        ],
    )
    def test_of_a_file_that_cannot_be_imported_is_not_begun(self, uploader, wrong, field):
        answer = uploader.post(**{"fileName": "big.csv", "size": 5, **wrong})

        assert (answer.status, answer.json["field"]) == (422, field)

    @pytest.mark.parametrize(
        ("path", "more"),
        [
            ("/parts", {"size": 5}),
            ("/complete", {"size": 5, "parts": [{"partNumber": 1, "etag": "a"}]}),
            ("/abort", {}),
        ],
    )
    def test_of_another_organization_cannot_be_reached(self, uploader, path, more):
        begun = uploader.begin()
        key = begun["s3Key"].replace("acme", "other")

        answer = uploader.post(path, s3Key=key, uploadId=begun["uploadId"], **more)

        assert (answer.status, answer.json["code"]) == (422, "wrong_folder")

    def test_is_for_importers(self, uploader):
        member = {"who": "max", "organizations": {"acme": ["member"]}}

        assert uploader.service.post(IN_PARTS, **member, body={"fileName": "a.csv", "size": 5}).status == 403
