"""What an owner chose for the fields of records: by the path of a field, or of an object around it."""

from collections.abc import Mapping


def chosen_target(name: str, chosen: Mapping[str, str]) -> str | None:
    """What a field becomes, as it was chosen; "" to ignore it, None if nothing was chosen.

    Of an object, only that it is ignored can be chosen.
    """
    if name in chosen:
        return chosen[name]
    path = name
    while "." in path:
        path = path.rpartition(".")[0]
        if chosen.get(path) == "":
            return ""
    return None
