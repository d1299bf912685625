#!/usr/bin/python3
"""Tests results.py and rows.sh, and the results that are stored with their rows."""
import contextlib
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import results

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = "benchmark,row,unit,reference,theirs,ours,ratio,floor,held\n"
MACHINE = {"date": "2026-01-02", "cpu": "A | fast one", "cores": 2, "memory": "4 GB", "system": "Linux 6", "load": 0.3, "ours": "1.0.0"}


class ResultsTest(unittest.TestCase):
    def keep(self, *calls, quick=""):
        """The rows of calls of `keep`, and whether the benchmark fails."""
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "trial.sh")
            with open(script, "w", encoding="utf-8") as file:
                file.write(f'set -euo pipefail\n. "{HERE}/amounts.sh"\n. "{HERE}/rows.sh"\n' + "\n".join(calls) + "\nend_rows\n")
            with open(os.path.join(folder, "rows.csv"), "w", encoding="utf-8") as file:
                file.write(HEAD)
            status = subprocess.run(["bash", script], env={**os.environ, "FIGURES": folder, "QUICK": quick}, capture_output=True).returncode
            with open(os.path.join(folder, "rows.csv"), encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file)), status != 0

    def kept(self, words, **others):
        rows, has_failed = self.keep(f"keep {words}", **others)
        return rows[0]["theirs"], rows[0]["ours"], rows[0]["ratio"], rows[0]["held"], has_failed

    def test_a_row_has_medians_and_the_median_of_the_ratios_of_pairs(self):
        # The ratio of the medians would be 1.
        self.assertEqual(self.kept('"a, b" /s x "10 30 20" "20 15 60"'), ("20", "20", "2", "none", False))
        self.assertEqual(self.keep('keep "a, b" /s x 1 2')[0][0]["row"], "a, b")
        # As they are no pairs.
        self.assertEqual(self.kept('a /s x "10 30 20" 50'), ("20", "50", "2.5", "none", False))

    def test_where_less_is_better_the_ratio_is_above_one_if_ours_is_less(self):
        for unit in "ms", "s", "MB", "KiB":
            self.assertEqual(self.kept(f"a {unit} x 10 5"), ("10", "5", "2", "none", False))
        self.assertEqual(self.kept("a logins x 10 5"), ("10", "5", "0.5", "none", False))

    def test_a_row_below_its_floor_fails(self):
        self.assertEqual(self.kept("a /s x 100 95 0.95")[3:], ("yes", False))
        self.assertEqual(self.kept("a /s x 1000 949 0.95")[3:], ("no", True))
        self.assertEqual(self.kept("a lost x 0 1 1")[3:], ("no", True))
        # Also if others are not.
        self.assertTrue(self.keep("keep a /s x 10 5 1", "keep b /s x 10 20 1")[1])

    def test_nothing_is_infinitely_better_than_something(self):
        self.assertEqual(self.kept("a s x 5 0 1")[2:], ("-", "yes", False))
        self.assertEqual(self.kept("a /s x 0 5 1")[2:], ("-", "yes", False))
        self.assertEqual(self.kept("a lost x 0 0 1")[2:], ("-", "yes", False))

    def test_a_missing_figure_does_not_hold_a_floor(self):
        self.assertEqual(self.kept("a /s - - 5"), ("-", "5", "-", "none", False))
        self.assertEqual(self.kept("a /s x - 5 1")[2:], ("-", "no", True))
        self.assertEqual(self.kept("a /s x 5 - 1")[2:], ("-", "no", True))

    def test_no_row_is_below_its_floor_in_quick_mode(self):
        self.assertEqual(self.kept("a /s x 10 5 1", quick="1"), ("10", "5", "0.5", "none", False))

    def test_daemons_are_measured_in_turn(self):
        rows, has_failed = self.keep("rounds=3 count=0", "rate() { echo $1 $2 >> $FIGURES/calls; grep -c $1 $FIGURES/calls; }",
                                     'compare title /s "7" cyrus=0.01 cyrus-50 ours',
                                     '[[ $(paste -sd " " $FIGURES/calls) == "cyrus 7 cyrus-50 7 ours 7 cyrus 7 "* ]]')
        self.assertEqual([(row["reference"], row["floor"], row["held"]) for row in rows],
                         [("Cyrus, 5 processes", "0.01", "yes"), ("Cyrus, 50 processes", "-", "none")])
        self.assertFalse(has_failed)

    def run_main(self, rows, *file, machine=MACHINE):
        """What the program prints, what it writes, and whether it fails."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "rows.csv"), "w", encoding="utf-8") as output:
                output.write(HEAD + rows)
            with open(os.path.join(folder, "machine.json"), "w", encoding="utf-8") as output:
                json.dump(machine, output)
            path = [os.path.join(folder, name) for name in file]
            printed, failed = io.StringIO(), False
            with mock.patch.object(sys, "argv", ["results.py", folder, *path]), contextlib.redirect_stdout(printed):
                try:
                    results.main()
                except SystemExit:
                    failed = True
            written = ""
            if path and os.path.exists(path[0]):
                with open(path[0], encoding="utf-8") as output:
                    written = output.read()
            return printed.getvalue(), written, failed

    def test_the_table_has_all_rows_in_the_order_of_the_benchmarks(self):
        printed, written, failed = self.run_main('later,"x, y",ms,-,-,3,-,-,none\nldap,a,/s,Cyrus,1000.5,2500,2.499,1.5,yes\n'
                                                 "saslauthd,b,/s,Cyrus,20,40,2,-,none\n", "RESULTS.md")
        lines = printed.splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["benchmark", "saslauthd", "ldap", "later"])
        self.assertRegex(lines[2], r"^ldap +a +/s +Cyrus +1,000 +2,500 +2\.50 +1\.5  held$")
        self.assertFalse(failed)
        self.assertIn("| a | /s | Cyrus | 1,000 | 2,500 | 2.50 | 1.5 | held |", written)
        self.assertIn("| processor | A \\| fast one |", written)
        self.assertIn("1 of 1 floors are held. Without rows: hashing,", written)

    def test_a_row_below_its_floor_is_marked_and_fails(self):
        printed, written, failed = self.run_main("ldap,a,/s,Cyrus,10,5,0.5,1,no\n", "RESULTS.md")
        self.assertTrue(failed)
        self.assertIn("BELOW ITS FLOOR", printed)
        self.assertIn("1 of 1 rows are below their floors", printed)
        self.assertIn("**BELOW ITS FLOOR**", written)
        self.assertIn("0 of 1 floors are held.", written)

    def test_quick_figures_are_printed_but_not_written(self):
        row = "ldap,a,/s,Cyrus,10,5,0.5,1,none\n"
        self.assertFalse(self.run_main(row)[2])
        self.assertEqual(self.run_main(row, "RESULTS.md")[1:], ("", True))

    def test_no_rows_and_unknown_marks_are_errors(self):
        self.assertTrue(self.run_main("")[2])
        self.assertTrue(self.run_main("ldap,a,/s,Cyrus,10,5,0.5,1,\n")[2])

    def test_every_benchmark_has_a_subject(self):
        with open(os.path.join(HERE, "all.sh"), encoding="utf-8") as file:
            names = next(line for line in file if "|| set -- " in line).split("set -- ")[1].split()
        self.assertEqual(names, list(results.SUBJECTS))

    def test_the_results_that_are_kept_are_those_of_their_rows(self):
        path, folder = os.path.join(HERE, "RESULTS.md"), os.path.join(HERE, "pictures")
        if not os.path.exists(path):
            self.skipTest("there are no results yet")
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), results.markdown(*results.read(folder)))


if __name__ == "__main__":
    unittest.main()
