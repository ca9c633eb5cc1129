"""Requests of commands: an error of the service ends the command with the service's own words."""

from typing import Any

import requests

from local.processes import PartFailed
from local.service_client import ServiceClient


def checked_request(client: ServiceClient, method: str, path: str, **more: Any) -> requests.Response:
    """Send a request.

    Raises:
        PartFailed: the response is an error; the message is that of the service.
    """
    response = client.ask(method, path, **more)
    if response.status_code >= 400:
        problem = response.json() if "json" in response.headers.get("Content-Type", "") else {}
        raise PartFailed(problem.get("detail") or f"{method} {path} returned {response.status_code}.")
    return response
