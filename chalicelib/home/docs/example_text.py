"""How the reference writes examples."""

import json
from collections.abc import Mapping
from typing import Any

LONGEST = 1_500  # characters


def example_text(node: Mapping[str, Any]) -> str:
    """The example of a node of the description: a text as it is, all else as JSON; "" if it has none."""
    if "example" in node:
        example = node["example"]
    elif isinstance(node.get("examples"), list) and node["examples"]:
        example = node["examples"][0]
    else:
        return ""
    text = example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "\n…"
