"""The suites that read what jobs have landed in the local MaxCompute: a Tablestore with rows for those jobs."""

import pathlib
import time

import toolchains

SUITES = ("pyodps", "odps-java")
LAG_SECONDS = 3600  # a window must have been over for a while before it may be exported
SERVER_ARGUMENTS = ["--lag", str(LAG_SECONDS)]
FOLDER = pathlib.Path(__file__).resolve().parent / "landed"


def put_source(python_client, environment):
    """Writes the source rows; gives the window that holds them, in milliseconds, for the jobs' ${begin} and ${end}."""
    begin = time.time() - LAG_SECONDS
    toolchains.run(python_client / "bin/python", "-B", FOLDER / "put_source.py", **environment)
    end = time.time() - LAG_SECONDS
    return {"LANDED_FOLDER": str(FOLDER), "LANDED_BEGIN": str(int(begin * 1000) - 1000), "LANDED_END": str(int(end * 1000) + 1000)}
