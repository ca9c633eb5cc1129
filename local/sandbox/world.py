"""The state of the sandbox: accounts, grants, clients, faults, settings and its clock."""

import threading
import time
from collections import Counter
from pathlib import Path

from local.sandbox.accounts import Account, Accounts, Recipe
from local.sandbox.behavior import DEFAULTS, check_settings
from local.sandbox.clients import Clients
from local.sandbox.faults import Faults
from local.sandbox.grants import Grants
from local.sandbox.mailbox import SentEmail
from local.sandbox.pace import Pace
from local.sandbox.request_log import RequestLog
from local.sandbox.sealed import Seal
from local.sandbox.sign_in_codes import SignInCodes
from local.sandbox.state_files import StateFiles
from local.sandbox.tokens import Signer
from local.sandbox.vendor_state import VENDORS, VendorState
from local.sandbox.wire import Json, Request

GOOGLE_DEMO = Recipe("google", "ada@gmail.example", 2_500, seed=11, others=600)
MICROSOFT_DEMO = Recipe(
    "microsoft",
    "ada@outlook.example",
    1_200,
    seed=12,
    folders=("Work", "Work/Projects"),
    known_from=GOOGLE_DEMO.address,
    known=300,
)
HUBSPOT_DEMO = Recipe("hubspot", "ada@company.example", 600, seed=14, known_from=GOOGLE_DEMO.address, known=100)
DEMO = (GOOGLE_DEMO, MICROSOFT_DEMO, HUBSPOT_DEMO)


class World:
    """The state of one sandbox: accounts, grants, clients, faults, settings and its clock."""

    def __init__(self, state_dir: Path | None = None) -> None:
        state_files = StateFiles(state_dir)
        self.state_files = state_files
        self.accounts = Accounts(state_files, DEMO)
        self.grants, self.clients = Grants(state_files), Clients(state_files)
        self.faults, self.log = Faults(), RequestLog()
        self.signer, self.seal, self.sign_in_codes = Signer(state_files), Seal(state_files), SignInCodes()
        self.settings: dict[str, Json] = state_files.read("settings") or {}
        self.advanced_seconds = 0.0
        self.emails: list[SentEmail] = []
        self.vendors, self.pace = VendorState(), Pace()
        self.in_flight: Counter[str] = Counter()  # by provider or vendor
        self.flight_lock = threading.Lock()
        self.closing = threading.Event()  # set when the server stops, to end all sleeps

    def now(self) -> float:
        """Seconds since 1970; a control request can advance it."""
        return time.time() + self.advanced_seconds

    def behavior(self, name: str, account: Account | None = None) -> Json:
        """A setting of this account, else of the sandbox, else the default."""
        own = account.settings if account else {}
        return own.get(name, self.settings.get(name, DEFAULTS[name]))

    def set(self, settings: dict[str, Json]) -> None:
        self.settings |= check_settings(settings)
        self.state_files.write("settings", self.settings)

    def pause(self, seconds: float) -> None:
        """Sleep for this long, or until the sandbox stops."""
        if seconds > 0:
            self.closing.wait(seconds)

    def page_of(self, request: Request) -> int:
        """The number of the requested page, from 1."""
        for name in ("pageToken", "$skiptoken", "after"):
            cursor = self.seal.open(request.query.get(name, ""))
            if cursor:
                return int(cursor["p"])
        return 1

    def address_of(self, provider: str, request: Request) -> str:
        """The account of a request, if its tokens say so."""
        if provider in VENDORS:
            return ""
        token = request.bearer or request.field("refresh_token") or request.field("token")
        grant = self.grants.find_by_token(provider, token) if token else None
        return grant.address if grant else ""
