"""Tables that our program filled from the local Tablestore; the jobs and what they must leave are in ../../landed."""

import os
import pathlib
import subprocess

from odps import options

from support import World, equal, text

FOLDER = pathlib.Path(os.environ["LANDED_FOLDER"])
BEFORE = ["old", "by the client", 0]


def every_type(w: World):
    _landed(w, "every_type")


def two_levels(w: World):
    _landed(w, "two_levels")


def append(w: World):
    _landed(w, "append")


def columns_in_another_order(w: World):
    _landed(w, "columns_in_another_order")


def dynamic_partitions(w: World):
    _landed(w, "dynamic_partitions")


def compressed_deflate(w: World):
    _landed(w, "compressed_deflate")


def compressed_zstd(w: World):
    _landed(w, "compressed_zstd")


def compressed_lz4(w: World):
    _landed(w, "compressed_lz4")


def compressed_snappy(w: World):
    _landed(w, "compressed_snappy")


def transactional(w: World):
    """A table that refuses to be overwritten by an upload."""
    _landed(w, "transactional")


def signed_by_v4(w: World):
    _landed(w, "signed_by_v4")


def temporary_credentials(w: World):
    _landed(w, "temporary_credentials")


def _landed(w, name):
    columns, partitions, marks, expected = _plan((FOLDER / f"{name}.table").read_text())
    table = w.table(columns, partitions, transactional="transactional" in marks)
    equal(table.is_transactional, "transactional" in marks)
    if "before" in marks:
        for spec in expected:
            w.write(table, [BEFORE], spec, create_partition=True if spec else None)
    _run(FOLDER / f"{name}.job", table.name)
    if partitions:
        equal(sorted(partition.name for partition in table.partitions), sorted(expected))
    for spec, rows in expected.items():
        equal(sorted(_texts(w, table, spec)), sorted(rows))


def _plan(lines):
    """(columns, partition columns or None, words that stand alone, {partition or None: rows as texts})."""
    columns = partitions = rows = None
    marks, expected = set(), {}
    for line in lines.splitlines():
        word, _, rest = line.partition(" ")
        if word == "columns":
            columns = rest
        elif word == "partitions":
            partitions = rest
        elif word in ("before", "transactional"):
            marks.add(word)
        elif word in ("rows", "partition"):
            rows = expected.setdefault(rest or None, [])
        else:
            rows.append(line)
    return columns, partitions, marks, expected


def _run(job, table):
    """Connections are those of $OTSSTREAM_CONNECTIONS."""
    variables = {"table": table, "begin": os.environ["LANDED_BEGIN"], "end": os.environ["LANDED_END"]}
    given = [word for name, value in variables.items() for word in ("-p", f"{name}={value}")]
    done = subprocess.run([os.environ["OTSSTREAM_PROGRAM"], "run", job, "--quiet", *given], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"the job ended with {done.returncode}: {done.stderr}")


def _texts(w, table, spec):
    """Rows as texts; the client may not decode the bytes of BINARY."""
    options.tunnel.string_as_binary = True
    try:
        kinds = [column.type.name for column in table.table_schema.simple_columns]
        return [text([_decoded(value, kind) for value, kind in zip(row, kinds)]) for row in w.read(table, spec)]
    finally:
        options.tunnel.string_as_binary = False


def _decoded(value, kind):
    if isinstance(value, bytes):
        return value if kind == "binary" else value.decode()
    if isinstance(value, tuple):
        return type(value)(*(_decoded(field, "") for field in value))
    if isinstance(value, list):
        return [_decoded(element, "") for element in value]
    if isinstance(value, dict):
        return {_decoded(key, ""): _decoded(element, "") for key, element in value.items()}
    return value
