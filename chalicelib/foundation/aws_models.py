"""botocore's descriptions of AWS services, with two changes: endpoints of our services only, and items as documents.

botocore converts every value as the description says, attribute by attribute, and walks through all items of a
transaction once more in search of table ARNs, which we do not use. That is most of the CPU time of a transaction
(botocore 1.44). Our items are DynamoDB's JSON already, with binary values in Base64, so they are passed on as they are.
"""

from pathlib import PurePath
from typing import Any

from botocore.loaders import JSONFileLoader, Loader

AWS_SERVICES = frozenset({"dynamodb", "kms", "s3", "sesv2", "sqs", "sts"})
#: What the services are called in the list of endpoints.
ENDPOINT_NAMES = AWS_SERVICES - {"sesv2"} | {"email"}

_DOCUMENT = {"type": "structure", "members": {}, "document": True}  # passed on as it is
_ITEMS = (
    "AttributeMap",
    "BatchGetRequestMap",
    "BatchGetResponseMap",
    "BatchWriteItemRequestMap",
    "ExpressionAttributeValueMap",
    "ItemList",
    "Key",
    "PartiQLBatchRequest",
    "PartiQLBatchResponse",
    "PutItemInputAttributeMap",
    "TransactWriteItemList",
)


class _FileLoader(JSONFileLoader):
    """Drops the endpoints of all other services, which take 7 MB."""

    def load_file(self, file_path: str) -> Any:
        content = super().load_file(file_path)
        return own_endpoints(content) if content and PurePath(file_path).name == "endpoints" else content


class ModelLoader(Loader):
    """Loads the service descriptions that come with botocore."""

    FILE_LOADER_CLASS = _FileLoader

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        model = super().load_service_model(service_name, type_name, api_version)
        return _with_plain_items(model) if (service_name, type_name) == ("dynamodb", "service-2") else model


def _with_plain_items(model: dict[str, Any]) -> dict[str, Any]:
    operations = {
        name: {key: value for key, value in operation.items() if key != "operationContextParams"}
        for name, operation in model["operations"].items()
    }
    return {**model, "shapes": {**model["shapes"], **dict.fromkeys(_ITEMS, _DOCUMENT)}, "operations": operations}


def own_endpoints(endpoints: dict[str, Any]) -> dict[str, Any]:
    """The endpoints of the services that we use."""
    partitions = [{**each, "services": _own(each["services"])} for each in endpoints["partitions"]]
    return {**endpoints, "partitions": partitions}


def _own(services: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in services.items() if name in ENDPOINT_NAMES}
