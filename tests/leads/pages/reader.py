"""A person of the organization acme who reads pages and sends their forms."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from tests.routes.service import Service, ServiceResponse

LEADS = "/organizations/acme/leads"
MARIA = {
    "channel": "whatsapp",
    "channelIdentifier": "+55 11 8765-4321",
    "name": "Maria",
    "email": "m@x.org",
    "tags": ["expo"],
    "custom": {"size": "XL"},
}
MAIL = {"channel": "email", "channelIdentifier": "joao@x.org", "name": "João"}


class Reader:
    """Reads the pages of one service."""

    def __init__(self, service: Service | None = None) -> None:
        self.service = service or Service()

    def get(self, path: str = "", role: str = "admin", organization: str = "acme") -> ServiceResponse:
        return self.service.get(LEADS + path, who="ann", organizations={organization: [role]}, Accept="text/html")

    def words(self, path: str = "", role: str = "admin") -> str:
        """What the page says."""
        response = self.get(path, role)
        assert response.status == 200, response.text
        return words(response)

    def send(self, path: str, role: str = "admin", **form: str) -> ServiceResponse:
        return self.service.post(
            LEADS + path, who="ann", organizations={"acme": [role]}, form=form or {"": ""}, Accept="text/html"
        )

    def create(self, *sent: Mapping[str, Any]) -> list[str]:
        """The ids of these leads."""
        answer = self.service.post(
            f"{LEADS}/resolve-batch", who="ann", organizations={"acme": ["importer"]}, body=list(sent)
        )
        return [each["lead"]["leadId"] for each in answer.json["results"]]

    def lead(self, lead_id: str) -> Any:
        """The lead as the API returns it."""
        return self.service.get(f"/api/v1{LEADS}/{lead_id}", who="ann", organizations={"acme": ["member"]}).json


def words(response: ServiceResponse) -> str:
    """The text of the page without its header."""
    main = response.text.partition("<main")[2].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())
