"""Gives the API of a template one greedy resource for all paths; the app itself finds the route.

Chalice makes a resource for each part of a path. API Gateway allows 300 in one API, and we have more.
"""

from chalicelib.foundation.json import Json
from chalicelib.foundation.route_table import GREEDY

_METHODS = ("get", "head", "post", "put", "patch", "delete", "options")  # the embedded AWS ignores a method for all
_INTEGRATION = "x-amazon-apigateway-integration"


def with_greedy_path(template: Json) -> Json:
    """The template of `chalice package` with an API that passes every method of every path to the function."""
    api = template["Resources"]["RestAPI"]
    body = api["Properties"]["DefinitionBody"]
    operation = {"responses": {}, _INTEGRATION: body["paths"]["/"]["get"][_INTEGRATION]}
    proxy = {"name": "proxy", "in": "path", "required": True, "type": "string"}
    paths = {
        "/": dict.fromkeys(_METHODS, operation),
        GREEDY: {method: {"parameters": [proxy], **operation} for method in _METHODS},
    }
    kept = {name: value for name, value in body.items() if name != "definitions"}
    properties = {**api["Properties"], "DefinitionBody": {**kept, "paths": paths}}
    return {**template, "Resources": {**template["Resources"], "RestAPI": {**api, "Properties": properties}}}
