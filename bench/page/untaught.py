"""How often the page names what was not taught, as a camera sees it: three things are held once, others are shown.

``python -m bench.page.untaught /usr/share/tuxpaint/stamps`` draws them by lot from cut-outs that no centre is made of;
see ``bench.centre``.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import numpy as np
from PIL import Image, ImageEnhance
from playwright.sync_api import Playwright, sync_playwright

from bench.browser import chrome_path
from bench.centre.scenes import KEPT_BACK, Cutout, Pose, cutouts_in, hold, wall
from bench.serving import serving
from tests.support.film import HEIGHT, PICTURES_PER_SECOND, WIDTH, Film
from tests.support.person import Answers, Person, read_answers

TAUGHT: Final = 3
UNTAUGHT: Final = 8
SECONDS: Final = 3
TURN: Final = 20


@dataclass(frozen=True)
class Held:
    """A thing before a wall, turned slowly from one side to the other, or only held: a hand is never quite still."""

    cut: Cutout
    behind: Image.Image
    turn: float

    def pictures(self, number: int) -> Iterator[Image.Image]:
        """Yield the frames of SECONDS; ``number`` seeds the hand."""
        random = np.random.default_rng(number)
        for turn in np.linspace(-self.turn, self.turn, SECONDS * PICTURES_PER_SECOND):
            pose = Pose(
                random.uniform(0.95, 1.05),
                turn + random.uniform(-4, 4),
                random.uniform(-0.02, 0.02),
                random.uniform(-0.02, 0.02),
            )
            square = hold(self.cut.picture, self.behind.copy(), pose).resize((HEIGHT, HEIGHT))
            frame = self.behind.resize((WIDTH, HEIGHT))
            frame.paste(square, ((WIDTH - HEIGHT) // 2, 0))
            yield ImageEnhance.Brightness(frame).enhance(random.uniform(0.9, 1.1))


def draw(cutouts: Sequence[Cutout], number: int) -> tuple[list[Cutout], list[Cutout]]:
    """Draw the things of a film: those that are taught, each of another kind, and others of still other kinds.

    Raises:
        ValueError: There are too few.
    """
    order = [cutouts[row] for row in np.random.default_rng((number, 4)).permutation(len(cutouts))]
    taught: list[Cutout] = []
    for cut in order:
        if len(taught) < TAUGHT and cut.kind not in (each.kind for each in taught):
            taught.append(cut)
    kinds = {cut.kind for cut in taught}
    untaught = [cut for cut in order if cut.kind not in kinds][:UNTAUGHT]
    if len(untaught) < UNTAUGHT:
        raise ValueError(f"There are {len(untaught)} things of other kinds than the taught ones, not {UNTAUGHT}.")
    return taught, untaught


def ask(playwright: Playwright, taught: Sequence[Cutout], untaught: Sequence[Cutout], number: int) -> Answers:
    """Teach some things once before a wall, and return what the page answers to them, turned, and to the others."""
    behind = wall(np.random.default_rng((number, 5)))
    asked = [Held(cut, behind, TURN) for cut in (*taught, *untaught)]
    with tempfile.TemporaryDirectory() as folder, serving("server", "--port", "0") as address:
        film = Film(Path(folder) / "film.y4m", [*asked, *(Held(cut, behind, 0) for cut in taught)])
        flags = ["--no-sandbox", "--disable-quic", "--use-fake-ui-for-media-stream"]
        flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film.path}"]
        browser = playwright.chromium.launch(executable_path=chrome_path(), args=flags)
        Film.seen_by[browser] = film
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page.set_default_timeout(120_000)
        person = Person(page)
        page.goto(address)
        person.start_camera()
        for place in range(len(taught)):
            person.add_class(_name(place))
        for place in range(len(taught)):
            person.record(_name(place), len(asked) + place)
        answers = read_answers(page, len(asked))
        browser.close()
    return answers


def _name(place: int) -> str:
    return f"Thing {place + 1}"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--films", default=4, show_default=True, help="How many films, of other things each.")
def main(folder: Path, films: int) -> None:
    """Show the page what it was taught and what it was not, in a real browser. FOLDER holds PNGs with transparency."""
    cutouts = list(cutouts_in(folder, KEPT_BACK))
    named: list[float] = []
    unknown: list[float] = []
    count = 0
    with sync_playwright() as playwright:
        for number in range(films):
            taught, untaught = draw(cutouts, number)
            answers = ask(playwright, taught, untaught, number)
            count += sum(map(len, answers))
            for place in range(TAUGHT):
                right = [certainty != "unknown" and name == _name(place) for certainty, name in answers[place]]
                named.append(float(np.mean(right)))
            shares = [float(np.mean([certainty == "unknown" for certainty, _ in each])) for each in answers[TAUGHT:]]
            unknown += shares
            kinds = ", ".join(cut.kind for cut, share in zip(untaught, shares, strict=True) if share < 1)
            click.echo(f"film {number}: named {np.mean(named[-TAUGHT:]):.1%}, unknown {np.mean(shares):.1%} {kinds}")
    click.echo(f"{len(named)} taught things are named in {np.mean(named):.1%} of their answers.")
    click.echo(f"{len(unknown)} things that were not taught are unknown in {np.mean(unknown):.1%} of theirs.")
    click.echo(f"{count} readings in all.")


if __name__ == "__main__":
    main()
