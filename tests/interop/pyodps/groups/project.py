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
