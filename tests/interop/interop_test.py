#!/usr/bin/env python3
"""What a run must have: cases.py against made-up output."""

import sys

sys.dont_write_bytecode = True

import json
import pathlib
import tempfile
import unittest

import cases
import landing


def run_of(*lines):
    run = cases.Run()
    for line in lines:
        run.take(line)
    return run


class RunTest(unittest.TestCase):
    def complaints(self, lines, listed=("row.a", "row.b"), exit_code=0):
        return run_of(*lines).complaints(list(listed), "x/cases.txt", exit_code)

    def test_all_listed_cases_passed(self):
        self.assertEqual(self.complaints(["pass row.b", "pass row.a"]), [])

    def test_a_missing_case_is_named(self):
        self.assertEqual(self.complaints(["pass row.a"]), ["did not run: row.b"])

    def test_a_failed_case_comes_with_its_reason(self):
        self.assertEqual(self.complaints(["fail row.a", "  1 is not 2", "noise", "  more", "pass row.b"], exit_code=1), ["fail row.a\n  1 is not 2"])

    def test_a_new_case_gives_the_line_to_add(self):
        self.assertEqual(self.complaints(["pass row.a", "pass row.b", "pass row.c"]),
                         ["not listed: row.c (add the line `row.c` to x/cases.txt and count it)"])

    def test_a_name_counts_once(self):
        self.assertEqual(self.complaints(["pass row.a", "pass row.a", "pass row.b"]), ["two cases have one name: row.a"])

    def test_exit_code_and_results_must_agree(self):
        self.assertIn("exit code 3", self.complaints(["pass row.a", "pass row.b"], exit_code=3)[0])
        self.assertIn("exit code 0", self.complaints(["fail row.a", "pass row.b"])[1])


class ListTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "cases.txt"

    def test_bad_lists_are_refused(self):
        for text in ["", "row.a\n", "cases 2\nrow.a\n", "cases 2\nrow.b\nrow.a\n", "cases 2\nrow.a\nrow.a\n"]:
            self.path.write_text(text)
            with self.assertRaises(cases.BadList, msg=repr(text)):
                cases.read(self.path)

    def test_writing_adds_and_never_drops(self):
        cases.write(self.path, ["row.b"])
        cases.write(self.path, ["row.b", "row.a"])
        self.assertEqual(cases.read(self.path), ["row.a", "row.b"])
        with self.assertRaises(cases.BadList):
            cases.write(self.path, ["row.a"])

    def test_matrix_counts_per_suite(self):
        self.assertEqual(cases.matrix({"go": ["row.a"], "node": ["row.a", "row.b"]}).splitlines(),
                         ["        go node", "row.a   x  x", "row.b   -  x", "2 cases 1  2"])


class LandedTest(unittest.TestCase):
    def test_every_job_has_its_table_and_a_case_in_every_suite(self):
        jobs = {path.stem for path in landing.FOLDER.glob("*.job")}
        self.assertTrue(jobs)
        self.assertEqual(jobs, {path.stem for path in landing.FOLDER.glob("*.table")})
        for suite in landing.SUITES:
            listed = cases.read(landing.FOLDER.parent / suite / "cases.txt")
            self.assertEqual({name.removeprefix("landed.") for name in listed if name.startswith("landed.")}, jobs, suite)

    def test_connections_are_added_and_stay_private(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "connections.json"
            path.touch(mode=0o600)
            path.write_text(json.dumps({"otsstream": {}, "odps_first": {"accessId": "a", "accessKey": "b", "project": "p"}}))
            landing.add_connections(path, {"OTS_STS_ID": "c", "OTS_STS_KEY": "d", "OTS_STS_TOKEN": "e"})
            got = json.loads(path.read_text())
            self.assertEqual(got["odps_v4"], {"accessId": "a", "accessKey": "b", "project": "p", "region": "cn-hangzhou"})
            self.assertEqual(got["odps_temporary"], {"accessId": "c", "accessKey": "d", "project": "p", "securityToken": "e"})
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
