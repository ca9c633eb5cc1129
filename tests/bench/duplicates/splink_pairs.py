"""Splink's pairs of one set of records; a program of its own, since Splink has an environment of its own.

The input is `{"set": "febrl" | "book", "records": [{"unique_id": 0, …}]}`, the output `{"pairs": [[left, right,
probability], …], "seconds": …, "megabytes": …}`. Splink is used as its documentation says: comparisons from its
library, term frequencies, parameters estimated from the records themselves; on the address books it is even told the
true pairs to learn its weights from.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow  # type: ignore[import-not-found]
import splink.comparison_library as compare  # type: ignore[import-not-found]
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI  # type: ignore[import-not-found]

LEAST = 0.000001  # probability of a pair that is reported


def settings_of_febrl() -> tuple[SettingsCreator, list[Any], list[Any]]:
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.NameComparison("given").configure(term_frequency_adjustments=True),
            compare.NameComparison("family").configure(term_frequency_adjustments=True),
            compare.LevenshteinAtThresholds("birthday", [1, 2]),
            compare.LevenshteinAtThresholds("postcode", [1, 2]),
            compare.JaroWinklerAtThresholds("street", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("city", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            compare.ExactMatch("number"),
            compare.JaroWinklerAtThresholds("extended", [0.9, 0.8]),
            compare.ExactMatch("region"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given", "family"),
            block_on("birthday"),
            block_on("family", "postcode"),
            block_on("given", "postcode"),
            block_on("family", "street"),
            block_on("given", "street"),
            block_on("given", "city"),
            block_on("number", "postcode"),
            block_on("number", "street"),
            block_on("street", "postcode"),
            block_on("extended"),
        ],
    )
    certain = [block_on("given", "family", "birthday"), block_on("family", "postcode", "street", "number")]
    return settings, certain, [block_on("birthday"), block_on("given", "family"), block_on("postcode", "street")]


def settings_of_book() -> tuple[SettingsCreator, list[Any], list[Any]]:
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.ForenameSurnameComparison("given", "family", forename_surname_concat_col_name="name"),
            compare.EmailComparison("email").configure(term_frequency_adjustments=True),
            compare.ArrayIntersectAtSizes("phones", [1]),
            compare.LevenshteinAtThresholds("birthday", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given", "family"),
            block_on("family", "given_start"),
            block_on("given", "family_start"),
            block_on("email"),
            block_on("email_name"),
            block_on("phone"),
            block_on("phone_2"),
            "l.phone = r.phone_2 OR l.phone_2 = r.phone",
            "l.given = r.family AND l.family = r.given",
            block_on("birthday"),
            block_on("organization", "given"),
        ],
    )
    return settings, [block_on("given", "family", "email"), block_on("given", "family", "phone")], []


def pairs(kind: str, records: list[dict[str, Any]]) -> list[list[Any]]:
    settings, certain, training = settings_of_febrl() if kind == "febrl" else settings_of_book()
    database = DuckDBAPI()
    table = database.register(pyarrow.Table.from_pylist(records))
    linker = Linker(table, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2_000_000, seed=1)
    if kind == "book":  # told the truth: estimating these from so few records fails for some seeds
        linker.training.estimate_m_from_label_column("entity")
    else:
        for rule in training:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=LEAST).as_record_list()
    return [[each["unique_id_l"], each["unique_id_r"], each["match_probability"]] for each in found]


def main(path: str) -> None:
    question = json.loads(Path(path).read_text())
    began = time.process_time()
    found = pairs(question["set"], question["records"])
    seconds = time.process_time() - began
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
    json.dump({"pairs": found, "seconds": seconds, "megabytes": peak}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
