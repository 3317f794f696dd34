#!/usr/bin/env python3
"""Runs an official client's suite against `otsstream local`; README.md beside this file says how.

    interop.py PROGRAM SUITE [--only REGEX] [--write]
    interop.py --list
"""

import sys

sys.dont_write_bytecode = True

import argparse
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

import cases
import landing
import server
import toolchains

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE.parent.parent / ".cache" / "interop"
SKIPPED = 77
SUITE_SECONDS = 300


def say(suite, text):
    print(f"interop.{suite}: {text}", flush=True)


def installed_client(suite, kind):
    """The folder with the client of these pin files; made when it is not there."""
    folder = HERE / suite
    content = hashlib.sha256(kind.version().encode())
    for name in kind.pins:
        content.update((folder / name).read_bytes())
    into = CACHE / f"{suite}-{content.hexdigest()[:12]}"
    complete = into / ".complete"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{type(kind).__name__.lower()}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            begin = time.monotonic()
            say(suite, "installing the client from its registry ...")
            for old in CACHE.glob(f"{suite}-" + "[0-9a-f]" * 12):
                shutil.rmtree(old)
            kind.install(folder, into)
            complete.touch()
            say(suite, f"installed in {time.monotonic() - begin:.0f} s")
    return into


def run_suite(suite, command, environment):
    """Gives the cases.Run and the exit code; passes results on as they come."""
    run = cases.Run()
    process = subprocess.Popen([str(word) for word in command], env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    alarm = threading.Timer(SUITE_SECONDS, process.kill)
    alarm.start()
    try:
        for line in process.stdout:
            if run.take(line.rstrip("\n")):
                print(line, end="", flush=True)
        exit_code = process.wait()
    finally:
        alarm.cancel()
        process.kill()
    return run, exit_code


def listed_cases(suite, only):
    path = HERE / suite / "cases.txt"
    names = cases.read(path) if path.exists() else []
    return path, [name for name in names if re.search(only, name)]


def check(program, suite, only, write):
    kind = toolchains.SUITES[suite]
    path, listed = listed_cases(suite, only)
    lands = suite in landing.SUITES
    missing = kind.missing() or (toolchains.SUITES[landing.CLIENT].missing() if lands else None)
    if missing:
        if os.environ.get("CI") in ("true", "1"):
            say(suite, f"FAILED: {missing}, and with CI=true nothing may be skipped")
            return 1
        say(suite, f"SKIPPED: {missing}")
        return SKIPPED
    installed = installed_client(suite, kind)
    source_client = installed_client(landing.CLIENT, toolchains.SUITES[landing.CLIENT]) if lands else None
    with tempfile.TemporaryDirectory(prefix="otsstream-interop-") as work:
        work = pathlib.Path(work)
        arguments, extra = kind.command(HERE / suite, installed, work)
        begin = time.monotonic()
        with server.Server(program, work, landing.SERVER_ARGUMENTS if lands else []) as local:
            environment = {**os.environ, **extra, **local.environment, "INTEROP_ONLY": only, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
            if lands:
                environment |= landing.prepare(source_client, environment)
            run, exit_code = run_suite(suite, arguments, environment)
            died = local.died()
        complaints = run.complaints([] if write else listed, path.relative_to(HERE.parent.parent), exit_code)
        if write:
            complaints = [text for text in complaints if not text.startswith("not listed: ")]
        if died or local.exit_code != 0:
            complaints.append(f"otsstream local ended {'by itself ' if died else ''}with exit code {local.exit_code}")
        if complaints:
            print("\n".join([*complaints, "-- what else the suite said:", *run.other[-100:], "-- the server's log ends:", local.log_tail()]))
            say(suite, f"FAILED: {len(complaints)} complaints, {len(run.results)} of {len(listed)} cases ran")
            return 1
    if write:
        cases.write(path, run.results)
    say(suite, f"{len(run.results)} cases passed in {time.monotonic() - begin:.1f} s")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", help="path of otsstream")
    parser.add_argument("suite", nargs="?", choices=toolchains.SUITES)
    parser.add_argument("--only", default="", metavar="REGEX", help="only the cases whose names it finds")
    parser.add_argument("--write", action="store_true", help="write cases.txt after a run in which all passed")
    parser.add_argument("--list", action="store_true", help="show all cases with a count per suite")
    options = parser.parse_args()
    try:
        if options.list:
            suites = [suite for suite in toolchains.SUITES if (HERE / suite / "cases.txt").exists()]
            print(cases.matrix({suite: cases.read(HERE / suite / "cases.txt") for suite in suites}))
            return 0
        if options.suite is None or (options.write and options.only):
            parser.error("name the program and the suite; --write needs all cases")
        return check(options.program, options.suite, options.only, options.write)
    except (cases.BadList, server.NotReady, toolchains.Failed) as error:
        print(error)
        say(options.suite, "FAILED")
        return 1


if __name__ == "__main__":
    sys.exit(main())
