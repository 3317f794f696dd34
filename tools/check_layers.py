#!/usr/bin/env python3
"""Fails when a file of src/ includes a folder that tools/layers.txt does not allow, or names something that only base/ and net/ may touch.

Tests beside the code obey the same includes; they may use threads and sockets of their own.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"

# Pattern -> folders that may use it. Time, randomness, environment, sockets and threads come in through interfaces.
BANNED = {
    r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b": {"base", "net"},
    r"(?<![\w.>:])time\s*\(\s*(?:NULL|nullptr|0|&)": set(),
    r"\bstd::rand\b|(?<![\w.>:])s?rand\s*\(": set(),
    r"\bstd::random_device\b": {"base"},
    r"\bgetenv\s*\(": {"base"},
    r"(?<![\w.>:])socket\s*\(": {"net"},
    r"\bstd::j?thread\b": {"base", "net"},
    r"\bsleep_for\b|\bsleep_until\b|(?<![\w.>:])u?sleep\s*\(": set(),
    r"#include\s*<google/protobuf": {"tablestore/wire"},
    r"#include\s*[<\"]ots\.pb\.h": {"tablestore/wire"},
    r"#include\s*[<\"](?:flatbuffers/|metadata_generated\.h)": {"maxcompute/wire"},
    r"#include\s*<boost/": {"net"},
    r"#include\s*<curl/": {"net"},
}


def read_layers():
    layers = {}
    for line in (ROOT / "tools" / "layers.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, allowed = line.split(":")
            layers[folder.strip()] = set(allowed.split())
    return layers


def layer_of(path, layers):
    """The longest listed folder that holds `path`."""
    parts = path.split("/")
    for length in range(len(parts) - 1, 0, -1):
        folder = "/".join(parts[:length])
        if folder in layers:
            return folder
    return None


def without_comments(text):
    keep_lines = lambda match: "\n" * match.group(0).count("\n")
    return re.sub(r"//[^\n]*", "", re.sub(r"/\*.*?\*/", keep_lines, text, flags=re.S))


def check_file(path, layers):
    relative = path.relative_to(SRC).as_posix()
    is_test = re.search(r"_test(_support)?\.(cc|h)$", relative) is not None
    layer = layer_of(relative, layers)
    if layer is None:
        return [f"src/{relative}: lies in no folder of tools/layers.txt"]
    problems = []
    text = path.read_text()
    for number, line in enumerate(text.splitlines(), 1):
        include = re.match(r'\s*#include\s*"([^"]+)"', line)
        if not include or "/" not in include.group(1):
            continue
        target = layer_of(include.group(1), layers)
        if target is None:
            if is_test:
                continue  # tests/support
            problems.append(f"src/{relative}:{number}: includes {include.group(1)}, which is in no folder of src/")
        elif target != layer and target not in layers[layer] and not (is_test and target == "net"):
            problems.append(f"src/{relative}:{number}: {layer} may not include {target} ({include.group(1)})")
    if is_test:
        return problems
    for number, line in enumerate(without_comments(text).splitlines(), 1):
        for pattern, folders in BANNED.items():
            if layer not in folders and re.search(pattern, line):
                problems.append(f"src/{relative}:{number}: {layer} may not use {pattern}: {line.strip()}")
    return problems


def main():
    layers = read_layers()
    files = sorted(p for p in SRC.rglob("*") if p.suffix in (".h", ".cc"))
    problems = [problem for path in files for problem in check_file(path, layers)]
    for problem in problems:
        print(problem)
    print(f"{len(files)} files checked against tools/layers.txt, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
