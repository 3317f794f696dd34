import requests
from odps import errors
from odps.tunnel import TableTunnel
from python_suite import control

from support import World, equal, put, rejected


def unknown_table(w: World):
    tunnel = TableTunnel(w.odps)
    rejected(errors.NoSuchTable, "NoSuchTable", lambda: tunnel.create_upload_session("no_such_table"))
    rejected(errors.NoSuchTable, "NoSuchTable", lambda: tunnel.create_download_session("no_such_table"))


def unknown_session(w: World):
    table = w.table("a bigint")
    rejected(errors.ODPSError, "NoSuchUpload", lambda: w.upload(table, upload_id="20200101000000no_such"))
    rejected(errors.ODPSError, "NoSuchDownload", lambda: w.download(table, download_id="20200101000000no_such"))


def expired_session(w: World):
    """Sessions live for a day; here a fault rule ends one."""
    table = w.table("a bigint")
    session = w.upload(table)
    put(session, 0, [[1]])
    control("faults", {"fault": "expire-session", "operation": "PutBlock", "table": table.name, "count": 1})
    rejected(errors.ODPSError, "StatusConflict", lambda: put(session, 1, [[2]]), "expired")
    session.reload()
    equal(session.status.value, "EXPIRED")
    equal(w.read(table), [])


def lost_answer_of_commit(w: World):
    """The commit happened, its answer did not arrive: the session says so."""
    table = w.table("a bigint")
    session = w.upload(table)
    put(session, 0, [[1]])
    control("faults", {"fault": "reset-after", "operation": "CommitUpload", "table": table.name, "count": 1})
    try:
        session.commit([0])
    except requests.ConnectionError:
        pass
    session.reload()
    equal(session.status.value, "CLOSED")
    equal(w.read(table), [[1]])


def throttled_session_is_asked_again(w: World):
    """429 FlowExceeded: the client waits and repeats the request."""
    table = w.table("a bigint")
    control("faults", {"fault": "error", "operation": "CreateUpload", "table": table.name, "code": "FlowExceeded", "count": 1})
    w.write(table, [[1]])
    equal(w.read(table), [[1]])


def session_of_another_table(w: World):
    session = w.upload(w.table("a bigint"))
    rejected(errors.ODPSError, "NoSuchUpload", lambda: w.upload(w.table("a bigint"), upload_id=session.id))


def dropped_table(w: World):
    table = w.table("a bigint")
    session = w.upload(table)
    put(session, 0, [[1]])
    table.drop()
    rejected(errors.NoSuchTable, "NoSuchTable", lambda: session.commit([0]))


def unknown_column(w: World):
    table = w.table("a bigint")
    w.write(table, [[1]])
    rejected(errors.ODPSError, "InvalidColumnSpec", lambda: w.download(table)._build_input_stream(0, 1, columns=["b"]))


def closed_session_takes_no_block(w: World):
    session = w.upload(w.table("a bigint"))
    put(session, 0, [[1]])
    session.commit([0])
    rejected(errors.ODPSError, "StatusConflict", lambda: put(session, 1, [[2]]))


def block_id_out_of_range(w: World):
    session = w.upload(w.table("a bigint"))
    rejected(errors.ODPSError, "InvalidBlockID", lambda: put(session, 20000, [[1]]))
    rejected(errors.ODPSError, "InvalidBlockID", lambda: put(session, -1, [[1]]))


def damaged_block(w: World):
    """A block whose checksum does not fit is not kept."""
    table = w.table("a bigint")
    session = w.upload(table)
    client = TableTunnel(w.odps).tunnel_rest
    send = lambda body: client.put(table.table_resource(client), data=body, params={"uploadid": session.id, "blockid": 0}, headers=session.get_common_headers(chunked=True))
    good = bytes.fromhex("080280c0ff7f")
    rejected(errors.ODPSError, "CorruptedDataStream", lambda: send(iter([good + bytes.fromhex("01f0ffff7f02f8ffff7f00")])))
    rejected(errors.ODPSError, "MalformedDataStream", lambda: send(iter([good])))
    equal(session.get_block_list() or [], [])


def value_of_another_type(w: World):
    """The table was altered behind the writer's back: its blocks are refused, not stored wrong."""
    table = w.table("a bigint")
    session = w.upload(table)
    other = w.upload(w.table("a string"))
    session.schema = other.schema
    rejected(errors.ODPSError, "MalformedDataStream", lambda: put(session, 0, [["text"]]))


def text_of_8_megabytes(w: World):
    """The field limit is 8388608 bytes: exactly that is kept, one more is refused (the client's own check set aside)."""
    table = w.table("a bigint, s string")
    limit = 8388608
    session = w.upload(table)
    equal(session.max_field_size, limit)
    exact = ["x" * limit, "城" * (limit // 3) + "ab"]
    put(session, 0, [[1, exact[0]], [2, exact[1]]])
    session.max_field_size = 2 * limit
    rejected(errors.InvalidArgument, "InvalidArgument", lambda: put(session, 1, [[3, "x" * (limit + 1)]]), "8388609 bytes are more than 8388608")
    session.commit([0])
    equal(w.read(table), [[1, exact[0]], [2, exact[1]]])


def null_where_none_may_be(w: World):
    session = w.upload(w.odps.create_table(w.new_name(), "a bigint not null, b string"))
    rejected(errors.InvalidArgument, "InvalidArgument", lambda: put(session, 0, [[None, "x"]]), "NOT NULL")
