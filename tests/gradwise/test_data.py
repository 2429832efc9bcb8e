"""The course's data: seeded, split, offline."""

import hashlib
from typing import Any

import numpy as np
import pytest
from gradwise import data
from sklearn.datasets import load_digits


@pytest.mark.parametrize("make", [data.digits, data.ring, data.spiral])
def test_data_is_seeded_and_split(make: Any) -> None:
    first, same_seed, other_seed = make(seed=1), make(seed=1), make(seed=2)
    assert np.array_equal(first.X_train, same_seed.X_train)
    assert not np.array_equal(first.X_train, other_seed.X_train)
    assert first.X_train.dtype == np.float64
    assert first.y_train.dtype == np.int64
    assert len(first.X_train) == len(first.y_train)
    assert len(first.X_test) == len(first.y_test)
    assert set(first.y_test) <= set(range(first.num_classes))


def test_digits_are_those_of_scikit_learn() -> None:
    bunch, digits = load_digits(), data.digits(seed=1)
    order = np.random.default_rng(1).permutation(len(bunch.data))
    X = bunch.data[order]
    cut = len(digits.X_train)
    np.testing.assert_allclose(digits.X_train, (X[:cut] - X[:cut].mean()) / X[:cut].std())
    np.testing.assert_array_equal(np.concatenate([digits.y_train, digits.y_test]), bunch.target[order])


def test_digits_are_standardized_with_the_training_part_only() -> None:
    digits = data.digits(seed=1)
    assert digits.X_train.shape == (1258, 64)
    assert abs(digits.X_train.mean()) < 1e-12
    assert digits.X_train.std() == pytest.approx(1)
    assert digits.X_test.mean() != pytest.approx(0, abs=1e-4)


def test_no_straight_line_separates_the_ring() -> None:
    ring = data.ring()
    inside = np.linalg.norm(ring.X_train[ring.y_train == 1], axis=1).mean()
    outside = np.linalg.norm(ring.X_train[ring.y_train == 0], axis=1).mean()
    assert inside < 0.45 < 0.8 < outside


def test_the_cars_are_there_in_the_order_of_their_years_and_offline() -> None:
    X, y = data.auto_mpg()
    assert X.shape == (392, 7)
    assert y.shape == (392,)
    assert np.isfinite(X).all()
    assert (y.min(), y.max()) == (9.0, 46.6)
    assert np.array_equal(np.unique(X[:, 5]), np.arange(70, 83))
    assert np.mean(np.diff(X[:, 5]) >= 0) > 0.99


def test_the_cars_are_those_of_the_repository_to_the_last_bit() -> None:
    X, y = data.auto_mpg()
    assert X.dtype == y.dtype == np.float64
    assert X.flags.c_contiguous
    assert X.flags.owndata
    assert y.flags.owndata
    # digest of the arrays that mlxtend 0.25 makes of the repository's file
    wanted = "1d1cf0bb70fb30529a7893b27516bcc61732cfb70b3c225c716fc9e092f63f22"
    assert hashlib.sha256(X.tobytes() + y.tobytes()).hexdigest() == wanted
    assert X[0].tolist() == [8, 307, 130, 3504, 12, 70, 1]
    assert y[0] == 18


def test_a_spiral_can_be_rotated_and_renamed_and_cut_to_a_few_points() -> None:
    plain, other = data.spiral(50), data.spiral(50, rotate=0.5, order=(1, 2, 0))
    turn = np.array([[np.cos(0.5), np.sin(0.5)], [-np.sin(0.5), np.cos(0.5)]])
    assert np.allclose(plain.X_test @ turn, other.X_test)
    assert np.array_equal((plain.y_train + 1) % 3, other.y_train)
    small = data.few(other, 4)
    assert sorted(small.y_train) == [0] * 4 + [1] * 4 + [2] * 4
    assert np.array_equal(small.X_test, other.X_test)


def test_moons_have_wrong_labels_in_training_only() -> None:
    clean, noisy = data.moons(flipped=0.0, seed=4), data.moons(flipped=0.2, seed=4)
    assert np.array_equal(clean.X_train, noisy.X_train)
    assert (clean.y_train != noisy.y_train).sum() == 10
    assert np.array_equal(clean.y_test, noisy.y_test)
    assert noisy.num_classes == 2
