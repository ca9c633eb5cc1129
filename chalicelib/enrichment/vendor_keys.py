"""The secrets that vendors need, sealed with the name of their vendor, so that no other vendor can be given them."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.foundation.seal import Seal


@dataclass(frozen=True)
class VendorKeys:
    """Seals the secrets that operators enter, and opens them for a run. Raises as `Seal`."""

    seal: Seal

    def sealed(self, vendor: str, secrets: Mapping[str, str]) -> Mapping[str, bytes]:
        """The secrets as a control stores them, by the names of the vendor's credentials."""
        return {name: self.seal.seal(text.encode(), _context(vendor, name)) for name, text in secrets.items()}

    def opened(self, vendor: str, sealed: Mapping[str, bytes]) -> Mapping[str, str]:
        """The reverse of `sealed`."""
        return {name: self.seal.open(each, _context(vendor, name)).decode() for name, each in sealed.items()}


def _context(vendor: str, name: str) -> Mapping[str, str]:
    return {"vendor": vendor, "credential": name, "purpose": "vendor"}
