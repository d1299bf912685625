#!/usr/bin/python3
"""Tests pictures.py, and the pictures that are stored with their figures."""
import os
import re
import unittest
import xml.etree.ElementTree as ElementTree

import pictures

HERE = os.path.dirname(os.path.abspath(__file__))
MACHINE = {"date": "2026-01-02", "cpu": "A <fast> & \"quoted\" one", "cores": 2, "memory": "4 GB", "system": "Linux", "load": 0.3,
           "ours": "1.0.0", "swift": "6.3", "cyrus": "2.1.28", "dovecot": "2.3", "slapd": "2.5", "mariadb": "10.11", "amounts": "none"}
SVG = "{http://www.w3.org/2000/svg}"


def attack_rows(times):
    """Rows of both daemons, with a median and a worst time for each second."""
    return [{"daemon": daemon, "second": str(second), "median_ms": str(median), "worst_ms": str(worst), "logins": "10",
             "guesses": "10", "attack_start": "1", "attack_end": "3", "patience": "20"}
            for daemon in ("cyrus", "ours") for second, (median, worst) in times.items()]


def throughput_rows(*values):
    keys = [(kind, level, daemon) for kind in ("sasldb", "cached") for level in (1, 8, 64) for daemon in ("cyrus", "ours")]
    return [{"kind": kind, "daemon": daemon, "at_a_time": str(level), "per_second": str(value)}
            for (kind, level, daemon), value in zip(keys, values)]


TIMES = {0: (2, 4), 1: (900, 20000), 2: (20000, 20001.5), 4: (2.5, 3)}
RATES = (12800, 14500, 31600, 50000, 26300, 57800, 16400, 26000, 44800, 85000, 34500, 65000)


class PicturesTest(unittest.TestCase):
    def check(self, svg):
        """Checks properties of every picture; returns its root."""
        root = ElementTree.fromstring(svg)
        self.assertEqual(root.tag, SVG + "svg")
        self.assertNotRegex(svg, r"(?i)\bnan\b|\binf\b")
        left, right = pictures.LEFT, pictures.WIDTH - pictures.RIGHT
        top, bottom = pictures.TOP, pictures.HEIGHT - pictures.BOTTOM
        for path in root.iter(SVG + "path"):
            for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", path.get("d")):
                self.assertTrue(left <= float(x) <= right and top <= float(y) <= bottom, path.get("d"))
        for bar in root.iter(SVG + "rect"):
            x, y, width, height = (float(bar.get(name)) for name in ("x", "y", "width", "height"))
            self.assertTrue(width > 0 and height > 0 and 0 <= x and x + width <= pictures.WIDTH and y + height <= pictures.HEIGHT)
            if bar.get("class").startswith("bar") and y >= top:
                self.assertTrue(left <= x and x + width <= right and y + height <= bottom + 0.02)
        for text in root.iter(SVG + "text"):
            self.assertTrue(0 <= float(text.get("x")) <= pictures.WIDTH and 0 <= float(text.get("y")) <= pictures.HEIGHT)
        style = root.find(SVG + "style").text
        self.assertIn("prefers-color-scheme: dark", style)
        self.assertIn("font-family: system-ui, sans-serif", style)
        return root

    def texts(self, root):
        return [text.text for text in root.iter(SVG + "text")]

    def test_an_attack_has_its_lines_units_legend_and_origin(self):
        root = self.check(pictures.attack(attack_rows(TIMES), MACHINE))
        texts = self.texts(root)
        for text in ("Logins while passwords are guessed", "time of the login, in seconds", "time to the answer", "1 ms", "10 s",
                     "10 wrong passwords a second", "swift-saslauthd, median", "Cyrus saslauthd, worst",
                     "swift-saslauthd 1.0.0; Cyrus saslauthd 2.1.28"):
            self.assertIn(text, texts)
        self.assertTrue(any(text.startswith("2026-01-02: A <fast> & \"quoted\" one, 2 cores, 4 GB") for text in texts))
        paths = list(root.iter(SVG + "path"))
        self.assertEqual(len(paths), 4)
        # The line is interrupted at a second without a login.
        self.assertTrue(all(path.get("d").count("M") == 2 and path.get("d").count("L") == 2 for path in paths))

    def test_rates_have_their_bars_and_numbers(self):
        root = self.check(pictures.throughput(throughput_rows(*RATES), MACHINE))
        texts = self.texts(root)
        for text in ("answers per second", "8 at a time", "64 at a time", "sasldb", "12,800", "85,000", "100,000"):
            self.assertIn(text, texts)
        bars = [bar for bar in root.iter(SVG + "rect") if bar.get("class").startswith("bar") and float(bar.get("y")) >= pictures.TOP]
        self.assertEqual(len(bars), 12)
        heights = [float(bar.get("height")) for bar in bars]
        self.assertAlmostEqual(heights[0] / heights[9], 12800 / 85000, places=3)

    def test_figures_of_any_size_have_an_axis(self):
        for times in ({0: (0.01, 0.02)}, {0: (1, 1)}, {7: (1000, 1000)}, {0: (0.5, 3600000)}):
            self.check(pictures.attack(attack_rows(times), MACHINE))
        for value in (0.5, 1, 9.99, 100, 123456, 5e6):
            self.check(pictures.throughput(throughput_rows(value, value / 3), MACHINE))

    def test_a_machine_that_was_busy_is_said_to_have_been(self):
        for load, is_busy in ((0, False), (0.9, False), (1, True), (4.1, True)):
            texts = self.texts(self.check(pictures.throughput(throughput_rows(*RATES), {**MACHINE, "load": load})))
            self.assertEqual(any(f"busy with other work (load {load})" in text for text in texts), is_busy)

    def test_without_the_other_daemon_there_is_still_a_picture(self):
        rows = [row for row in throughput_rows(*RATES) if row["daemon"] == "ours"]
        self.assertNotIn("Cyrus saslauthd", self.texts(self.check(pictures.throughput(rows, MACHINE))))
        self.check(pictures.attack([row for row in attack_rows(TIMES) if row["daemon"] == "ours"], MACHINE))

    def test_the_same_figures_give_the_same_picture(self):
        for draw, rows in ((pictures.attack, attack_rows(TIMES)), (pictures.throughput, throughput_rows(*RATES))):
            self.assertEqual(draw(rows, MACHINE), draw([dict(row) for row in rows], dict(MACHINE)))

    def test_what_is_no_figure_is_an_error(self):
        for times in ({}, {0: ("nan", 1)}, {0: (1, "inf")}, {0: (0, 1)}, {0: (-1, 1)}):
            with self.assertRaises(ValueError):
                pictures.attack(attack_rows(times), MACHINE)
        for value in ("nan", "inf", 0, -1):
            with self.assertRaises(ValueError):
                pictures.throughput(throughput_rows(1, value), MACHINE)
        for value in (0.5, 101, float("nan")):
            with self.assertRaises(ValueError):
                pictures.Axis(1, 100, 0, 10).place(value)

    def test_what_is_measured_with_is_known(self):
        machine = pictures.machine("/nonexistent")
        self.assertEqual(set(machine), set(MACHINE))
        self.assertRegex(machine["date"], r"^\d{4}-\d\d-\d\d$")

    def test_the_pictures_that_are_kept_are_those_of_their_figures(self):
        folder = os.path.join(HERE, "pictures")
        with open(os.path.join(folder, "machine.json"), encoding="utf-8") as file:
            machine = pictures.json.load(file)
        for name, draw in (("attack", pictures.attack), ("throughput", pictures.throughput)):
            with open(os.path.join(folder, f"{name}.svg"), encoding="utf-8") as file:
                svg = file.read()
            self.check(svg)
            self.assertEqual(svg, draw(pictures.read_rows(os.path.join(folder, f"{name}.csv")), machine), name)


if __name__ == "__main__":
    unittest.main()
