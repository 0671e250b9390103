"""``make bench`` runs all benchmarks and prints a table; ``bench/results.json`` has the same for a program."""

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.classifier import adds, classify
from bench.embedding import embedding
from bench.evaluation import adapted_metric, answers_while_evaluating, evaluate
from bench.files import files
from bench.first_load import first_load
from bench.folders import folders
from bench.page.first_answer import first_answer
from bench.page.frame_loop import frame_loop
from bench.round_trip import round_trip
from bench.table import Row, table
from bench.together import together
from bench.visits import visits
from bench.web_evaluation import web_evaluation

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results.json"


def web_classifier() -> Iterator[Row]:
    """Time JavaScript's classifier, in Node."""
    node = shutil.which("node")
    if not node:
        sys.exit("Node is missing: run make setup, which installs it from PyPI if need be, then make bench.")
    script = ROOT / "bench" / "web_classifier.mjs"
    output = subprocess.run([node, "--no-warnings", script], capture_output=True, text=True, check=True).stdout
    for row in json.loads(output[output.index("[{") :]):
        yield Row(**row)


#: What is measured, in the order of the table; each yields its rows. A new benchmark is a module and a line here.
PARTS: Sequence[Callable[[], Iterator[Row]]] = (
    first_load,
    first_answer,
    files,
    frame_loop,
    visits,
    classify,
    adds,
    web_classifier,
    round_trip,
    together,
    embedding,
    folders,
    evaluate,
    adapted_metric,
    answers_while_evaluating,
    web_evaluation,
)


def main() -> None:
    """Measure everything, print the table, and write the file."""
    if sys.argv[1:]:
        # The benchmarks take an hour: --help must not start them.
        print(f"{__doc__.replace('``', '')} It takes no options.", file=sys.stderr)
        raise SystemExit(0 if sys.argv[1:] == ["--help"] else 2)
    rows: list[Row] = []
    for part in PARTS:
        print(f"Measuring: {part.__module__}.{part.__name__} ...", file=sys.stderr)
        rows += part()
    print(table(rows))
    results = {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "rows": [{**asdict(row), "ratio": row.ratio} for row in rows],
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    print(f"Written to {RESULTS.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
