#!/usr/bin/env python3
"""Runs the bench jobs as a user would, measures their processes, writes the page. Called by run.sh; README.md says what the figures mean."""

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time

import local_speed
import odps_speed

RUNS = 3
HELP_RUNS = 20
JOBS = (("stream", "person"), ("stream", "letter"), ("odps", "person"), ("odps", "letter"))
HERE = os.path.dirname(os.path.abspath(__file__))

# Aims of the first slice: what, limit, unit.
AIM_CPU_PER_GB = 1.5
AIM_RSS_MB = 120
AIM_HELP_MS = 30
AIM_OVERLAP = 1.8


class Cloud:
    """otsstream_bench_cloud: both servers and a filled change log, in a process whose CPU time is counted apart."""

    def __init__(self, build, connections, megabytes):
        program = os.path.join(build, "bench", "otsstream_bench_cloud")
        self.process = subprocess.Popen([program, connections, str(megabytes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("bench: the servers ended early")
        return json.loads(line)

    def usage(self):
        self.process.stdin.write("usage\n")
        self.process.stdin.flush()
        return self._answer()

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def run_process(command, errors):
    """-> (exit status, CPU seconds of user and system, peak RSS in MB, wall seconds) of this one child."""
    with open(errors, "w") as err:
        began = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024, wall


def run_job(args, cloud, kind, table, number):
    report = os.path.join(args.work, "report.json")
    errors = os.path.join(args.work, "errors.txt")
    command = [
        os.path.join(args.build, "src", "otsstream"), "run", os.path.join(HERE, kind + ".json"),
        "--connections", args.connections, "--bizdate", "20260101", "--quiet", "--report", report,
        "-p", f"startTime={cloud.ready['start']}", "-p", f"endTime={cloud.ready['end']}", "-p", f"table={table}",
        # A status table of its own: every run starts at the window's start, none at a checkpoint of the one before.
        "-p", f"statusTable=bench_status_{kind}_{table}_{number}",
    ]
    before = cloud.usage()
    status, user, system, rss, wall = run_process(command, errors)
    after = cloud.usage()
    if status != 0:
        with open(errors) as text:
            sys.exit(f"bench: otsstream run {kind}.json ended with {status}\n{text.read()}")
    with open(report) as text:
        facts = json.load(text)
    if facts["streamRecords"] != cloud.ready["tables"][table]["records"]:
        sys.exit(f"bench: {facts['streamRecords']} records read, {cloud.ready['tables'][table]['records']} written")
    gigabytes = (after["stream_bytes"] - before["stream_bytes"]) / 1e9
    cpu = user + system
    return {
        "job": f"{table} -> {'nothing' if kind == 'stream' else kind}",
        "cpu": cpu, "user": user, "system": system, "wall": wall, "rss_mb": rss,
        "gb": gigabytes, "rows": facts["rowsRead"], "requests": after["requests"] - before["requests"],
        "cpu_per_gb": cpu / gigabytes, "cpu_per_mrows": cpu / (facts["rowsRead"] / 1e6),
        "server_per_gb": (after["cpu_seconds"] - before["cpu_seconds"]) / gigabytes,
        "mb_per_s": gigabytes * 1e3 / wall,
    }


def help_times(args):
    command = [os.path.join(args.build, "src", "otsstream"), "--help"]
    runs = [run_process(command, os.devnull) for _ in range(HELP_RUNS)]
    return [wall * 1e3 for *_, wall in runs], [(user + system) * 1e3 for _, user, system, _, _ in runs]


def overlap_runs(args):
    command = [os.path.join(args.build, "bench", "otsstream_bench_overlap")]
    return [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(RUNS)]


def overlap_section(runs):
    ratio = statistics.median(run["ratio"] for run in runs)
    return [
        "## Overlap", "",
        f"One shard of {runs[0]['pages']} pages, the network 20 ms there and back, the writer 20 ms a page: reading and writing in turn took "
        f"{spread([r['serial_seconds'] for r in runs], '.2f')} s, the engine {spread([r['engine_seconds'] for r in runs], '.2f')} s, "
        f"{spread([r['ratio'] for r in runs], '.2f')} times the rate (aim: at least {AIM_OVERLAP:g}, {'met' if ratio >= AIM_OVERLAP else 'not met'}).", "",
    ]


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}} - {max(values):{form}})"


def machine(args):
    """What a reader needs to place the figures. No name of the host, no path."""
    with open("/proc/cpuinfo") as text:
        model = re.search(r"model name\s*:\s*(.*)", text.read())
    cache = {}
    with open(os.path.join(args.build, "CMakeCache.txt")) as text:
        for line in text:
            match = re.match(r"(CMAKE_CXX_COMPILER|CMAKE_BUILD_TYPE|CMAKE_CXX_FLAGS|CMAKE_CXX_FLAGS_RELEASE):\w+=(.*)", line)
            if match:
                cache[match[1]] = match[2].strip()
    version = subprocess.run([cache["CMAKE_CXX_COMPILER"], "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    revision = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    build = cache.get("CMAKE_BUILD_TYPE", "")
    flags = " ".join((cache.get("CMAKE_CXX_FLAGS", ""), cache.get("CMAKE_CXX_FLAGS_RELEASE", "") if build == "Release" else "")).strip()
    return [
        ("Processor", f"{model[1] if model else platform.machine()}, {os.cpu_count()} logical"),
        ("Kernel", f"{platform.system()} {platform.release()}"),
        ("Compiler", os.path.basename(version)),
        ("Build", f"{build}, {flags}"),
        ("Revision", revision or "unknown"),
        ("Load average at the start", args.load),
    ]


def decode_table(args):
    """Median figures of the decode bench, each shape's reference walk as 1."""
    with open(os.path.join(args.work, "decode.json")) as text:
        medians = {b["run_name"]: b for b in json.load(text)["benchmarks"] if b.get("aggregate_name") == "median"}
    lines = ["| Work | Shape | M cells/s | GB/s | time, reference walk = 1 | instructions per byte |", "|---|---|---:|---:|---:|---:|"]
    for name, b in medians.items():
        work, shape = name.split("/")
        ratio = b["cpu_time"] / medians[f"reference_walk/{shape}"]["cpu_time"]
        instructions = f"{b['instr/byte']:.2f}" if "instr/byte" in b else "not available"
        lines.append(f"| {work} | {shape} | {b['cells/s'] / 1e6:.1f} | {b['bytes_per_second'] / 1e9:.2f} | {ratio:.1f} | {instructions} |")
    return lines


def job_table(runs):
    lines = [
        "| Job | client CPU s/GB | client CPU s/M rows | server CPU s/GB | client peak RSS, MB | MB/s |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for job, group in runs.items():
        cells = [spread([r[key] for r in group], form) for key, form in
                 (("cpu_per_gb", ".2f"), ("cpu_per_mrows", ".2f"), ("server_per_gb", ".2f"), ("rss_mb", ".0f"), ("mb_per_s", ".0f"))]
        lines.append(f"| {job} | " + " | ".join(cells) + " |")
    return lines


def aims_table(runs, helps, help_cpu):
    def line(what, value, limit, unit):
        return f"| {what} | {limit:g} {unit} | {value:.2f} {unit} | {'met' if value <= limit else 'not met'} |"

    lines = ["| Aim | at most | median | |", "|---|---:|---:|---|"]
    for job, group in runs.items():
        if job.endswith("nothing"):
            lines.append(line(f"client CPU per GB, {job}", statistics.median(r["cpu_per_gb"] for r in group), AIM_CPU_PER_GB, "s"))
    worst = max(runs, key=lambda job: statistics.median(r["rss_mb"] for r in runs[job]))
    lines.append(line(f"client peak RSS, {worst}", statistics.median(r["rss_mb"] for r in runs[worst]), AIM_RSS_MB, "MB"))
    lines.append(line(f"`otsstream --help`, wall ({statistics.median(help_cpu):.0f} ms CPU)", statistics.median(helps), AIM_HELP_MS, "ms"))
    return lines


def page(args, date, cloud_ready, runs, helps, help_cpu, local, overlaps, odps):
    with open(os.path.join(args.work, "decode.txt")) as text:
        decode_raw = text.read().rstrip()
    raw = [json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in run.items()}) for group in runs.values() for run in group]
    tables = ", ".join(f"{name}: {facts['records']} records" for name, facts in cloud_ready["tables"].items())
    parts = [
        f"# Measured on {date}", "",
        f"Made by `./run bench` (`bench/run.sh BUILD_DIR {args.megabytes}`); [what the figures mean](../README.md).", "",
        "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine(args)), "",
        "## Aims", "", *aims_table(runs, helps, help_cpu), "",
        "## Decode", "", "Median of three repetitions over one page. The reference walk is the same pass in every row of a shape.", "", *decode_table(args), "",
        "## Jobs", "",
        f"Median (least - most) of {RUNS} runs of `otsstream run` as a process of its own; {args.megabytes} MiB of rows per table ({tables}).", "",
        *job_table(runs), "",
        f"`otsstream --help`: {spread(helps, '.1f')} ms wall, {spread(help_cpu, '.1f')} ms CPU over {HELP_RUNS} runs.", "",
        *overlap_section(overlaps),
        *odps_speed.section(odps),
        *local_speed.section(local),
        "## Raw output", "", "```", decode_raw, "```", "", "```", *raw, "help ms " + " ".join(f"{h:.1f}" for h in helps), *odps_speed.raw(odps), *local_speed.raw(local), "```", "",
    ]
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--build", "--work", "--results"):
        parser.add_argument(name, required=True)
    parser.add_argument("--megabytes", type=int, required=True)
    args = parser.parse_args()
    args.load = f"{os.getloadavg()[0]:.1f}"
    args.connections = os.path.join(args.work, "connections.json")

    helps, help_cpu = help_times(args)
    print("Overlap of reading and writing ...", flush=True)
    overlaps = overlap_runs(args)
    print("odps writer against PyODPS ...", flush=True)
    odps = odps_speed.measure(args.build)
    print("Local Tablestore: writes, reads, idle connections, starts ...", flush=True)
    local = local_speed.measure(args.build, args.work)
    print(f"Filling two change logs with {args.megabytes} MiB each ...", flush=True)
    cloud = Cloud(args.build, args.connections, args.megabytes)
    runs = {}
    for number in range(RUNS):
        for kind, table in JOBS:
            run = run_job(args, cloud, kind, table, number)
            print(f"{run['job']}: client {run['cpu_per_gb']:.2f} CPU s/GB, {run['rss_mb']:.0f} MB, server {run['server_per_gb']:.2f} CPU s/GB", flush=True)
            runs.setdefault(run["job"], []).append(run)
    cloud.stop()

    date = datetime.date.today().isoformat()
    path = os.path.join(args.results, date + ".md")
    os.makedirs(args.results, exist_ok=True)
    with open(path, "w") as out:
        out.write(page(args, date, cloud.ready, runs, helps, help_cpu, local, overlaps, odps))
    print("\n".join(aims_table(runs, helps, help_cpu) + odps_speed.aims(odps) + local_speed.aims(local)))
    print(f"Wrote bench/results/{date}.md")


if __name__ == "__main__":
    main()
