import numpy as np
import pytest

from bench.accuracy.certainty import OTHERS, SIBLINGS, TAUGHT, certainty_rows
from bench.accuracy.scenarios import Scenario, other_things, play, scenarios_of, show, show_sibling
from bench.accuracy.shipped import shipped_outcomes
from bench.accuracy.siblings import rejected, sibling_row
from bench.accuracy.taught import Answers, Taught
from bench.accuracy.unknowns import unknown_row
from server.contract.constants import CERTAINTIES
from server.knn.certainty import UnknownLimit
from tests.bench.accuracy.made_up import near, photo_set

ABC = photo_set("abc", ["a", "b", "c"], (0, 1, 2))
OTHER = near((7, 8), 10, 0.4)
SCENARIOS = [*(Scenario(True, size) for size in (1, 2, 4)), *(Scenario(False, size) for size in (5, 10, 20))]


def test_scenarios_of__are_those_that_leave_a_photo_to_be_shown():
    assert scenarios_of(ABC) == SCENARIOS
    assert scenarios_of(photo_set("small", ["a", "b"], (0, 1), count=5)) == SCENARIOS[:3]
    assert scenarios_of(photo_set("smaller", ["a", "b"], (0, 1), count=4)) == SCENARIOS[:2]
    without_views = ABC._replace(views={row: ABC.views[row] for row in (0, 1, 2, 24, 25, 26, 48, 49)})
    assert scenarios_of(without_views) == [*SCENARIOS[:2], *SCENARIOS[3:]]


def test_lessons__of_recordings_are_groups_of_near_copies():
    lessons = list(Scenario(True, 2).lessons(ABC, np.array([3, 30])))
    assert [(lesson.label, lesson.group) for lesson in lessons] == [("a", "3")] * 5 + [("b", "30")] * 5
    assert (np.stack([lesson.embedding for lesson in lessons[5:]]) == ABC.views[30]).all()
    assert [lesson.group for lesson in Scenario(False, 2).lessons(ABC, np.array([3, 30]))] == [None, None]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_show__shows_what_was_not_taught(scenario):
    shown = show(ABC, scenario, OTHER, UnknownLimit(0.6), seed=1)
    assert len(shown.truths) == len(shown.known.labels) == 3 * (24 - scenario.size)
    assert len(shown.unknown.labels) == 20
    assert np.mean(shown.known.labels == shown.truths) > 0.95
    assert np.mean(shown.unknown.is_unknown) > 0.9
    left_out = show_sibling(ABC, scenario, "b", UnknownLimit(0.6), seed=1)
    assert set(left_out.truths) == set(left_out.known.labels) == {"a", "c"}
    assert len(left_out.unknown.labels) == 24


def test_other_things__are_photos_of_other_sets_whose_classes_have_other_names():
    two = photo_set("two", ["b", "x"], (4, 5), count=6)
    assert (other_things(ABC, [ABC, two]) == two.embeddings[6:]).all()
    assert len(other_things(ABC, [ABC])) == 0


def test_taught__answers_by_the_limit_that_the_evaluation_finds():
    for scenario in SCENARIOS:
        wide, narrow = (
            Taught(scenario.lessons(ABC, scenario.draw(ABC, 0)[0]), UnknownLimit(prior)).answer(OTHER)
            for prior in (1.5, 0.1)
        )
        assert (narrow.limits < wide.limits).all()
        assert (wide.novelties == narrow.novelties).all()
        for answers in (wide, narrow):
            assert (answers.is_unknown == (answers.novelties > answers.limits)).all()
            assert set(answers.certainties) <= set(CERTAINTIES)


def test_rows__of_an_outcome_have_the_shares_of_its_answers():
    outcome = play(ABC, Scenario(False, 5), OTHER, UnknownLimit(0.6), draw_count=3, round_count=2)
    assert [len(outcome.draws), *map(len, outcome.rounds)] == [3, 3, 3]
    row = unknown_row(outcome)
    assert row.kept.mean == np.mean([~shown.known.is_unknown for shown in outcome.draws])
    assert row.rejected.mean == np.mean([shown.unknown.is_unknown for shown in outcome.draws])
    by_shown = {row.shown: row for row in certainty_rows(outcome)}
    assert list(by_shown) == [TAUGHT, SIBLINGS, OTHERS]
    for row in by_shown.values():
        assert row.sure.mean + row.not_sure.mean + row.unknown.mean == pytest.approx(1)
    assert by_shown[TAUGHT].sure_right.mean > 0.95
    assert by_shown[OTHERS].sure_right is None
    # These three classes are as far from each other as from anything else.
    sibling = sibling_row(outcome)
    assert sibling.cosine.mean > 0.9
    assert sibling.gain.mean == pytest.approx(sibling.product.mean - sibling.cosine.mean)


def test_play__leaves_no_class_out_where_one_would_remain():
    two = photo_set("two", ["a", "b"], (0, 1), count=6)
    outcome = play(two, Scenario(True, 1), OTHER, UnknownLimit(0.6), draw_count=1, round_count=2)
    assert outcome.rounds == []
    assert [row.shown for row in certainty_rows(outcome)] == [TAUGHT, OTHERS]


def answers(novelties, limits):
    return Answers(np.array(["a"] * len(novelties)), np.array(["sure"] * len(novelties)), novelties, limits)


@pytest.mark.parametrize(
    ("known_limit", "unknown_limit", "rejected_share"), [(0.5, 0.1, 1), (0.1, 0.5, 0), (2.0, 1.0, 1)]
)
def test_sibling_row__ranks_the_product_by_novelty_over_limit(known_limit, unknown_limit, rejected_share):
    outcome = play(ABC, Scenario(False, 5), OTHER, UnknownLimit(0.6), draw_count=0, round_count=1)
    # All are as novel as each other; only the limits tell those left out from the others.
    known = answers(np.linspace(0.3, 0.4, 100), np.full(100, known_limit))
    unknown = answers(np.full(10, 0.35), np.full(10, unknown_limit))
    shown = outcome.rounds[0][0]._replace(known=known, unknown=unknown)
    row = sibling_row(outcome._replace(rounds=[[shown], [shown]]))
    assert (row.product.mean, row.cosine.mean, row.gain.mean) == (rejected_share, 0, rejected_share)


def test_rejected__keeps_95_percent_of_the_known():
    known = np.random.default_rng(0).normal(size=1000)
    assert rejected(known, known).mean() == 0.05


def test_shipped_outcomes__reject_what_was_not_drawn():
    shipped = photo_set("shipped", list("abcdef"), range(6), count=5, spread=0.3)
    outcomes = list(shipped_outcomes(shipped, UnknownLimit(0.6), 4))
    assert [outcome.scenario for outcome in outcomes] == SCENARIOS[:3]
    for outcome in outcomes:
        assert len({tuple(np.unique(shown.truths)) for shown in outcome.draws}) > 1
        for shown in outcome.draws:
            assert len(np.unique(shown.truths)) == 3
            assert len(shown.unknown.labels) == 15
        assert unknown_row(outcome).rejected.mean > 0.9
