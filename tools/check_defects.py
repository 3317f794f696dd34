#!/usr/bin/env python3
"""Every defect D1 ... D28 of otsstream-reader.md 13 has a test in tests/defects.txt, and every test
named there is in the source."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEFECTS = [f"D{number}" for number in range(1, 29)]


def tests_in_source():
    names = set()
    for folder in ("src", "tests"):
        for path in (ROOT / folder).rglob("*_test.cc"):
            for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", path.read_text(), re.M):
                names.add(f"{suite}.{name}")
    return names


def main():
    known = tests_in_source()
    problems = []
    seen = set()
    for line in (ROOT / "tests/defects.txt").read_text().splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        defect, tests = words[0], words[1:]
        if defect not in DEFECTS or defect in seen or not tests:
            problems.append(f"tests/defects.txt: {line.strip()!r} names no new defect and its tests")
        seen.add(defect)
        problems += [f"{defect}: there is no test {test}" for test in tests if test not in known]
    problems += [f"{defect} has no test" for defect in DEFECTS if defect not in seen]
    print("\n".join(problems) or f"{len(seen)} defects, each with a test")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
