"""A running `otsstream local` for one suite."""

import ctypes
import json
import os
import pathlib
import secrets
import signal
import subprocess


class NotReady(Exception):
    pass


def _die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Server:
    """Free ports, a new access key, memory only. Ends with the `with` block."""

    def __init__(self, program, folder, arguments=()):
        self.program = program
        self.arguments = arguments
        self.folder = pathlib.Path(folder)
        self.log_path = self.folder / "server.log"
        self.exit_code = None

    def __enter__(self):
        access_id, access_key = "interop" + secrets.token_hex(4), secrets.token_hex(16)
        keys = self.folder / "keys.json"
        keys.touch(mode=0o600)
        temporary = {"accessKey": secrets.token_hex(16), "securityToken": secrets.token_hex(32)}
        keys.write_text(json.dumps({access_id: access_key, access_id + ".temporary": temporary}))
        connections = self.folder / "connections.json"
        command = [self.program, "local", "--tablestore-port", "0", "--maxcompute-port", "0", "--keys", keys, "--write-connections", connections, *self.arguments]
        with open(self.log_path, "w") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, preexec_fn=_die_with_parent)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.stop()
            raise NotReady(f"otsstream local said {line!r} and ended with {self.exit_code}\n{self.log_tail()}")
        ready = dict(word.split("=", 1) for word in line.split()[1:])
        self.environment = {
            "OTS_ENDPOINT": ready["tablestore"],
            "OTS_INSTANCE": ready["instance"],
            "OTS_ACCESS_ID": access_id,
            "OTS_ACCESS_KEY": access_key,
            "OTS_CONTROL_KEY": access_key,
            "OTS_STS_ID": access_id + ".temporary",
            "OTS_STS_KEY": temporary["accessKey"],
            "OTS_STS_TOKEN": temporary["securityToken"],
            "ODPS_ENDPOINT": ready["maxcompute"],
            "ODPS_PROJECT": ready["project"].split(",")[0],
            "ODPS_OTHER_PROJECT": ready["project"].split(",")[-1],
            "OTSSTREAM_PROGRAM": os.path.abspath(self.program),
            "OTSSTREAM_CONNECTIONS": str(connections),
            "OTSSTREAM_LOCAL_KEYS": str(keys),
        }
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """SIGTERM, as a user would; the exit code is -9 when that did not end it."""
        if self.exit_code is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.exit_code = self.process.returncode

    def died(self):
        return self.process.poll() is not None

    def log_tail(self, lines=60):
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])
