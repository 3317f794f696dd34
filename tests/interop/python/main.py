"""Runs all cases of groups/ against the server that the environment names; ../README.md has the rules."""

import importlib
import logging
import os
import pathlib
import re
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from support import World  # noqa: E402


def all_cases():
    """(name, function) of every public function of groups/*.py, named group.function."""
    for path in sorted((HERE / "groups").glob("*.py")):
        module = importlib.import_module(f"groups.{path.stem}")
        for name, function in vars(module).items():
            if not name.startswith("_") and getattr(function, "__module__", None) == module.__name__:
                yield f"{path.stem}.{name}", function


def reason():
    """The failure, and the lines of our own that led to it."""
    kind, error, trace = sys.exc_info()
    frames = [frame for frame in traceback.extract_tb(trace) if pathlib.Path(frame.filename).is_relative_to(HERE)]
    lines = [f"{pathlib.Path(frame.filename).name}:{frame.lineno}: {frame.line}" for frame in frames[1:]]
    return "\n".join("  " + line for line in "\n".join([*lines, f"{kind.__name__}: {error}"]).splitlines())


def main():
    logging.getLogger("tablestore").setLevel(logging.CRITICAL)
    world = World()
    failed = False
    for name, case in all_cases():
        if not re.search(os.environ.get("INTEROP_ONLY", ""), name):
            continue
        try:
            case(world)
            world.drop_tables()
            print(f"pass {name}", flush=True)
        except Exception:  # a case fails by any exception
            failed = True
            print(f"fail {name}\n{reason()}", flush=True)
    return 1 if failed else 0


sys.exit(main())
