"""`python -m tests.bench [name …] [--repeats N] [--lead-rows N]`: prints each figure beside its limit.

Exits with 1 if a limit is missed.
"""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from tests.bench.assembly import machine
from tests.bench.duplicate_figures import DUPLICATES
from tests.bench.enrichment_figures import ENRICHMENT
from tests.bench.figures import ALL, Figure
from tests.bench.file_figures import FILES
from tests.bench.ingest_figures import INGEST
from tests.bench.lead_import_figures import ROWS, lead_import_figures
from tests.bench.month_figures import MONTH
from tests.bench.polling_figures import POLLING
from tests.bench.resolving_figures import RESOLVING

EVERY = {
    **ALL,
    **FILES,
    **ENRICHMENT,
    **DUPLICATES,
    **RESOLVING,
    **INGEST,
    **MONTH,
    **POLLING,
    **lead_import_figures(ROWS),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="How fast the service is, beside floors measured in the same run.")
    parser.add_argument("names", nargs="*", choices=[*EVERY, []], help="which figures; all by default")
    parser.add_argument("--repeats", type=int, default=5, help="medians of this many")
    parser.add_argument("--lead-rows", type=int, default=ROWS, help="of the files of leads")
    arguments = parser.parse_args()
    every = {**EVERY, **lead_import_figures(arguments.lead_rows)}
    figures: list[Figure] = []
    with machine() as measured_on:
        for name in arguments.names or every:
            print(f"measuring: {name} …", file=sys.stderr)
            figures += every[name](measured_on, arguments.repeats)
    Console(width=120).print(_table(figures))
    return 0 if all(figure.holds for figure in figures) else 1


def _table(figures: list[Figure]) -> Table:
    table = Table("figure", "measured", "limit", "", "", title="Contact Intake, on this machine")
    for figure in figures:
        sign = "≥" if figure.at_least else "≤"
        missed = abs(figure.value / figure.limit - 1) if figure.limit else figure.value
        verdict = "[green]holds[/]" if figure.holds else f"[red]missed by {missed:.0%}[/]"
        unit = f" {figure.unit}".rstrip()
        table.add_row(
            figure.name, f"{figure.value:,.3g}{unit}", f"{sign} {figure.limit:,g}{unit}", verdict, figure.detail
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
