import os

from odps import errors
from odps.tunnel import TableTunnel

from support import World, equal, rejected


def exist(w: World):
    equal(w.odps.exist_project(w.project), True)
    equal(w.odps.exist_project("no_such_project"), False)


def describe(w: World):
    project = w.odps.get_project(w.project)
    project.reload()
    equal(project.name, w.project)
    equal(project.status.value, "AVAILABLE")
    equal(bool(project.owner), True)
    equal(project.creation_time is not None and project.last_modified_time is not None, True)


def unknown_project_has_no_tables(w: World):
    rejected(errors.NoSuchProject, "NoSuchProject", lambda: w.connect(project="no_such_project").create_table("t", "a bigint"))


def tunnel_is_routed(w: World):
    """Without a tunnel endpoint the client asks the project for one, and prefixes the scheme itself."""
    equal(TableTunnel(w.odps).tunnel_rest.endpoint + "/api", w.endpoint)


def several_keep_apart(w: World):
    """Tables of one name in two projects; a client of one reads and writes the other by its name."""
    other = os.environ["ODPS_OTHER_PROJECT"]
    equal(w.odps.exist_project(other), True)
    table = w.table("a bigint")
    equal(w.odps.exist_table(table.name, project=other), False)
    twin = w.connect(project=other).create_table(table.name, "a bigint, b string")
    try:
        w.write(table, [[1]])
        w.odps.write_table(table.name, [[2, "x"]], project=other)
        equal(w.read(table), [[1]])
        equal([record.values for record in w.odps.read_table(table.name, project=other)], [[2, "x"]])
        equal(w.select(f"select a.a, b.b from {table.name} a join {other}.{table.name} b on b.a = a.a + 1"), [["1", "x"]])
    finally:
        twin.drop()
    equal(w.odps.exist_table(table.name), True)


def listed(w: World):
    equal([project.name for project in w.odps.list_projects()], sorted([w.project, os.environ["ODPS_OTHER_PROJECT"]]))
