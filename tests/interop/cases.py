"""cases.txt of a suite: which cases it has, and whether a run had them all."""

import pathlib
import re


class BadList(Exception):
    pass


def read(path):
    """The names of a cases.txt; BadList when its count or order is wrong."""
    lines = pathlib.Path(path).read_text().splitlines()
    count = re.fullmatch(r"cases (\d+)", lines[0] if lines else "")
    names = lines[1:]
    if not count:
        raise BadList(f"{path}: the first line must be `cases N`")
    if int(count[1]) != len(names):
        raise BadList(f"{path}: says {count[1]} cases and lists {len(names)}")
    if names != sorted(set(names)):
        raise BadList(f"{path}: the names must be sorted, each once")
    return names


def write(path, names):
    path = pathlib.Path(path)
    dropped = sorted(set(read(path)) - set(names)) if path.exists() else []
    if dropped:
        raise BadList(f"{path}: would drop {', '.join(dropped)}; that is done by hand")
    path.write_text(f"cases {len(names)}\n" + "".join(f"{name}\n" for name in sorted(names)))


class Run:
    """What a suite printed, line by line."""

    def __init__(self):
        self.results = {}  # name -> None when it passed, else its reason
        self.doubled = []
        self.other = []
        self._failed = None

    def take(self, line):
        """Gives true when the line was a case's result."""
        verdict = re.fullmatch(r"(pass|fail) ([a-z0-9_]+\.[a-z0-9_]+)", line)
        if verdict:
            name = verdict[2]
            if name in self.results:
                self.doubled.append(name)
            self.results[name] = None if verdict[1] == "pass" else ""
            self._failed = name if verdict[1] == "fail" else None
        elif self._failed and line.startswith(" "):
            self.results[self._failed] += line + "\n"
        else:
            self._failed = None
            self.other.append(line)
        return bool(verdict)

    def complaints(self, listed, path, exit_code):
        """Everything that makes this run a failure; `listed` are the names it must have."""
        texts = [f"fail {name}\n{why}".rstrip() for name, why in self.results.items() if why is not None]
        texts += [f"did not run: {name}" for name in listed if name not in self.results]
        texts += [f"not listed: {name} (add the line `{name}` to {path} and count it)" for name in sorted(set(self.results) - set(listed))]
        texts += [f"two cases have one name: {name}" for name in self.doubled]
        failed = any(why is not None for why in self.results.values())
        if exit_code != 0 and not failed:
            texts.append(f"the suite ended with exit code {exit_code} though no case failed")
        if exit_code == 0 and failed:
            texts.append("the suite ended with exit code 0 though a case failed")
        return texts


def matrix(lists):
    """{suite: names} -> a table of all cases with a column and a count per suite."""
    names = sorted(set().union(*lists.values()))
    rows = [["", *lists]]
    rows += [[name, *("x" if name in listed else "-" for listed in lists.values())] for name in names]
    rows.append([f"{len(names)} cases", *(str(len(listed)) for listed in lists.values())])
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(" ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows)
