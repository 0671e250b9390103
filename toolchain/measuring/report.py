"""The report of an evaluation: a page, a table of all answers, and JSON."""

import base64
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from photos.problem import PhotoProblem
from photos.reader import read_photo
from server.exchange.whole_file import whole
from toolchain.measuring.evaluate import Evaluated
from toolchain.measuring.words import head_words, lead, near_lines, verdict
from toolchain.models.folder import PROJECT
from toolchain.models.trained import TrainedModel
from toolchain.output import percent, printable
from toolchain.report.blocks import Bar, Card, Link, Picture, Section, Table
from toolchain.report.charts import bars_chart, calibration_chart, confusion_chart, threshold_chart
from toolchain.report.not_used import not_used
from toolchain.report.page import file_link, jpeg_uri, thumbnail, write_page
from toolchain.tables import write_table

PAGE: Final = "report.html"
JSON: Final = "report.json"
ANSWERS: Final = "predictions.csv"
#: What training left in the model's folder.
HISTORY: Final = "history.png"
HISTORY_TABLE: Final = "history.csv"
_PHOTO_PX: Final = 320
_NEIGHBOURS: Final = 3
#: So many classes' scores a photo shows.
_BARS: Final = 12
#: Thresholds of the table; the chart has all.
_SHOWN: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
_PARTS: Final = (("training", "training"), ("validation", "validation"), ("test", "test"))


def write_report(out: Path, evaluated: Sequence[tuple[str, Evaluated]], folder: Path) -> Path:
    """Write the report of one or more models, the details of the first; return the page's path.

    Args:
        out: The folder for it; made where it is missing.
        evaluated: Names of models, and how good they are.
        folder: Of the photos.
    """
    out.mkdir(parents=True, exist_ok=True)
    first = evaluated[0][1]
    with whole(out / JSON) as path:
        path.write_text(json.dumps([as_json(name, each) for name, each in evaluated], indent=2) + "\n", "utf-8")
    labels = first.trained.classes_
    columns = ["name", "label", "answer", "right", "unknown", "score", *(f"score of {label}" for label in labels)]
    write_table(out / ANSWERS, columns, _answer_rows(first))
    title = verdict(evaluated) if len(evaluated) > 1 else f"How good is {evaluated[0][0]}?"
    write_page(out / PAGE, title, lead(first), _sections(out, evaluated, folder))
    return out / PAGE


def as_json(name: str, evaluated: Evaluated) -> dict[str, Any]:
    """Return an evaluation for programs."""
    return {
        "model": name,
        "head": evaluated.trained.head,
        "network": evaluated.network.id,
        "settings": evaluated.trained.settings.as_dict(),
        "parts": {part: dict(figures) for part, figures in evaluated.figures.items()},
        "tested": evaluated.tested,
        **evaluated.details,
        "hardest": [evaluated.part.photos[row].name for row in evaluated.hardest],
        "robustness": list(evaluated.robustness),
        "leftOutAsTaught": evaluated.taught,
        "looksTaught": evaluated.near,
        "notInSplit": evaluated.unsplit,
        "otherClasses": dict(evaluated.others),
        "passedOver": [each._asdict() for each in evaluated.passed_over],
    }


def parts_table(evaluated: Sequence[tuple[str, Evaluated]]) -> Table:
    """Return training, validation and test side by side, a row each for every model."""
    rows = []
    for name, each in evaluated:
        for part, title in _PARTS:
            figures = each.figures.get(part)
            if figures is None or "accuracy" not in figures:
                continue
            label = f"{name}: {title}" if len(evaluated) > 1 else title
            note = ", each left out" if figures.get("leftOut") else ""
            unknown = percent(figures["unknown"]) if "unknown" in figures else ""
            rows.append(
                [
                    f"{label}{note}",
                    f"{figures['count']:,}",
                    percent(figures["accuracy"]),
                    percent(figures["balancedAccuracy"]),
                    f"{figures['crossEntropy']:.3f}",
                    unknown,
                ]
            )
    return Table(["part", "photos", "accuracy", "balanced accuracy", "cross-entropy", "“I don’t know”"], rows)


def _answer_rows(evaluated: Evaluated) -> list[dict[str, object]]:
    part, labels = evaluated.part, evaluated.trained.classes_
    return [
        {
            "name": photo.name,
            "label": photo.label,
            "answer": part.answers.labels[row],
            "right": "yes" if evaluated.right[row] else "no",
            "unknown": "yes" if part.answers.is_unknown[row] else "no",
            "score": round(float(evaluated.confidences[row]), 4),
            **{
                f"score of {label}": round(float(part.answers.probabilities[row, index]), 4)
                for index, label in enumerate(labels)
            },
        }
        for row, photo in enumerate(part.photos)
    ]


def _sections(out: Path, evaluated: Sequence[tuple[str, Evaluated]], folder: Path) -> list[Section]:
    first = evaluated[0][1]
    details = first.details
    tables = [parts_table(evaluated)]
    if len(evaluated) > 1:
        tables.append(_models_table(evaluated))
    sections = [Section("In short", _about(evaluated, folder), tables)]
    bins, labels = details["calibration"]["bins"], first.trained.classes_
    thresholds = details["thresholds"]
    sections += [
        Section("By class", (), [_class_table(details)], [confusion_chart(details["confusion"], labels)]),
        Section(
            "How sure is it, and rightly?",
            [
                "An answer counts from the threshold on, and where the photo is not unknown. The higher the threshold, "
                "the fewer answers, and mostly the more of them right.",
                f"Expected calibration error: {details['calibration']['expectedError']:.3f}. So far, on "
                "average, is how sure the model is from how often it is right: 0 is honest; at 0.1 it is right "
                "ten times in a hundred more, or less, than it says.",
            ],
            [_threshold_table(details)],
            [
                threshold_chart(
                    np.array([row["threshold"] for row in thresholds]),
                    np.array([np.nan if row["accuracy"] is None else row["accuracy"] for row in thresholds]),
                    np.array([row["coverage"] for row in thresholds]),
                ),
                calibration_chart(
                    [each["confidence"] for each in bins],
                    [each["accuracy"] for each in bins],
                    [each["photos"] for each in bins],
                ),
            ],
        ),
        Section(
            "The hardest photos",
            ["Those whose own class has least against the best other one, with the nearest examples below."],
            cards=[_card(first, row) for row in first.hardest],
        ),
    ]
    if any(each.robustness for _, each in evaluated):
        sections.append(_robustness_section(evaluated))
    sections += _history(first.trained)
    sections.append(Section("Files", (), links=_links(out, evaluated)))
    return [*sections, *not_used(first.passed_over)]


def _about(evaluated: Sequence[tuple[str, Evaluated]], folder: Path) -> list[str]:
    first = evaluated[0][1]
    about = [f"Photos: {printable(str(folder))}."]
    for name, each in evaluated:
        about.append(f"{name}: network {each.network.title}; {head_words(each.trained)}.")
        about += [f"{name}: {line}" if len(evaluated) > 1 else line for line in near_lines(each)]
    about.append(
        "Cross-entropy tells by how much the scores miss the right class: 0 where it always has the whole score, "
        "0.69 where it has a half; sure and wrong costs most."
    )
    heads = {each.trained.head for _, each in evaluated}
    if "knn" in heads:
        about.append(
            "Training is what the model was taught. Where neighbours vote, each example is left out in turn, with its "
            "burst, and judged by the others."
        )
    if "softmax" in heads:
        about.append("A softmax head has seen the training photos, so its figures there say little about others.")
    if len(evaluated) > 1:
        about.append(f"All that follows the tables, and {ANSWERS}, is of the first model, {evaluated[0][0]}.")
    if first.taught:
        about.append(f"Photos left out, since the model was taught them or the same picture: {first.taught:,}.")
    if first.unsplit:
        about.append(f"Photos left out, since split.csv does not name them: {first.unsplit:,}. Split the folder again.")
    if first.others:
        counts = ", ".join(f"{printable(label)} {count:,}" for label, count in first.others.items())
        about.append(f"Photos left out, since they are of other classes: {counts}.")
    return about


def _models_table(evaluated: Sequence[tuple[str, Evaluated]]) -> Table:
    """Return a row for each model: all answers beside only the confident."""
    rows = []
    for name, each in evaluated:
        chosen = each.details["confident"]
        rows.append(
            [
                f"{name} ({each.tested})",
                percent(each.details["all"]["accuracy"], 2),
                _percent(chosen["accuracy"], 2),
                percent(chosen["coverage"]),
                f"{chosen['threshold']:.2f}",
                f"{each.details['calibration']['expectedError']:.3f}",
            ]
        )
    columns = [
        "model",
        "accuracy of all",
        "of the confident",
        "share that is",
        "from the threshold",
        "calibration error",
    ]
    return Table(columns, rows, "All answers, and only the confident")


def _percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else percent(value, digits)


def _class_table(details: dict[str, Any] | Any) -> Table:
    rows = [
        [
            row["label"],
            f"{row['photos']:,}",
            _percent(row["precision"]),
            _percent(row["recall"]),
            _percent(row["f1"]),
        ]
        for row in details["classes"]
    ]
    return Table(["class", "photos", "precision", "recall", "F1"], rows)


def _threshold_table(details: dict[str, Any] | Any) -> Table:
    by_threshold = {row["threshold"]: row for row in details["thresholds"]}
    rows = [["all, the unknown too", percent(details["all"]["accuracy"], 2), percent(1)]]
    for threshold in _SHOWN:
        row = by_threshold[threshold]
        accuracy = "no answer" if row["accuracy"] is None else percent(row["accuracy"], 2)
        rows.append(
            [f"{threshold:.2f} or more" if threshold else "all that are known", accuracy, percent(row["coverage"])]
        )
    chosen = details["confident"]
    accuracy = "no answer" if chosen["accuracy"] is None else percent(chosen["accuracy"], 2)
    rows.append([f"{chosen['threshold']:.2f}, the model's own", accuracy, percent(chosen["coverage"])])
    stressed = frozenset((len(rows) - 1, column) for column in (1, 2))
    return Table(["answers that count", "accuracy", "share of the photos"], rows, best=stressed)


def robustness_table(evaluated: Sequence[tuple[str, Evaluated]]) -> Table:
    """Return a row for each way in which photos get worse: accuracy and the share of "I don't know" of each model."""
    names = [name for name, each in evaluated if each.robustness]
    found = [each.robustness for _, each in evaluated if each.robustness]
    columns = ["the photos"]
    for name in names:
        suffix = f" ({name})" if len(names) > 1 else ""
        columns += [f"accuracy{suffix}", f"“I don’t know”{suffix}"]
    rows = []
    for place, row in enumerate(found[0]):
        cells = [str(row["title"])]
        for each in found:
            cells += [percent(each[place]["accuracy"]), percent(each[place]["unknown"])]
        rows.append(cells)
    return Table(columns, rows)


def _robustness_section(evaluated: Sequence[tuple[str, Evaluated]]) -> Section:
    name, rows = next((name, each.robustness) for name, each in evaluated if each.robustness)
    text = (
        f"The same {rows[0]['count']:,} photos, made worse on purpose. Accuracy counts all answers; what is "
        "unknown is told beside it, since “I don’t know” is better than a wrong answer."
    )
    background = (
        "Another background: the photo stays where the model's own heat map is high; elsewhere stands a blurred test "
        "photo of another class. Where exactly the thing ends is a guess, so this row is rougher than the others."
    )
    chart = bars_chart({str(row["title"]): float(row["accuracy"]) for row in rows}, f"accuracy of {name}")
    return Section("When the photos get worse", [text, background], [robustness_table(evaluated)], [chart])


def _history(trained: TrainedModel) -> list[Section]:
    """Return how training went, where it left a picture of that."""
    path = None if trained.folder is None else trained.folder / HISTORY
    if path is None or not path.is_file():
        return []
    alt = f"Accuracy and cross-entropy against steps, of training and validation. The numbers are in {HISTORY_TABLE}."
    source = f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"
    return [Section("How training went", (), charts=[Picture(source, alt)])]


def _card(evaluated: Evaluated, row: int) -> Card:
    photo, answers, trained = evaluated.part.photos[row], evaluated.part.answers, evaluated.trained
    try:
        picture = Picture(thumbnail(read_photo(photo.path, at_least=_PHOTO_PX), _PHOTO_PX), f"The photo {photo.name}")
        pictures = [picture]
    except PhotoProblem:
        pictures = []
    answer = answers.labels[row]
    verdict = "right" if evaluated.right[row] else f"wrong: it is {photo.label}"
    lines = [verdict, *(["unknown: too far from everything that was taught"] if answers.is_unknown[row] else [])]
    shares = answers.probabilities[row]
    order = np.argsort(-shares, kind="stable")
    bars = [Bar(trained.classes_[i], float(shares[i]), trained.classes_[i] == answer) for i in order[:_BARS]]
    if len(order) > _BARS:
        lines.append(f"The {_BARS} classes with the largest scores; {ANSWERS} has all.")
    rows, distances = trained.neighbours(evaluated.part.embeddings[row : row + 1], _NEIGHBOURS)
    neighbours = []
    for example, distance in zip(rows[0].tolist(), distances[0].tolist(), strict=True):
        data = trained.thumbnail(example)
        if data is not None:
            label = trained.example_labels[example]
            caption = f"{label}, {distance:.2f}"
            neighbours.append(Picture(jpeg_uri(data), f"An example of {label} at distance {distance:.2f}", caption))
    return Card(pictures, f"{printable(photo.name)}: {answer}", lines, bars, neighbours)


def _links(out: Path, evaluated: Sequence[tuple[str, Evaluated]]) -> list[Link]:
    links = []
    for name, each in evaluated:
        if each.trained.folder is None:
            continue
        relative = os.path.relpath(each.trained.folder / PROJECT, out).replace(os.sep, "/")
        about = (
            "the model as a project. Start the page (make run), then drop the file on it, or choose Open a file… in "
            "its menu of projects: it answers there by the same examples"
        )
        if each.trained.head == "softmax":
            about += " and their nearest neighbours, not by the softmax head"
        links.append(Link(file_link(relative), f"{name}: {PROJECT}", about))
    return [
        *links,
        Link(ANSWERS, ANSWERS, "every answer with all scores, for a spreadsheet"),
        Link(JSON, JSON, "all figures, for programs"),
    ]
