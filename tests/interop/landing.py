"""For the suites that read what jobs have landed in the local MaxCompute: a Tablestore with rows for those jobs, and their connections."""

import json
import pathlib
import time

import toolchains

SUITES = ("pyodps", "odps-java")
CLIENT = "python"  # the suite whose client writes the rows
LAG_SECONDS = 3600  # a window must have been over for a while before it may be exported
SERVER_ARGUMENTS = ["--lag", str(LAG_SECONDS), "--project", "interop", "--project", "interop_other"]
FOLDER = pathlib.Path(__file__).resolve().parent / "landed"


def prepare(python_client, environment):
    """Adds connections, writes the source rows; gives the window that holds them, in milliseconds, for the jobs' ${begin} and ${end}."""
    add_connections(pathlib.Path(environment["OTSSTREAM_CONNECTIONS"]), environment)
    begin = time.time() - LAG_SECONDS
    toolchains.run(python_client / "bin/python", "-B", FOLDER / "put_source.py", **environment)
    end = time.time() - LAG_SECONDS
    return {"LANDED_FOLDER": str(FOLDER), "LANDED_BEGIN": str(int(begin * 1000) - 1000), "LANDED_END": str(int(end * 1000) + 1000)}


def add_connections(path, environment):
    """Beside what the program has written: odps_v4 signs by V4, odps_temporary has the temporary credentials."""
    connections = json.loads(path.read_text())
    odps = connections["odps_first"]
    connections["odps_v4"] = {**odps, "region": "cn-hangzhou"}
    connections["odps_temporary"] = {**odps, "accessId": environment["OTS_STS_ID"], "accessKey": environment["OTS_STS_KEY"], "securityToken": environment["OTS_STS_TOKEN"]}
    path.write_text(json.dumps(connections))
