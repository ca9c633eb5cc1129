"""A browser on the pages of file imports, without JavaScript."""

import json
import re

from urllib3 import encode_multipart_formdata

from tests.routes.service import HOME, Service, ServiceResponse
from tests.routes.test_contact_pages import words
from tests.routes.test_cron_route import Context

EVIL = '"><script>alert(1)</script>'
TABLE = "First Name,Last Name,Email Address,Mobile Phone\nAda,Lovelace,ada@example.com,0170 1234567\nAlan,Turing,,\n"
UNSURE = "Vorname;Irgendwas;Mail\nAda;x;ada@example.com\nBob;y;not an address\n"


class Browser:
    """Ann's browser, which follows redirects and lets jobs run."""

    def __init__(self, service: Service, who: str = "ann") -> None:
        self.service, self.who = service, who
        self.path, self.html = "", ""

    def open(self, path: str) -> str:
        response = self.service.get(path, who=self.who, Accept="text/html")
        assert response.status == 200, words(response.text)[:500]
        self.path, self.html = path, response.text
        return words(self.html)

    def upload(self, content: str | bytes, name: str = "contacts.csv", **fields: str) -> str:
        return self._follow(self.send(content, name, **fields))

    def send(self, content: str | bytes, name: str = "contacts.csv", **fields: str) -> ServiceResponse:
        data = content.encode() if isinstance(content, str) else content
        body, kind = encode_multipart_formdata({**fields, "file": (name, data)})
        return self.service.post("/file-imports", who=self.who, body=body, Content_Type=kind, Accept="text/html")

    def press(self, action: str, **form: str) -> str:
        return self._follow(self.submit(action, **form))

    def submit(self, action: str, **form: str) -> ServiceResponse:
        return self.service.post(f"{self.one}/{action}", who=self.who, form=form, Accept="text/html")

    def work(self) -> str:
        """The same page after its job has run."""
        found = self.service.wiring.file_imports.imports.get(self.who, self.one.rpartition("/")[2])
        self.service.wiring.on_message(json.dumps({"job_id": found.job_id}), Context())
        return self.open(self.path)

    @property
    def one(self) -> str:
        return re.match(r"/file-imports/[\w-]{22}", self.path)[0]

    def fields(self, action: str) -> dict[str, str]:
        """What a browser would send from the form to that action, if nothing is changed."""
        form = re.search(rf'<form method="post" action="{HOME}{self.one}/{action}".*?</form>', self.html, re.DOTALL)[0]
        inputs = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
        selects = re.findall(r'<select[^>]*name="([^"]+)".*?</select>', form, re.DOTALL)
        chosen = re.findall(
            r'<select[^>]*name="([^"]+)"(?:(?!</select>).)*?<option value="([^"]*)" selected', form, re.DOTALL
        )
        return {**dict(inputs), **dict.fromkeys(selects, ""), **dict(chosen)}

    def _follow(self, response: ServiceResponse) -> str:
        assert response.status == 303, words(response.text)[:500]
        return self.open(response.headers["location"].removeprefix(HOME))
