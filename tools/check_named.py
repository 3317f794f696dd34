#!/usr/bin/env python3
"""Fails when an error code of src/, a limit, a refusal or a word of control of the local Tablestore is named by no test.

A code is what an operator sees in brackets, like Config-Missing or ODPS-0420095. Product code holds it as a string
literal of its own, or in front of a service's message ("ODPS-0130131:[1,15] ..."). A test names it within a string
literal, or in the text of a file of tests/golden; a comment names nothing. The words of control are its paths, the faults, and
the members of its requests; a test names one as a word within a string literal, or sets it as a member (`.delay_ms =`).

The limits are the rows of tablestore/wire/limits.h; a test of the local Tablestore names one as LimitName::kName. The refusals are the
texts that src/local/tablestore hands to reject(), and those of the limits; a test (or an SDK's suite) names one with a literal that is
part of no other refusal: of what it says between its placeholders, at least twelve characters or all.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Codes that no test can provoke, and why.
EXCEPTIONS = {
    "Demo-Continuation": "the demo asks the engine, which has its own tests, whether it did what the demo tells",
    "Compress-Codec": "the enumeration has no other value",
    "Compress-Memory": "libzstd and liblz4 say so only when the process has no memory left",
    "Zlib-Memory": "zlib says so only when the process has no memory left",
}

# Headers of HTTP, which look like codes.
HEADERS = {
    "Accept-Encoding", "Content-Encoding", "Content-Length", "Content-MD5", "Content-Type", "Last-Modified",
    "Retry-After", "Transfer-Encoding", "User-Agent",
}

CODE = r"[A-Z][A-Za-z]+-[A-Z0-9][A-Za-z0-9]*"
TEST_FILE = re.compile(r"(_test(_[a-z]+)?|_for_test)\.(cc|h)$")

# One token each, so that no quote within a comment and no slashes within a literal mislead.
TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|R"(?P<mark>[^()\\\s]{0,16})\((?P<raw>.*?)\)(?P=mark)"'
    r'|"(?P<text>(?:\\.|[^"\\\n])*)"'
    r"|'(?:\\.|[^'\\\n])'"
    r"|(?P<space>\s+)"
    r"|(?P<other>.)",
    re.S)


def literals(path):
    """The string literals of a C++ file; adjacent ones are one, as for the compiler."""
    joined = None
    for token in TOKEN.finditer(path.read_text()):
        if token.lastgroup in ("space", "comment"):
            continue
        text = token["raw"] if token["raw"] is not None else token["text"]
        if text is not None:
            joined = (joined or "") + text
        elif joined is not None:
            yield joined
            joined = None
    if joined is not None:
        yield joined


def sources(folder):
    return sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in (".h", ".cc"))


def raised_codes():
    """Code -> the product files that hold it."""
    codes = {}
    for path in sources("src"):
        if TEST_FILE.search(path.name):
            continue
        for text in literals(path):
            match = re.match(rf"({CODE})(?:$|:)", text)
            if match and match[1] not in HEADERS:
                codes.setdefault(match[1], set()).add(path.relative_to(ROOT).as_posix())
    return codes


def named_codes():
    tests = [p for p in sources("src") if TEST_FILE.search(p.name)] + sources("tests")
    texts = [text for path in tests for text in literals(path)]
    texts += [path.read_text() for path in sorted((ROOT / "tests" / "golden").rglob("*")) if path.is_file()]
    return {code for text in texts for code in re.findall(CODE, text)}


def control_words():
    """Word -> where it is declared: control's routes, the words of faults, the members of its requests."""
    words = {}
    for path in sorted((ROOT / "src" / "local").glob("*.cc")):
        if TEST_FILE.search(path.name):
            continue
        text, name = path.read_text(), path.relative_to(ROOT).as_posix()
        found = re.findall(r'"/control/(\w+)"', text) + re.findall(r'set\.add\(\s*"(\w+)"', text)
        if path.name == "fault_rules.cc":
            found += re.findall(r'"([a-z-]+)"', re.search(r"kWords\[\] = \{(.*?)\}", text, re.S)[1])
        for word in found:
            words.setdefault(word, name)
    return words


def unnamed_control_words(words):
    tests = [p for folder in ("src/local", "tests") for p in sources(folder) if folder == "tests" or TEST_FILE.search(p.name)]
    named = set()
    for path in tests:
        for text in literals(path):
            named.update(re.findall(r"[A-Za-z][\w-]*", text))
        named.update(re.findall(r"\.(\w+) = ", path.read_text()))
    return {word for word in words if word not in named and "--" + word.replace("_", "-") not in named}


def limit_names():
    return re.findall(r"\{LimitName::(k\w+), LimitKind", (ROOT / "src/tablestore/wire/limits.h").read_text())


def limits_in_tests():
    tests = [p for p in sources("src/local") if TEST_FILE.search(p.name)]
    return {name for path in tests for name in re.findall(r"LimitName::(k\w+)", path.read_text())}


def calls_of_reject(text):
    """What stands between the brackets of each reject(...) and reject_parameter(...)."""
    for match in re.finditer(r"\breject(?:_parameter)?\(", text):
        depth, at = 1, match.end()
        while depth and at < len(text):
            if text[at] == '"':
                at = re.compile(r'"(?:\\.|[^"\\])*"').match(text, at).end()
                continue
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        yield text[match.end():at - 1]


def refusals():
    """Refusal text -> the file that holds it."""
    texts = {}
    for path in sources("src/local/tablestore"):
        if TEST_FILE.search(path.name):
            continue
        for call in calls_of_reject(path.read_text()):
            joined = re.sub(r'"\s*"', "", call)
            for text in re.findall(r'"((?:\\.|[^"\\])*)"', joined):
                if " " in text.strip() and not re.fullmatch(CODE, text):
                    texts.setdefault(text, path.relative_to(ROOT).as_posix())
    limits = ROOT / "src/tablestore/wire/limits.h"
    for text in literals(limits):
        if text.endswith(".") and "{" not in text[:1] and " " in text:
            texts.setdefault(text, limits.relative_to(ROOT).as_posix())
    return texts


def parts_of(refusal):
    """What a refusal says between its placeholders; the last one first counts when all are short."""
    parts = [part for part in re.split(r"\{[^{}]*\}", refusal) if part.strip(" .:'")]
    long_ones = [part for part in parts if len(part) >= 12]
    return long_ones or sorted(parts, key=len)[-1:]


def unnamed_refusals(texts):
    tests = [p for p in sources("src/local") if TEST_FILE.search(p.name)] + sources("tests/e2e")
    said = {text for path in tests for text in literals(path) if len(text) >= 5}
    for path in sorted((ROOT / "tests" / "interop").rglob("*")):
        if path.suffix in (".py", ".js", ".java", ".go") and "node_modules" not in path.parts:
            said.update(re.findall(r"""["']([^"'\n]{5,})["']""", path.read_text()))
    parts = {text: parts_of(text) for text in texts}
    unnamed = set(texts)
    for words in said:
        # Part of one refusal only, or one with its placeholders filled in: the longest that fits.
        fitting = [text for text in texts if any(words in part for part in parts[text])]
        filled = [text for text in texts if all(part in words for part in parts[text])]
        if len(fitting) == 1:
            unnamed.discard(fitting[0])
        if filled:
            unnamed.discard(max(filled, key=lambda text: sum(map(len, parts[text]))))
    return unnamed


def main():
    control = control_words()
    limits = limit_names()
    texts = refusals()
    raised = raised_codes()
    named = named_codes()
    problems = [f"{code}: no test names it; raised in {', '.join(sorted(raised[code]))}"
                for code in sorted(raised.keys() - named - EXCEPTIONS.keys())]
    problems += [f"{code}: an exception of tools/check_named.py that is raised nowhere or named by a test"
                 for code in sorted(EXCEPTIONS.keys() - (raised.keys() - named))]
    problems += [f"{word}: a word of control that no test names; declared in {control[word]}"
                 for word in sorted(unnamed_control_words(control))]
    problems += [f"{name}: a limit that no test of src/local names" for name in limits if name not in limits_in_tests()]
    problems += [f'"{text}": a refusal that no test names; in {texts[text]}' for text in sorted(unnamed_refusals(texts))]
    for problem in problems:
        print(problem)
    print(f"{len(raised)} error codes, {len(limits)} limits, {len(texts)} refusals and {len(control)} words of control checked, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
