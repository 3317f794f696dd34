"""How the suites of a language are installed and run. Each kind has

    missing()                   why it cannot be used here, or None
    version()                   a text that changes when installed clients must be made anew
    pins                        the files of a suite's folder that name the client
    install(folder, into)       from the language's registry; the only step that may need a network
    command(folder, installed, work)   builds what must be built; gives (arguments, environment)

Registries are those that the machine's own clients are set up for.
"""

import os
import pathlib
import shutil
import subprocess
import sys


class Failed(Exception):
    pass


def run(*command, cwd=None, **environment):
    command = [str(word) for word in command]
    done = subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout[-8000:]}")
    return done.stdout


def absent(*commands):
    gone = [command for command in commands if shutil.which(command) is None]
    return f"{' and '.join(gone)} not found" if gone else None


class Python:
    pins = ["requirements.txt"]

    def missing(self):
        try:
            run(sys.executable, "-c", "import venv, ensurepip")
        except Failed:
            return f"{sys.executable} has no venv"
        return None

    def version(self):
        return f"{sys.executable} {sys.version}"

    def install(self, folder, into):
        run(sys.executable, "-m", "venv", into)
        run(into / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", folder / "requirements.txt")

    def command(self, folder, installed, work):
        return [installed / "bin/python", "-B", folder / "main.py"], {}


class Node:
    pins = ["package.json", "package-lock.json"]

    def missing(self):
        return absent("node", "npm")

    def version(self):
        return run("node", "--version")

    def install(self, folder, into):
        into.mkdir()
        for name in self.pins:
            shutil.copy(folder / name, into)
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=into)

    def command(self, folder, installed, work):
        return ["node", folder / "main.js"], {"NODE_PATH": str(installed / "node_modules")}


class Java:
    pins = ["pom.xml"]

    def missing(self):
        return absent("javac", "java", "mvn")

    def version(self):
        return ""

    def install(self, folder, into):
        # The local repository is shared by the suites of this kind; the classpath is a copy.
        run("mvn", "--batch-mode", "--quiet", f"-Dmaven.repo.local={into.parent / 'maven'}", "-f", folder / "pom.xml",
            "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into / 'lib'}")

    def command(self, folder, installed, work):
        classes = work / "classes"
        sources = [*sorted(folder.rglob("*.java")), *sorted((folder.parent / "java_suite").glob("*.java"))]
        run("javac", "-encoding", "UTF-8", "-d", classes, "-cp", installed / "lib/*", *sources)
        # Arrow reaches into java.nio; nothing else asks for the opening.
        return ["java", "--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", f"{classes}:{installed}/lib/*", "interop.Main"], {}


class Go:
    pins = ["go.mod", "go.sum"]

    def _environment(self, installed):
        return {"GOMODCACHE": str(installed / "modules"), "GOCACHE": str(installed.parent / "go-build"),
                "GOFLAGS": "-mod=readonly -modcacherw", "GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}

    def missing(self):
        return absent("go")

    def version(self):
        return run("go", "version")

    def install(self, folder, into):
        # `go mod download` may complete go.sum, so it works on a copy.
        copy = into / "module"
        copy.mkdir(parents=True)
        for name in self.pins:
            shutil.copy(folder / name, copy)
        run("go", "mod", "download", cwd=copy, **self._environment(into))

    def command(self, folder, installed, work):
        run("go", "build", "-o", work / "suite", ".", cwd=folder, GOPROXY="off", **self._environment(installed))
        return [work / "suite"], {}


SUITES = {"python": Python(), "node": Node(), "java": Java(), "go": Go(), "pyodps": Python(), "odps-java": Java()}
