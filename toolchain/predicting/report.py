"""The page of a prediction: what was answered, why, and what was left out."""

import datetime
import os
from collections import Counter
from pathlib import Path
from typing import Final

from toolchain.models import facts
from toolchain.models.folder import PROJECT
from toolchain.models.trained import TrainedModel
from toolchain.output import counted, percent, printable
from toolchain.predicting.kinds import ANSWERED, ELSE, LOW, UNKNOWN
from toolchain.predicting.predict import ANSWERS, BOXES, PAGE, Predicted, Prediction
from toolchain.report.blocks import Bar, Card, Link, Picture, Section, Table
from toolchain.report.not_used import not_used
from toolchain.report.page import file_link, jpeg_uri, write_page

#: Photos that the page shows of each class; the table has all.
_SHOWN: Final = 60
_CAPTIONS: Final = {"photo": "the photo", "heat": "what decided", "thing": "the thing"}


def write_report(out: Path, trained: TrainedModel, predicted: Predicted, threshold: float, windows: bool) -> Path:
    """Write the page of a prediction; return its path."""
    counts = Counter(each.fate for each in predicted.predictions)
    total = len(predicted.predictions)
    lead = (
        f"Of {counted(total, 'photo')} {_are(counts[ANSWERED])} answered with {threshold:.2f} or more; "
        f"{_are(counts[LOW])} below, {_are(counts[UNKNOWN])} unknown"
    )
    lead += f", {_are(counts[ELSE])} something else." if trained.neither else "."
    if predicted.taught:
        lead += f" {taught_line(predicted)}"
    answered = [each for each in predicted.predictions if each.fate == ANSWERED]
    by_label = Counter(each.label for each in answered)
    rows = [[label, f"{by_label[label]:,}"] for label in trained.classes_ if label != trained.neither]
    sections = [
        Section(
            "In short",
            [
                f"Classes: {', '.join(trained.classes_)}. Network: {trained.network.title}.",
                _model_line(trained),
                "The heat map shows which part of the photo made it similar to its nearest examples. What is brightest "
                "in it is cut out as the thing; its box is in the table.",
            ],
            [Table(["class", "photos"], rows)],
        )
    ]
    for label in trained.classes_:
        mine = sorted((each for each in answered if each.label == label), key=lambda one: -one.score)
        if mine:
            text = [f"The first {_SHOWN} of {len(mine):,}; {ANSWERS} has all."] if len(mine) > _SHOWN else []
            sections.append(Section(label, text, cards=[_card(trained, each) for each in mine[:_SHOWN]]))
    if windows:
        others = [each for each in predicted.predictions if each.fate != ANSWERED and each.found]
        if others:
            sections.append(
                Section(
                    "Found in a part only",
                    ["As a whole these photos have no answer that counts."],
                    cards=[_card(trained, each) for each in others[:_SHOWN]],
                )
            )
    left_out = [each for each in predicted.predictions if each.fate not in (ANSWERED, ELSE)]
    if left_out:
        rows = [
            [printable(each.photo.name), each.label, percent(each.score, 0), each.fate, f"{each.novelty:.2f}"]
            for each in left_out
        ]
        columns = ["photo", "nearest to", "share", "why it is left out", "distance"]
        sections.append(Section("Left out", (), [Table(columns, rows)]))
    links = [Link(ANSWERS, ANSWERS, "every photo with all scores, for a spreadsheet")]
    if windows:
        links.append(Link(BOXES, BOXES, "every box, in pixels of the upright photo"))
    if trained.folder is not None:
        relative = os.path.relpath(trained.folder / PROJECT, out).replace(os.sep, "/")
        about = "the model as a project; the page opens it with Open a file… in the menu of projects"
        links.append(Link(file_link(relative), PROJECT, about))
    sections.append(Section("Files", (), links=links))
    sections += not_used(predicted.passed_over)
    write_page(out / PAGE, "What the photos show", lead, sections)
    return out / PAGE


def taught_line(predicted: Predicted) -> str:
    """Say how many of the photos are examples of the model, and what that means."""
    taught, total = predicted.taught, len(predicted.predictions)
    if taught == total:
        which = "This photo was taught" if total == 1 else f"All {total:,} photos were taught"
    else:
        which = f"{taught:,} of the {total:,} photos {'was' if taught == 1 else 'were'} taught"
    return f"{which}: that the model knows what it was taught says little about other photos."


def _are(count: int) -> str:
    return f"{count:,} {'is' if count == 1 else 'are'}"


def _model_line(trained: TrainedModel) -> str:
    """Say who answered: the model's folder, its head, and when it was trained, as far as its file knows."""
    if trained.folder is None:
        return f"Model: in no folder; head {trained.head}."
    line = f"Model: {printable(str(trained.folder))}; head {trained.head}"
    try:
        saved = datetime.datetime.fromtimestamp((trained.folder / facts.NAME).stat().st_mtime)
    except OSError:
        return f"{line}."
    return f"{line}; saved on {saved:%Y-%m-%d at %H:%M}."


def _card(trained: TrainedModel, prediction: Prediction) -> Card:
    name = printable(prediction.photo.name)
    pictures = [
        Picture(file_link(path), f"{name}: {_CAPTIONS[kind]}", _CAPTIONS[kind])
        for kind, path in prediction.pictures.items()
    ]
    order = sorted(range(len(prediction.shares)), key=lambda place: -prediction.shares[place])
    bars = [
        Bar(trained.classes_[place], prediction.shares[place], trained.classes_[place] == prediction.label)
        for place in order[:5]
    ]
    neighbours = []
    for row in prediction.neighbours:
        data = trained.thumbnail(row)
        if data is not None:
            label = trained.example_labels[row]
            neighbours.append(Picture(jpeg_uri(data), f"An example of {label}", label))
    lines = [f"distance {prediction.novelty:.2f} to the nearest example"]
    lines += [f"{found.label} {percent(found.score, 0)} at {tuple(found.box)}" for found in prediction.found]
    lines += ["one of the photos that were taught"] if prediction.is_taught else []
    lines += [prediction.note] if prediction.note else []
    return Card(pictures, f"{name}: {prediction.label}", lines, bars, neighbours)
