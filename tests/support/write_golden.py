"""Writes contract/golden.json and golden-evaluation.json: the answers to the golden cases are the reference's.

Run ``python -m tests.support.write_golden`` after the contract has changed; a test fails when that is needed. The
reference is ``tests/support/reference.py``.
"""

import json

from tests.support.golden_cases import CASES, EVALUATIONS
from tests.support.reference import CONTRACT, Reference, play

GOLDEN = CONTRACT / "golden.json"
GOLDEN_EVALUATION = CONTRACT / "golden-evaluation.json"


def played(about, cases):
    return {
        "about": f"{about} Numbers agree to `tie` of constants.json. Written by tests/support/write_golden.py.",
        "cases": [
            {
                "name": name,
                "steps": [
                    {**step, **outcome} for step, outcome in zip(steps, play(DecodingReference(), steps), strict=True)
                ],
            }
            for name, steps in cases.items()
        ],
    }


def golden():
    return played("Steps on a new classifier, and what each returns.", CASES)


def golden_evaluation():
    return played("Steps that teach a new classifier, and its evaluation.", EVALUATIONS)


class DecodingReference(Reference):
    """The reference, taking numbers as text too: JSON has no NaN, so the cases spell it."""

    def addExample(self, embedding, **more):  # noqa: N802
        return super().addExample([float(number) for number in embedding], **more)

    def classify(self, embedding, **question):
        return super().classify([float(number) for number in embedding], **question)


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    GOLDEN_EVALUATION.write_text(json.dumps(golden_evaluation(), ensure_ascii=False) + "\n", "utf-8")
