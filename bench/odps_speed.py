"""Our odps writer against the writers of PyODPS: the same rows into the same `otsstream local`, each client in a process of its own. Called by
measure.py; README.md says what the figures mean."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

from local_speed import Server

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "interop"))
import interop  # noqa: E402  installs the pinned client, as its own tests do
import toolchains  # noqa: E402

RUNS = 3
ROWS = 400_000
# How each writer is called on the page.
OURS, RECORD, LISTS, ARROW = "ours", "records", "lists", "arrow"
NAMES = {
    OURS: "our odps writer",
    RECORD: "PyODPS `open_writer`, records made beforehand",
    LISTS: "PyODPS `open_writer`, rows as lists",
    ARROW: "PyODPS `open_writer(arrow=True)`, batches made beforehand",
}
AIM = 4  # times fewer CPU seconds than the record writer
HOPE = 10


def client_python():
    """The interpreter that has the pinned client, or why there is none."""
    suite = toolchains.SUITES["pyodps"]
    if reason := suite.missing():
        return None, reason
    try:
        return interop.installed_client("pyodps", suite) / "bin" / "python", None
    except toolchains.Failed as failure:
        return None, str(failure).splitlines()[-1]


class Load:
    def __init__(self, build, server, python):
        self.build, self.server, self.python = build, server, python

    def pyodps(self, operation, table, rows=0):
        return [self.python, "-B", HERE / "pyodps_load.py", self.server.maxcompute, self.server.project, operation, table, rows]

    def command(self, way, rows):
        if way == OURS:
            return [os.path.join(self.build, "bench", "otsstream_bench_odps_load"), self.server.maxcompute, self.server.project, "bench_" + way, rows]
        return self.pyodps(way, "bench_" + way, rows)

    def run(self, command):
        """What the client says, or its last line of complaint."""
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode != 0:
            return None, (done.stderr.strip().splitlines() or ["no word"])[-1]
        return json.loads(done.stdout), None

    def must(self, command):
        said, complaint = self.run(command)
        if said is None:
            sys.exit(f"bench: {pathlib.Path(command[0]).name} {' '.join(str(word) for word in command[1:])}: {complaint}")
        return said

    def write(self, way):
        before = self.server.cpu()
        said, complaint = self.run(self.command(way, ROWS))
        if said is None:
            return None, complaint
        return said | {
            "way": way, "rows_per_s": said["rows"] / said["wall"], "cpu_per_mrows": said["cpu"] / (said["rows"] / 1e6),
            "server_per_mrows": (self.server.cpu() - before) / (said["rows"] / 1e6),
        }, None

    def landed(self, way):
        """Enough of the table to tell it from another: number of rows and sums."""
        command = [os.path.join(self.build, "src", "otsstream"), "local", "query", "--endpoint", self.server.maxcompute, "--project", self.server.project,
                   f"select count(*), sum(pk2), sum(i), sum(length(s)), sum(length(pk1)), sum(dbl) from bench_{way}"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def measure(build):
    """-> {"skipped": why} or {"client", "runs": {way: runs}, "refused": {way: why}}"""
    python, why = client_python()
    if python is None:
        return {"skipped": why}
    runs, refused = {}, {}
    with Server(build) as server:
        load = Load(build, server, python)
        for way in NAMES:
            client = load.must(load.pyodps("create", "bench_" + way))
        for _ in range(RUNS):
            for way in NAMES:
                if way in refused:
                    continue
                run, complaint = load.write(way)
                if run is None and way == ARROW:  # a server may not take Arrow
                    refused[way] = complaint
                    continue
                if run is None:
                    sys.exit(f"bench: {NAMES[way]}: {complaint}")
                runs.setdefault(way, []).append(run)
        seen = {way: load.landed(way) for way in runs}
        if len(set(seen.values())) != 1:
            sys.exit(f"bench: the writers did not write the same rows: {seen}")
    if not client["compiled"]:
        sys.exit("bench: the writer of this PyODPS is not compiled; the comparison would flatter ours")
    return {"client": client, "runs": runs, "refused": refused}


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def ratio(out, way, key):
    """How many times better ours is."""
    ours, other = median(out["runs"][OURS], key), median(out["runs"][way], key)
    return ours / other if key == "rows_per_s" else other / ours


def aims(out):
    if "skipped" in out:
        return []
    reached = ratio(out, RECORD, "cpu_per_mrows")
    return [
        "| Aim | at least | median | |", "|---|---:|---:|---|",
        f"| client CPU of PyODPS' record writer / of our writer | {AIM}, and near {HOPE} | {reached:.1f} | {'met' if reached >= AIM else 'not met'} |",
    ]


def spread(runs, key, form):
    values = [run[key] for run in runs]
    return f"{statistics.median(values):{form}} ({min(values):{form}} - {max(values):{form}})"


def table(out):
    lines = ["| Writer | rows/s | client CPU s/M rows | server CPU s/M rows | client CPU, ours = 1 | rows/s, ours = 1 |", "|---|---:|---:|---:|---:|---:|"]
    for way, runs in out["runs"].items():
        cells = [spread(runs, key, form) for key, form in (("rows_per_s", ",.0f"), ("cpu_per_mrows", ".2f"), ("server_per_mrows", ".2f"))]
        cells += [f"{ratio(out, way, 'cpu_per_mrows'):.1f}", f"{1 / ratio(out, way, 'rows_per_s'):.2f}"]
        lines.append(f"| {NAMES[way]} | " + " | ".join(cells) + " |")
    lines += [f"| {NAMES[way]} | not measured: {why} | | | | |" for way, why in out["refused"].items()]
    return lines


def section(out):
    if "skipped" in out:
        return ["## odps writer against PyODPS", "", f"Not measured: {out['skipped']}.", ""]
    return [
        "## odps writer against PyODPS", "", *aims(out), "",
        f"PyODPS {out['client']['version']}, whose record writer is the compiled one. Median (least - most) of {RUNS} runs of {ROWS:,} rows of eight columns, "
        "about 90 bytes on the wire, into the same `otsstream local` in memory, uncompressed; every table then held the same rows.", "", *table(out), "",
    ]


def raw(out):
    return [json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in run.items()}) for runs in out.get("runs", {}).values() for run in runs]
