"""Random DynamoDB requests, of the kinds that the stores send and some more, as Hypothesis strategies."""

from typing import Any

from hypothesis import strategies as st

TABLE = "things"
DESCRIPTION: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"},
        {"AttributeName": "shelf", "AttributeType": "S"},
        {"AttributeName": "due", "AttributeType": "N"},
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "due",
            "KeySchema": [{"AttributeName": "shelf", "KeyType": "HASH"}, {"AttributeName": "due", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}

numbers = st.sampled_from(["0", "1", "2", "-3", "1.50", "10", "007", "1e2"]).map(lambda n: {"N": n})
texts = st.sampled_from(["", "a", "ab", "b", "ä", "Z", "😀"]).map(lambda s: {"S": s})
scalars = numbers | texts | st.booleans().map(lambda b: {"BOOL": b}) | st.just({"NULL": True})
sets = st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True).map(lambda members: {"SS": members})
lists = st.lists(scalars, max_size=3).map(lambda inner: {"L": inner})
maps = st.dictionaries(st.sampled_from("xy"), scalars | lists, max_size=2).map(lambda inner: {"M": inner})
values = scalars | sets | lists | maps

keys = st.builds(
    lambda pk, sk: {"pk": {"S": pk}, "sk": {"S": sk}}, st.sampled_from("pq"), st.sampled_from(["1", "2", "10"])
)
INDEXED = {"shelf": st.sampled_from("ab").map(lambda s: {"S": s}), "due": numbers}
TYPED = {
    **INDEXED,
    "n": numbers,
    "s": texts,
    "l": lists,
    "m": maps,
    "ss": sets,
}  # other types there: only the real thing refuses what follows
attributes = st.fixed_dictionaries(
    {},
    optional={
        "n": numbers,
        "s": texts,
        "l": lists,
        "m": maps,
        "ss": sets,
        **INDEXED,
    },
)
paths = st.sampled_from(["n", "s", "l", "m", "ss", "due", "shelf", "l[0]", "l[1]", "m.x", "m.y", "m.x[0]", "m.x[1]"])
changed_paths = st.sampled_from(["n", "s", "l", "m", "ss", "due", "shelf", "l[0]", "l[1]", "m.x", "m.y"])


class Texts:
    """Gathers the values a text names while it is put together."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def named(self, value: Any) -> str:
        name = f":v{len(self.values)}"
        self.values[name] = value
        return name


_KINDS = ("exists", "missing", "begins", "contains", "between", "in", "size", "type")
_MORE = {"n": ("sum", "first", "copy"), "s": ("first", "copy"), "l": ("append",)}


@st.composite
def conditions(draw: Any, texts_: Texts, depth: int = 2) -> str:
    match draw(st.sampled_from(["one", "one", "and", "or", "not"] if depth else ["one"])):
        case "one":
            return str(draw(_tests(texts_)))
        case "not":
            return f"NOT ({draw(conditions(texts_, depth - 1))})"
        case both:
            left, right = draw(conditions(texts_, depth - 1)), draw(conditions(texts_, depth - 1))
            return f"({left}) {both.upper()} {right}"


@st.composite
def _tests(draw: Any, texts_: Texts) -> str:
    path = draw(paths)
    match draw(st.sampled_from(["compare", "compare", *_KINDS])):
        case "exists":
            return f"attribute_exists({path})"
        case "missing":
            return f"attribute_not_exists({path})"
        case "begins":
            return f"begins_with({draw(st.sampled_from(['s', 'sk', 'shelf']))}, {texts_.named(draw(texts))})"
        case "contains":
            return f"contains({path}, {texts_.named(draw(texts | numbers))})"
        case "between":
            low, high = sorted([draw(numbers), draw(numbers)], key=lambda value: float(value["N"]))
            return f"{path} BETWEEN {texts_.named(low)} AND {texts_.named(high)}"
        case "in":
            return f"{path} IN ({texts_.named(draw(values))}, {texts_.named(draw(values))})"
        case "size":
            sized, operator = draw(st.sampled_from(["s", "l", "m", "ss"])), draw(st.sampled_from(["=", "<", ">="]))
            return f"size({sized}) {operator} {texts_.named(draw(numbers))}"
        case "type":
            return f"attribute_type({path}, {texts_.named({'S': draw(st.sampled_from(['S', 'N', 'L', 'M', 'SS']))})})"
    operator = draw(st.sampled_from(["=", "<>", "=", "<>", "<", "<=", ">", ">="]))
    against = draw(values if operator in ("=", "<>") else numbers | texts)
    return f"{path} {operator} {texts_.named(against)}"


@st.composite
def updates(draw: Any, texts_: Texts) -> str:
    """One to three changes of different attributes. (One attribute twice: only the real thing refuses that.)"""
    clauses: dict[str, list[str]] = {}
    for path in draw(st.lists(changed_paths, min_size=1, max_size=3, unique_by=lambda path: path[:2].rstrip("[."))):
        clause, text = draw(_changes(texts_, path))
        clauses.setdefault(clause, []).append(text)
    return " ".join(f"{clause} {', '.join(changes)}" for clause, changes in clauses.items())


@st.composite
def _changes(draw: Any, texts_: Texts, path: str) -> tuple[str, str]:
    own = {"n": ("add",) * 3, "ss": ("add", "delete") * 2}
    match draw(st.sampled_from(("set", "remove", *_MORE.get(path, ()), *own.get(path, ())))):
        case "set":
            return "SET", f"{path} = {texts_.named(draw(TYPED.get(path, values)))}"
        case "sum":
            return "SET", f"n = n {draw(st.sampled_from('+-'))} {texts_.named(draw(numbers))}"
        case "first":
            other, default = ("due", numbers) if path == "n" else ("shelf", texts)
            return "SET", f"{path} = if_not_exists({other}, {texts_.named(draw(default))})"
        case "append":
            empty = texts_.named({"L": []})
            return "SET", f"l = list_append(if_not_exists(l, {empty}), {texts_.named(draw(lists))})"
        case "copy":
            return "SET", f"{path} = {'due' if path == 'n' else 'shelf'}"
        case "add":
            return "ADD", f"{path} {texts_.named(draw(numbers | sets))}"
        case "delete":
            return "DELETE", f"{path} {texts_.named(draw(sets))}"
    # of a missing list or map: only the real thing refuses that
    return "REMOVE", path.partition(".")[0].partition("[")[0]


@st.composite
def puts(draw: Any) -> dict[str, Any]:
    return _conditional(draw, {"Item": {**draw(keys), **draw(attributes)}}, Texts())


@st.composite
def update_requests(draw: Any) -> dict[str, Any]:
    texts_ = Texts()
    return _conditional(draw, {"Key": draw(keys), "UpdateExpression": draw(updates(texts_))}, texts_)


@st.composite
def deletes(draw: Any) -> dict[str, Any]:
    return _conditional(draw, {"Key": draw(keys)}, Texts())


@st.composite
def checks(draw: Any) -> dict[str, Any]:
    texts_ = Texts()
    request = {"TableName": TABLE, "Key": draw(keys), "ConditionExpression": draw(conditions(texts_))}
    return _valued(request | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}, texts_)


def _conditional(draw: Any, request: dict[str, Any], texts_: Texts) -> dict[str, Any]:
    request["TableName"] = TABLE
    if draw(st.booleans()):
        request["ConditionExpression"] = draw(conditions(texts_))
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return _valued(request, texts_)


def _valued(request: dict[str, Any], texts_: Texts) -> dict[str, Any]:
    return request | ({"ExpressionAttributeValues": texts_.values} if texts_.values else {})


@st.composite
def transactions(draw: Any) -> dict[str, Any]:
    actions = draw(
        st.lists(
            st.one_of(
                puts().map(lambda request: {"Put": request}),
                update_requests().map(lambda request: {"Update": request}),
                deletes().map(lambda request: {"Delete": request}),
                checks().map(lambda request: {"ConditionCheck": request}),
            ),
            min_size=1,
            max_size=4,
        )
    )
    return {"TransactItems": actions}


@st.composite
def queries(draw: Any) -> dict[str, Any]:
    index = draw(st.booleans())
    partition, sort = ("shelf", "due") if index else ("pk", "sk")
    texts_ = Texts()
    key = f"{partition} = {texts_.named({'S': draw(st.sampled_from('ab' if index else 'pq'))})}"
    bound = texts_.named(draw(numbers if index else st.sampled_from(["1", "2", "3"]).map(lambda s: {"S": s})))
    operator = draw(st.sampled_from(["", "=", "<", "<=", ">", ">="]))
    if operator:
        key += f" AND {sort} {operator} {bound}"
    else:
        del texts_.values[bound]
    request = {"TableName": TABLE, "KeyConditionExpression": key, "ScanIndexForward": draw(st.booleans())}
    request |= {"IndexName": "due"} if index else {"ConsistentRead": True}
    if not index and draw(st.booleans()):
        request["ProjectionExpression"] = ", ".join(draw(st.permutations(["pk", "sk", "n", "m.x", "l[0]"])))
    return _valued(request, texts_)


requests = st.one_of(
    puts().map(lambda request: ("put_item", request)),
    puts().map(lambda request: ("put_item", request)),
    update_requests().map(lambda request: ("update_item", request | {"ReturnValues": "ALL_NEW"})),
    update_requests().map(lambda request: ("update_item", request | {"ReturnValues": "ALL_NEW"})),
    deletes().map(lambda request: ("delete_item", request | {"ReturnValues": "ALL_OLD"})),
    keys.map(lambda key: ("get_item", {"TableName": TABLE, "Key": key, "ConsistentRead": True})),
    queries().map(lambda request: ("query", request)),
    transactions().map(lambda request: ("transact_write_items", request)),
)
