"""botocore's descriptions of AWS services, with one change: DynamoDB items are documents.

botocore converts every value as the description says, attribute by attribute, and walks through all items of a
transaction once more in search of table ARNs, which we do not use. That is most of the CPU time of a transaction
(botocore 1.44). Our items are DynamoDB's JSON already, with binary values in Base64, so they are passed on as they are.
"""

from typing import Any

from botocore.loaders import Loader

_DOCUMENT = {"type": "structure", "members": {}, "document": True}  # passed on as it is
_ITEMS = (
    "AttributeMap",
    "BatchGetRequestMap",
    "BatchGetResponseMap",
    "BatchWriteItemRequestMap",
    "ExpressionAttributeValueMap",
    "ItemList",
    "Key",
    "PutItemInputAttributeMap",
    "TransactWriteItemList",
)


class ModelLoader(Loader):
    """Loads the service descriptions that come with botocore."""

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        model = super().load_service_model(service_name, type_name, api_version)
        return _with_plain_items(model) if (service_name, type_name) == ("dynamodb", "service-2") else model


def _with_plain_items(model: dict[str, Any]) -> dict[str, Any]:
    operations = {
        name: {key: value for key, value in operation.items() if key != "operationContextParams"}
        for name, operation in model["operations"].items()
    }
    return {**model, "shapes": {**model["shapes"], **dict.fromkeys(_ITEMS, _DOCUMENT)}, "operations": operations}
