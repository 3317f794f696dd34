#!/usr/bin/env python3
"""Checks that the documentation says what the program says: docs_test.py PROGRAM [--write]

Between the markers <!-- otsstream ARGUMENTS --> and <!-- end --> stands exactly what `otsstream ARGUMENTS` prints; --write puts it there.
Every relative link of a Markdown file leads to a file, and to a heading of it when it names one. The JSON Schemas are JSON.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- otsstream ([^>]*?) -->\n)(.*?)(<!-- end -->)", re.S)
FENCED = re.compile(r"^```.*?^```", re.S | re.M)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def pages():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return sorted(path for path in map(ROOT.joinpath, listed.stdout.splitlines()) if path.exists())
    skipped = {"build", ".git", ".cache"}  # a source tree without its history
    return sorted(path for path in ROOT.rglob("*.md") if not skipped & set(path.relative_to(ROOT).parts))


def anchors(path):
    text = FENCED.sub("", path.read_text())
    titles = re.findall(r"^#+ +(.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def check_links(path, text):
    for link in LINK.findall(FENCED.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            yield f"link to {link}: no such file"
        elif anchor and anchor not in anchors(target):
            yield f"link to {link}: no such heading"


def printed(program, arguments):
    return subprocess.run([program, *arguments.split()], check=True, capture_output=True, text=True).stdout


def main():
    program, write = sys.argv[1], "--write" in sys.argv[2:]
    problems = []
    blocks = 0
    for path in pages():
        text = path.read_text()
        new = BLOCK.sub(lambda m: m[1] + printed(program, m[2]) + m[4], text)
        blocks += len(BLOCK.findall(text))
        name = path.relative_to(ROOT)
        if new != text and write:
            path.write_text(new)
        elif new != text:
            problems.append(f"{name}: a generated part is out of date; run tests/docs_test.py PROGRAM --write")
        problems += [f"{name}: {problem}" for problem in check_links(path, text)]
    for plugin in ("otsstream", "odps", "stream", "setting"):
        schema = json.loads(printed(program, f"params {plugin} --schema"))
        if not schema["properties"]:
            problems.append(f"the schema of {plugin} is empty")
        form = json.loads(printed(program, f"params {plugin} --form"))
        fields = [field["name"] for group in form["groups"] for field in group["fields"]]
        if not set(name.split(".")[0] for name in fields) <= set(schema["properties"]):
            problems.append(f"the form and the schema of {plugin} differ")
    if blocks == 0:
        problems.append("no generated part was found")
    print(*problems, f"{blocks} generated parts, {len(problems)} problems", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
