"""How fast `otsstream local` is as a Tablestore: the program itself, and otsstream_bench_load as its client, each in a process of its own.
Called by measure.py; README.md says what the figures mean."""

import json
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

RUNS = 3
READY_RUNS = 20
IDLE_CONNECTIONS = 1000
CORES = 2
ROWS = {"memory": 400_000, "disk": 200_000, "disk, sync": 40_000}
LETTERS = 10_000

AIM_WRITE_ROWS = 80_000
AIM_READ_MB = 300
AIM_IDLE_MB = 60
AIM_READY_MS = 50


class Server:
    """`otsstream local` on ports that the system chooses."""

    def __init__(self, build, *options):
        command = [os.path.join(build, "src", "otsstream"), "local", "--tablestore-port", "0", "--maxcompute-port", "0", *options]
        began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.ready_ms = (time.monotonic() - began) * 1e3
        self.ready_cpu_ms = self._cpu_ns() / 1e6
        if not line.startswith("ready "):
            sys.exit("bench: otsstream local did not start")
        facts = dict(word.split("=", 1) for word in line.split()[1:])
        self.endpoint, self.instance = facts["tablestore"], facts["instance"]
        self.maxcompute, self.project = facts["maxcompute"], facts["project"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def _cpu_ns(self):
        """Of the threads that are there: finer than stat's hundredths of a second."""
        total = 0
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/schedstat") as text:
                total += int(text.read().split()[0])
        return total

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as text:
            fields = text.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self):
        with open(f"/proc/{self.process.pid}/status") as text:
            return next(int(line.split()[1]) for line in text if line.startswith("VmRSS")) / 1024


def load(build, server, operation, *words):
    """Runs the client; what it says, and what the server used meanwhile."""
    command = [os.path.join(build, "bench", "otsstream_bench_load"), operation, server.endpoint, server.instance, *map(str, words)]
    before = server.cpu()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command[1:])} ended with {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout) | {"server_cpu": server.cpu() - before}


def write(build, server, table, shape, rows):
    run = load(build, server, "write", table, shape, rows)
    client, served = run["cpu"] / run["rows"], run["server_cpu"] / run["rows"]
    return run | {
        "rows_per_s": run["rows"] / run["wall"], "client_us": client * 1e6, "server_us": served * 1e6,
        "by_cpu": CORES / (client + served), "bytes_per_row": run["row_bytes"] / run["rows"],
    }


def read(build, server, table, checks):
    run = load(build, server, "read", table, checks)
    gigabytes = run["bytes"] / 1e9
    client, served = run["cpu"] / gigabytes, run["server_cpu"] / gigabytes
    return run | {
        "mb_per_s": gigabytes * 1e3 / run["wall"], "client_s_gb": client, "server_s_gb": served, "by_cpu": CORES * 1e3 / (client + served),
    }


def idle(build):
    """-> (RSS before, RSS with idle connections) in MB. Each connection has asked once and kept its connection."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit[1], 4 * IDLE_CONNECTIONS), limit[1]))
    with Server(build) as server:
        before = server.rss_mb()
        host, port = server.endpoint.removeprefix("http://").rsplit(":", 1)
        connections = []
        for _ in range(IDLE_CONNECTIONS):
            connection = socket.create_connection((host, int(port)))
            connection.sendall(b"POST /ListTable HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\n\r\n")
            connections.append(connection)
        for connection in connections:
            if not connection.recv(65536).startswith(b"HTTP/1.1 4"):  # not signed: refused, and the connection stays
                sys.exit("bench: an idle connection was not answered")
        after = server.rss_mb()
        for connection in connections:
            connection.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    return before, after


def measure(build, work):
    out = {"writes": {}, "reads": {}}
    with Server(build) as server:
        for number in range(RUNS):
            out["writes"].setdefault("memory", []).append(write(build, server, f"person{number}", "person", ROWS["memory"]))
        write(build, server, "letter", "letter", LETTERS)
        for shape, table in (("person", "person0"), ("letter", "letter")):
            for checks in ("received", "verified"):
                out["reads"][shape, checks] = [read(build, server, table, checks) for _ in range(RUNS)]
    data = os.path.join(work, "data")
    with Server(build, "--data", data) as server:
        for number in range(RUNS):
            out["writes"].setdefault("disk", []).append(write(build, server, f"person{number}", "person", ROWS["disk"]))
    out["ready_log"] = [ready(build, "--data", data) for _ in range(READY_RUNS)]
    out["log_mb"] = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(data) for name in names) / 1e6
    synced = os.path.join(work, "synced")
    with Server(build, "--data", synced, "--sync") as server:
        for number in range(RUNS):
            out["writes"].setdefault("disk, sync", []).append(write(build, server, f"person{number}", "person", ROWS["disk, sync"]))
    shutil.rmtree(data)
    shutil.rmtree(synced)
    out["ready"] = [ready(build) for _ in range(READY_RUNS)]
    out["idle"] = idle(build)
    return out


def ready(build, *options):
    with Server(build, *options) as server:
        return {"ms": server.ready_ms, "cpu_ms": server.ready_cpu_ms}


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def spread(runs, key, form):
    values = [run[key] for run in runs]
    return f"{statistics.median(values):{form}} ({min(values):{form}} - {max(values):{form}})"


def aims(out):
    def least(what, value, limit, unit):
        return f"| {what} | at least {limit:,} {unit} | {value:,.0f} {unit} | {'met' if value >= limit else 'not met'} |"

    def most(what, value, limit, unit):
        return f"| {what} | at most {limit} {unit} | {value:.1f} {unit} | {'met' if value <= limit else 'not met'} |"

    writes = out["writes"]["memory"]
    received, verified = out["reads"]["person", "received"], out["reads"]["person", "verified"]
    return [
        "| Aim | | median | |", "|---|---:|---:|---|",
        least("BatchWriteRow of 200 rows, with Stream and client, measured", median(writes, "rows_per_s"), AIM_WRITE_ROWS, "rows/s"),
        least(f"... computed: {CORES} cores / CPU time of both sides", median(writes, "by_cpu"), AIM_WRITE_ROWS, "rows/s"),
        least("GetStreamRecord, bodies received, measured", median(received, "mb_per_s"), AIM_READ_MB, "MB/s"),
        least("GetStreamRecord, verified and decoded by our client, measured", median(verified, "mb_per_s"), AIM_READ_MB, "MB/s"),
        least(f"... computed: {CORES} cores / CPU time of both sides", median(verified, "by_cpu"), AIM_READ_MB, "MB/s"),
        most(f"RSS with {IDLE_CONNECTIONS} idle connections", out["idle"][1], AIM_IDLE_MB, "MB"),
        most(f"`otsstream local` ready ({median(out['ready'], 'cpu_ms'):.0f} ms CPU)", median(out["ready"], "ms"), AIM_READY_MS, "ms"),
        most(f"... over {out['log_mb']:.0f} MB of data ({median(out['ready_log'], 'cpu_ms'):.0f} ms CPU)", median(out["ready_log"], "ms"), AIM_READY_MS, "ms"),
    ]


def write_table(out):
    lines = [
        f"| Kept | rows/s | client CPU µs/row | server CPU µs/row | {CORES} cores / CPU time, rows/s |", "|---|---:|---:|---:|---:|",
    ]
    for kept, runs in out["writes"].items():
        cells = [spread(runs, key, form) for key, form in (("rows_per_s", ",.0f"), ("client_us", ".1f"), ("server_us", ".1f"), ("by_cpu", ",.0f"))]
        lines.append(f"| {kept} | " + " | ".join(cells) + " |")
    return lines


def read_table(out):
    lines = [
        f"| Rows | Client | MB/s | client CPU s/GB | server CPU s/GB | {CORES} cores / CPU time, MB/s |", "|---|---|---:|---:|---:|---:|",
    ]
    for (shape, checks), runs in out["reads"].items():
        cells = [spread(runs, key, form) for key, form in (("mb_per_s", ".0f"), ("client_s_gb", ".2f"), ("server_s_gb", ".2f"), ("by_cpu", ".0f"))]
        lines.append(f"| {shape} | {checks} | " + " | ".join(cells) + " |")
    return lines


def section(out):
    first = out["writes"]["memory"][0]
    times = f"Started and ready, ms: in memory {ready_text(out['ready'])}; over {out['log_mb']:.0f} MB of data {ready_text(out['ready_log'])}."
    before, after = out["idle"]
    return [
        "## Local Tablestore", "", *aims(out), "",
        f"Median (least - most) of {RUNS} runs; `otsstream local` and its client are two processes that speak over loopback sockets. Rows of the shape `person`: "
        f"a text key, eight columns, {first['bytes_per_row']:.0f} bytes of PlainBuffer.", "",
        "Batch writes of 200 rows, four requests under way, into a table of four partitions with its Stream on:", "", *write_table(out), "",
        "GetStreamRecord, the whole Stream, four shards at once:", "", *read_table(out), "",
        times, "",
        f"RSS of the server: {before:.1f} MB when started, {after:.1f} MB with {IDLE_CONNECTIONS} idle connections.", "",
    ]


def ready_text(runs):
    return f"{spread(runs, 'ms', '.1f')} wall, {spread(runs, 'cpu_ms', '.1f')} CPU"


def raw(out):
    lines = []
    for kind in ("writes", "reads"):
        for name, runs in out[kind].items():
            lines += [f"{kind} {name} " + json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in run.items()}) for run in runs]
    lines += [f"{name} ms " + " ".join(f"{run['ms']:.1f}" for run in out[name]) for name in ("ready", "ready_log")]
    return lines
