"""Shrunk models of AWS lead botocore to the same addresses and the same requests."""

import gzip
import json
from pathlib import Path

import botocore
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.regions import EndpointResolver
from botocore.session import Session

from chalicelib.foundation.aws_models import AWS_SERVICES, ENDPOINT_NAMES
from infra.botocore_data import shrink_model

DATA = Path(botocore.__file__).parent / "data"
ENDPOINTS = "botocore/data/endpoints.json"


class TestEndpoints:
    @pytest.mark.parametrize("service", sorted(ENDPOINT_NAMES))
    def test_a_service_of_ours_has_the_same_endpoint_in_every_region(self, service):
        original = (DATA / "endpoints.json").read_bytes()
        whole, shrunk = (EndpointResolver(json.loads(each)) for each in (original, shrink_model(ENDPOINTS, original)))
        places = [
            (partition, region)
            for partition in whole.get_available_partitions()
            for region in whole.get_available_endpoints(service, partition, allow_non_regional=True)
        ]

        assert len(places) > 30
        for partition, region in places:
            found = whole.construct_endpoint(service, region, partition)
            assert shrunk.construct_endpoint(service, region, partition) == found

    def test_other_services_are_gone(self):
        endpoints = {"partitions": [{"partition": "aws", "services": {"dynamodb": {"endpoints": {}}, "ec2": {}}}]}

        shrunk = shrink_model(ENDPOINTS, json.dumps(endpoints).encode())

        assert json.loads(shrunk) == {"partitions": [{"partition": "aws", "services": {"dynamodb": {"endpoints": {}}}}]}


class TestServiceModels:
    @pytest.mark.parametrize("service", sorted(AWS_SERVICES))
    def test_botocore_makes_a_client_of_every_service(self, service, tmp_path):
        for file in [*DATA.glob("*.json"), *(DATA / service).glob("*/*")]:
            copy = tmp_path / file.relative_to(DATA)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(shrink(file))
        session = Session()
        session.register_component("data_loader", Loader([str(tmp_path)], include_default_search_paths=False))

        client = session.create_client(service, "eu-central-1", aws_access_key_id="id", aws_secret_access_key="secret")

        host = {"sesv2": "email"}.get(service, service)
        assert client.meta.endpoint_url == f"https://{host}.eu-central-1.amazonaws.com"

    @pytest.mark.parametrize("service", sorted(AWS_SERVICES))
    def test_a_model_has_the_same_operations_shapes_and_errors_without_their_texts(self, service):
        whole = json.loads(gzip.decompress(newest_model(service).read_bytes()))

        shrunk = json.loads(gzip.decompress(shrink(newest_model(service))))

        assert list(shrunk["operations"]) == list(whole["operations"])
        assert list(shrunk["shapes"]) == list(whole["shapes"])
        assert len(json.dumps(shrunk)) < len(json.dumps(whole)) / 2
        models = [ServiceModel(each, service) for each in (whole, shrunk)]
        for name in whole["shapes"]:
            shapes = [model.shape_for(name) for model in models]
            assert [shape.type_name for shape in shapes] == [shapes[0].type_name] * 2
            assert shapes[1].metadata == shapes[0].metadata
            assert shapes[1].serialization == shapes[0].serialization

    def test_a_member_called_documentation_stays(self):
        members = {"documentation": {"shape": "Text", "documentation": "What to read."}}
        model = gzip.compress(json.dumps({"shapes": {"Page": {"members": members}}}).encode())

        shrunk = shrink_model("botocore/data/sqs/2012-11-05/service-2.json.gz", model)

        kept = {"documentation": {"shape": "Text", "documentation": ""}}
        assert json.loads(gzip.decompress(shrunk)) == {"shapes": {"Page": {"members": kept}}}

    def test_other_files_stay_as_they_are(self):
        assert shrink_model("botocore/data/s3/2006-03-01/endpoint-rule-set-1.json.gz", b"rules") == b"rules"


def newest_model(service):
    return max((DATA / service).glob("*/service-2.json.gz"))


def shrink(file):
    return shrink_model(f"botocore/data/{file.relative_to(DATA).as_posix()}", file.read_bytes())
