"""Runs the cases of a Python suite's groups/ and prints what README.md beside this file asks for."""

import importlib
import json
import os
import pathlib
import re
import sys
import traceback
import urllib.request


def control(path, body=None):
    """One request to the control API of the server: docs/local-tablestore.md."""
    request = urllib.request.Request(f"{os.environ['OTS_ENDPOINT']}/control/{path}", data=None if body is None else json.dumps(body).encode(),
                                     headers={"x-otsstream-control-key": os.environ["OTS_CONTROL_KEY"]})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def all_cases(folder):
    """(name, function) of every public function of groups/*.py, named group.function."""
    for path in sorted((folder / "groups").glob("*.py")):
        module = importlib.import_module(f"groups.{path.stem}")
        for name, function in vars(module).items():
            if not name.startswith("_") and getattr(function, "__module__", None) == module.__name__:
                yield f"{path.stem}.{name}", function


def reason(folder):
    """The failure, and the lines of our own that led to it."""
    kind, error, trace = sys.exc_info()
    frames = [frame for frame in traceback.extract_tb(trace) if pathlib.Path(frame.filename).is_relative_to(folder)]
    lines = [f"{pathlib.Path(frame.filename).name}:{frame.lineno}: {frame.line}" for frame in frames]
    return "\n".join("  " + line for line in "\n".join([*lines, f"{kind.__name__}: {error}"]).splitlines())


def run(folder, world):
    """`world` is handed to every case; its drop_tables() ends one. Gives the exit code."""
    failed = False
    for name, case in all_cases(folder):
        if not re.search(os.environ.get("INTEROP_ONLY", ""), name):
            continue
        try:
            case(world)
            world.drop_tables()
            print(f"pass {name}", flush=True)
        except Exception:  # a case fails by any exception
            failed = True
            print(f"fail {name}\n{reason(folder)}", flush=True)
    return 1 if failed else 0
