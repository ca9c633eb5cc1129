"""The reference of the API, made from its description (OpenAPI): what the template of the documentation shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from chalicelib.home.docs.example_text import example_text
from chalicelib.home.docs.markdown import inline_html
from chalicelib.home.docs.type_text import type_text

Node = Mapping[str, Any]  # of the description
PROGRAM_PATHS = ("/api/", "/graphql")  # all other paths are those of pages, for people
_OTHERS = "Service"
_BODIES_OF_PROBLEMS = ("application/problem+json",)


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, a header, or a field of an object."""

    name: str
    #: Where a parameter is: path, query, header or cookie; "" for others.
    place: str
    type: Markup
    is_required: bool
    description: Markup
    example: str


@dataclass(frozen=True, slots=True)
class Content:
    """A body: its content type, its type, and an example or ""."""

    media_type: str
    type: Markup
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of an operation."""

    status: str
    description: Markup
    headers: Sequence[Field]
    contents: Sequence[Content]
    #: The types of problems that it may be, by the last part of their `type`.
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of programs."""

    anchor: str
    method: str
    path: str
    summary: Markup
    description: Markup
    is_deprecated: bool
    parameters: Sequence[Field]
    body: Sequence[Content]
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations with the same tag."""

    name: str
    description: Markup
    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True)
class Schema:
    """A named type."""

    name: str
    type: Markup
    description: Markup
    fields: Sequence[Field]
    example: str


@dataclass(frozen=True, slots=True)
class Message:
    """What endpoints get."""

    name: str
    summary: Markup
    body: Sequence[Content]


class Reference:
    """The reference of one description."""

    def __init__(self, document: Node) -> None:
        self._document = document

    def groups(self) -> Sequence[Group]:
        """The operations of programs by their tags, in the order of the description."""
        about = {tag["name"]: inline_html(tag.get("description", "")) for tag in self._document.get("tags", ())}
        operations: dict[str, list[Operation]] = {}
        for path, method, operation in self._operations():
            (tag, *_) = operation.get("tags", [_OTHERS])
            operations.setdefault(tag, []).append(self._operation(path, method, operation))
        return [Group(name, about.get(name, Markup()), each) for name, each in operations.items()]

    def schemas(self) -> Sequence[Schema]:
        """The named types, by name."""
        named = sorted(self._document["components"]["schemas"].items())
        return [
            Schema(
                name,
                type_text(schema),
                _text(schema),
                self._fields(schema),
                example_text(schema),
            )
            for name, schema in named
        ]

    def messages(self) -> Sequence[Message]:
        """What endpoints get, by type."""
        described = self._document.get("webhooks", {})
        return [
            Message(name, inline_html(each["post"]["summary"]), self._contents(self._find(each["post"]["requestBody"])))
            for name, each in described.items()
        ]

    def _operations(self) -> Iterator[tuple[str, str, Node]]:
        for path, item in self._document["paths"].items():
            if path.startswith(PROGRAM_PATHS):
                yield from ((path, method, operation) for method, operation in item.items() if method != "parameters")

    def _operation(self, path: str, method: str, operation: Node) -> Operation:
        return Operation(
            anchor=operation["operationId"],
            method=method.upper(),
            path=path,
            summary=inline_html(operation["summary"]),
            description=_text(operation),
            is_deprecated=operation.get("deprecated", False),
            parameters=[self._parameter(self._find(each)) for each in operation.get("parameters", ())],
            body=self._contents(self._find(operation.get("requestBody", {}))),
            answers=[self._answer(status, self._find(each)) for status, each in operation["responses"].items()],
        )

    def _parameter(self, parameter: Node) -> Field:
        schema = parameter["schema"]
        example = example_text(parameter) or example_text(schema)
        description = _text(parameter) or _text(schema)
        required = parameter.get("required", False)
        return Field(
            parameter["name"],
            parameter["in"],
            type_text(schema),
            required,
            description,
            _unless_said(example, description),
        )

    def _answer(self, status: str, answer: Node) -> Answer:
        headers = [
            Field(name, "", type_text(header["schema"]), header.get("required", False), _text(header), "")
            for name, each in answer.get("headers", {}).items()
            for header in [self._find(each)]
        ]
        problems = [
            slug
            for media_type, content in answer.get("content", {}).items()
            if media_type in _BODIES_OF_PROBLEMS
            for slug in content.get("examples", ())
        ]
        contents = [] if problems else self._contents(answer)
        return Answer(status, inline_html(answer["description"]), headers, contents, problems)

    def _contents(self, node: Node) -> Sequence[Content]:
        return [
            Content(media_type, type_text(content.get("schema", {})), self._example(content))
            for media_type, content in node.get("content", {}).items()
        ]

    def _example(self, content: Node) -> str:
        named = content.get("examples", {})
        first = self._find(next(iter(named.values()))) if isinstance(named, Mapping) and named else {}
        own = example_text(content) or example_text({"example": first["value"]} if "value" in first else {})
        return own or example_text(self._find(content.get("schema", {})))

    def _fields(self, schema: Node) -> Sequence[Field]:
        required = schema.get("required", ())
        return [
            Field(
                name, "", type_text(each), name in required, _text(each), _unless_said(example_text(each), _text(each))
            )
            for name, each in schema.get("properties", {}).items()
        ]

    def _find(self, node: Node) -> Node:
        """The node itself, or the one that it refers to."""
        while "$ref" in node:
            found: Any = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = found
        return node


def _text(node: Node) -> Markup:
    return inline_html(" ".join(node.get("description", "").split()))


def _unless_said(example: str, description: Markup) -> str:
    """The example, unless the description has it too."""
    return "" if f"<code>{escape(example)}</code>" in description else example
