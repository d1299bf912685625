#!/usr/bin/python3
"""Tests existence.py: its two tests of significance, and what it makes of servers of which one gives something away."""
import contextlib
import io
import math
import random
import types
import unittest

import existence


class Server:
    """Answers in two steps; `shift` is added to the time of the second for users who do not exist, `more` to its answer."""

    def __init__(self, shift=0.0, more=b""):
        self.chance, self.shift, self.more = random.Random(7), shift, more

    def attempt(self, login, _):
        is_known = login.startswith("known")
        times = [int(self.chance.lognormvariate(11, 0.3) + place * self.shift * (not is_known)) for place in (0, 1)]
        return [(b"CONT", times[0]), (b"FAIL" + (b"" if is_known else self.more), times[1])]

    def is_accepted(self, _):
        return False

    def shape(self, answer, _):
        return answer.decode()


class ExistenceTest(unittest.TestCase):
    def found(self, server, attempts=500):
        words = types.SimpleNamespace(
            known=["known1", "known2"], unknown=["other1", "other2"], mechanism="", dovecot="", warm_up=1,
            attempts=attempts, between=1
        )
        with contextlib.redirect_stdout(io.StringIO()):
            return existence.report(existence.one_round(server, words, random.Random(1)))

    def test_distinct_samples(self):
        one, two = list(range(20)), list(range(100, 120))
        z = (20 * 20 / 2 - 0.5) / math.sqrt(20 * 20 * 41 / 12)
        for p in existence.mann_whitney(one, two), existence.mann_whitney(two, one):
            self.assertAlmostEqual(p, math.erfc(z / math.sqrt(2)), places=12)
        self.assertLess(existence.kolmogorov_smirnov(one, two), 1e-8)

    def test_equal_samples(self):
        for sample in [1] * 50, list(range(50)), [1, 2] * 25:
            self.assertEqual(existence.mann_whitney(sample, sample), 1)
            self.assertEqual(existence.kolmogorov_smirnov(sample, sample), 1)

    def test_ties_are_shared(self):
        # Three values of rank 3, two of 5.5 and two of 7.5.
        deviation = math.sqrt(16 / 12 * (9 - (24 + 6 + 6) / 56))
        ranks = [1, 3, 3, 5.5], [3, 5.5, 7.5, 7.5]
        self.assertEqual(sum(ranks[0]) + sum(ranks[1]), 36)
        expected = math.erfc((abs(sum(ranks[0]) - 10 - 8) - 0.5) / deviation / math.sqrt(2))
        self.assertAlmostEqual(existence.mann_whitney([1, 2, 2, 3], [2, 3, 4, 4]), expected, places=12)

    def test_a_test_of_no_difference_is_rarely_significant(self):
        chance = random.Random(2)
        for test in existence.mann_whitney, existence.kolmogorov_smirnov:
            values = [test([chance.random() for _ in range(100)], [chance.random() for _ in range(100)]) for _ in range(400)]
            self.assertLess(sum(p < 0.05 for p in values) / 400, 0.09)
            self.assertGreater(sum(p < 0.5 for p in values) / 400, 0.35)

    def test_another_shape_of_the_same_median_is_found(self):
        chance = random.Random(3)
        narrow, wide = [chance.gauss(0, 1) for _ in range(500)], [chance.gauss(0, 2) for _ in range(500)]
        self.assertGreater(existence.mann_whitney(narrow, wide), 0.01)
        self.assertLess(existence.kolmogorov_smirnov(narrow, wide), 0.0001)

    def test_a_silent_server_is_found_silent(self):
        self.assertEqual(self.found(Server()), set())

    def test_a_slow_step_is_found(self):
        self.assertEqual(self.found(Server(shift=6000)), {2})
        self.assertEqual(self.found(Server(shift=-6000)), {2})

    def test_a_longer_answer_is_found(self):
        self.assertEqual(self.found(Server(more=b"x"), attempts=5), {"shape"})


if __name__ == "__main__":
    unittest.main()
