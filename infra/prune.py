"""Removes from the zip what the service never uses, such as AWS services, other Google APIs, tests and symbol tables.

Each botocore client loads code that only generates documentation. Two small files replace it, which makes a cold start
5 % faster. Others replace the parser of httplib2 for the passwords that a server asks for, since we send tokens, and
the guess of requests at the encoding of a text.

Names are sorted, so that equal sources make equal zips, byte for byte.
"""

import re
import zipfile
from pathlib import Path

from chalicelib.foundation.aws_models import AWS_SERVICES
from infra.botocore_data import shrink_model
from infra.symbols import without_symbols
from infra.zip_entries import add_entry, new_zip

DISCOVERY_DOCUMENTS = frozenset({"people.v1.json"})

_REMOVED = re.compile(
    r"""
    # bytecode of another machine, type stubs, sources of compiled code, tests, notes of pip, programs
    (^|/)__pycache__/ | \.pyc$ | \.pyi$ | \.proto$ | \.pxd$ | \.pyx$
    | /(tests?|testdata)/
    | ^[^/]+\.dist-info/(RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\.json)$
    | ^[^/]+\.dist-info/sboms/
    | ^bin/

    # where a number is, and numbers of emergency services: of those, nothing is told
    | ^phonenumbers/geodata/
    | ^phonenumbers/shortdata/region_

    # resources of boto3, examples, generated documentation, and the certificates that certifi has too
    | ^boto3/(data|examples)/
    | ^botocore/data/[^/]+/[^/]+/examples-1\.json$
    | ^botocore/cacert\.pem$
    | ^botocore/docs/(?!(__init__|docstring|utils)\.py$)
    | ^httplib2/cacerts\.txt$

    # Google's clients for gRPC: the client for the People API sends JSON, and loads only these modules of api_core
    | ^google/(?!(api_core|auth|oauth2)/)
    | ^google/api_core/(?!(__init__|_python_\w+|client_options|general_helpers|universe|version|version_header)\.py$)
    | ^(opentelemetry|proto)/

    # RSA in Python, which google-auth uses only where cryptography is missing
    | ^(pyasn1|pyasn1_modules)/

    # what httplib2 parses challenges of servers with, and requests guesses the encoding of texts with
    | ^pyparsing/
    | ^charset_normalizer/(?!__init__\.py$)

    # asynchronous calls and gRPC, which nothing here makes
    | ^google/auth/(aio/|_\w+_async\.|transport/(_aiohttp_requests|grpc)\.)
    | ^google/oauth2/_\w+_async\.

    # the compiler of cffi: compiled code needs _cffi_backend alone
    | ^(cffi|pycparser)/

    # what is compiled a second time for newer processors, without gain for single words, scorers and the
    # search of lists, which nothing uses; each has a slower twin in Python, which is loaded in its place
    | ^rapidfuzz/(.+_(avx2|sse2)|(fuzz|process|utils|_feature_detector)_cpp(_impl)?)\.
    | ^rapidfuzz/__pyinstaller/

    # the interface of pydantic 1, a plugin of mypy, and requests from within a browser
    | ^pydantic/(v1/|mypy\.py$)
    | ^urllib3/contrib/emscripten/

    # time zones by name: botocore reads offsets alone
    | ^dateutil/zoneinfo/.+\.tar\.gz$
    """,
    re.VERBOSE,
)
_REPLACED = {
    "botocore/docs/__init__.py": b"",
    "botocore/docs/docstring.py": b'''"""Replaces the documentation that botocore generates for its methods."""


class NoDocstring(str):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


ClientMethodDocstring = PaginatorDocstring = WaiterDocstring = NoDocstring
''',
    "httplib2/auth.py": b'''"""Replaces the parser of challenges: our clients send tokens and have no passwords."""


def _parse_authentication_info(headers, headername="authentication-info"):
    return {}


def _parse_www_authenticate(headers, headername="www-authenticate"):
    return {}
''',
    "charset_normalizer/__init__.py": b'''"""Replaces the guess at an encoding: ours is UTF-8."""

__version__ = "3.0.0"  # requests wants at least 2 and less than 4


def detect(content):
    return {"encoding": "utf-8", "language": "", "confidence": None}
''',
}
_DISCOVERY = re.compile(r"^googleapiclient/discovery_cache/documents/([^/]+)$")
_AWS_SERVICE = re.compile(r"^botocore/data/([^/]+)/")
_METADATA = re.compile(r"^[^/]+\.dist-info/METADATA$")
_LIBRARY = re.compile(r"\.so(\.\d+)*$")


def ships(name: str) -> bool:
    """Whether the zip keeps the file `name`."""
    if document := _DISCOVERY.match(name):
        return document[1] in DISCOVERY_DOCUMENTS
    if service := _AWS_SERVICE.match(name):
        return service[1] in AWS_SERVICES and not _REMOVED.search(name)
    return not _REMOVED.search(name)


def prune(source: Path, target: Path) -> None:
    """Write the zip `source` without unused files, and without unused parts of others, to `target`."""
    with zipfile.ZipFile(source) as full, new_zip(target) as small:
        for name in sorted({name for name in full.namelist() if not name.endswith("/") and ships(name)}):
            add_entry(small, name, _shrink(name, full.read(name)))


def _shrink(name: str, content: bytes) -> bytes:
    """What the zip has instead of the file `name`."""
    if name in _REPLACED:
        return _REPLACED[name]
    if _METADATA.match(name):
        return _without_description(content)
    if _LIBRARY.search(name):
        return without_symbols(content)
    return shrink_model(name, content)


def _without_description(metadata: bytes) -> bytes:
    """The name, version and license of a library, without its readme."""
    headers, _, _ = metadata.partition(b"\n\n")
    return headers + b"\n"
