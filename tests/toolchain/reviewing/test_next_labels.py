"""What to label next: doubts and news in turn, and no near-copies."""

import numpy as np

from toolchain.reviewing.next_labels import choose_next, uncertainties


def test_uncertainties__of_equal_and_of_clear_shares():
    shares = np.array([[0.5, 0.5, 0.0], [0.6, 0.3, 0.1], [1.0, 0.0, 0.0]])
    np.testing.assert_allclose(uncertainties(shares), [1.0, 0.7, 0.0])
    assert uncertainties(np.ones((2, 1))).tolist() == [0.0, 0.0]


def test_choose_next__passes_over_copies():
    embeddings = np.array([[1, 0, 0], [1, 0, 0], [1, 0.001, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    uncertainty = np.array([0.9, 0.9, 0.9, 0.5, 0.0])
    chosen = choose_next(embeddings, uncertainty, np.zeros(5), np.zeros(5, bool), 2)
    assert [each.row for each in chosen] == [0, 3]
    assert len(choose_next(embeddings, uncertainty, np.zeros(5), np.zeros(5, bool), 9)) <= 3


def test_choose_next__doubts_and_news_in_turn():
    embeddings = np.eye(6, dtype=np.float32)
    uncertainty = np.array([0.9, 0.8, 0.7, 0.99, 0.99, 0.0])
    novelty = np.array([0.1, 0.1, 0.1, 0.7, 0.9, 0.1])
    chosen = choose_next(embeddings, uncertainty, novelty, novelty > 0.5, 4)
    assert [(each.row, each.reason) for each in chosen] == [
        (0, "uncertain"),
        (4, "novel"),
        (1, "uncertain"),
        (3, "novel"),
    ]
    assert choose_next(embeddings[:0], uncertainty[:0], novelty[:0], novelty[:0] > 0.5, 4) == []
