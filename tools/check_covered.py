#!/usr/bin/env python3
"""Every defect D1 ... D28 of DataX's plug-in (otsstream-reader.md 13) and every point A1 ... A10 of
the acceptance list (14) has a test, named in tests/defects.txt and tests/acceptance.txt, and every
test named there is in the source."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LISTS = {
    "tests/defects.txt": [f"D{number}" for number in range(1, 29)],
    "tests/acceptance.txt": [f"A{number}" for number in range(1, 11)],
}


def tests_in_source():
    names = set()
    for folder in ("src", "tests"):
        for path in (ROOT / folder).rglob("*_test.cc"):
            for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", path.read_text(), re.M):
                names.add(f"{suite}.{name}")
    return names


def problems_of(path, wanted, known):
    seen = set()
    for line in (ROOT / path).read_text().splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        point, tests = words[0], words[1:]
        if point not in wanted or point in seen or not tests:
            yield f"{path}: {line.strip()!r} names no new point and its tests"
        seen.add(point)
        yield from (f"{point}: there is no test {test}" for test in tests if test not in known)
    yield from (f"{point} has no test" for point in wanted if point not in seen)


def main():
    known = tests_in_source()
    problems = [problem for path, wanted in LISTS.items() for problem in problems_of(path, wanted, known)]
    print("\n".join(problems) or f"{sum(map(len, LISTS.values()))} points, each with a test")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
