"""Runs all cases of groups/ against the server that the environment names; ../README.md has the rules."""

import logging
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import python_suite  # noqa: E402
from support import World  # noqa: E402

logging.getLogger("tablestore").setLevel(logging.CRITICAL)
sys.exit(python_suite.run(HERE, World()))
