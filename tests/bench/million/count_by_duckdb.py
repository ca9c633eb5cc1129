"""Loads a folder into DuckDB and counts again, in the environment that `make bench-million` makes for it.

The folder has `rows.csv` of the generator, and the result files of the service as `answers/FILE/OUTCOME.csv`.
"""

import json
import sys
from pathlib import Path

import duckdb  # type: ignore[import-not-found]

from tests.bench.million.recount import FILES, OUTCOMES, create_tables, recount

_AS_TEXT = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', strict_mode = false"


def main(folder: str) -> None:
    database = duckdb.connect()
    create_tables(database)
    database.execute(f"INSERT INTO facts SELECT * FROM read_csv('{folder}/rows.csv', {_AS_TEXT}, nullstr = '\\N')")
    for file in FILES:
        for outcome in OUTCOMES:
            path = Path(folder, "answers", file, f"{outcome}.csv")
            database.execute(
                f"INSERT INTO answers SELECT '{file}', row, \"Ref\", '{outcome}', lead_id, reason, \"column\","
                f" duplicate_of_row FROM read_csv('{path}', {_AS_TEXT}, nullstr = '\\N')"
            )
    json.dump(recount(database).json(), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
