"""The part of the CloudFormation template that Chalice does not generate: the YAML files in `template/`, as one."""

from pathlib import Path

import yaml

from chalicelib.foundation.json import Json

TEMPLATE = Path(__file__).with_name("template")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, such as `!Ref Name`."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> Json:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    match node:
        case yaml.SequenceNode():
            return {name: loader.construct_sequence(node, deep=True)}
        case yaml.MappingNode():
            return {name: loader.construct_mapping(node, deep=True)}
        case _ if suffix == "GetAtt":
            return {name: str(node.value).split(".", 1)}
        case _:
            return {name: node.value}


_Loader.add_multi_constructor("!", _intrinsic)


def added_template() -> dict[str, Json]:
    """All files of `template/` as one document.

    Raises:
        ValueError: two of them declare the same thing.
    """
    whole: dict[str, Json] = {"AWSTemplateFormatVersion": "2010-09-09"}
    for path in sorted(TEMPLATE.glob("*.yaml")):
        for section, content in yaml.load(path.read_text(), Loader=_Loader).items():  # noqa: S506 # our own safe loader
            whole[section] = _joined(whole.get(section), content, f"{path.name}: {section}")
    return whole


def _joined(there: Json, more: Json, where: str) -> Json:
    if there is None:
        return more
    if not isinstance(there, dict) or (twice := there.keys() & more.keys()):
        raise ValueError(f"{where} is declared twice: {', '.join(sorted(twice))}")
    return {**there, **more}
