import odps
from odps.tunnel.errors import TunnelError

from support import World, equal, put


def order_is_by_id(w: World):
    table = w.table("a bigint")
    session = w.upload(table)
    for block in [19999, 3, 0, 7]:
        put(session, block, [[block], [block + 1]])
    equal(sorted(int(block) for block in session.get_block_list()), [0, 3, 7, 19999])
    session.commit([0, 3, 7, 19999])
    equal(w.read(table), [[0], [1], [3], [4], [7], [8], [19999], [20000]])


def same_id_replaces(w: World):
    table = w.table("a bigint")
    session = w.upload(table)
    put(session, 0, [[1], [2]])
    put(session, 0, [[3]])
    session.commit([0])
    equal(w.read(table), [[3]])


def uncommitted_is_invisible(w: World):
    table = w.table("a bigint")
    w.write(table, [[1]])
    session = w.upload(table)
    put(session, 0, [[2]])
    equal(w.read(table), [[1]])
    session.commit([0])
    equal(sorted(w.read(table)), [[1], [2]])


def sessions_append(w: World):
    table = w.table("a bigint")
    w.write(table, [[1], [2]])
    w.write(table, [[3]])
    equal(w.read(table), [[1], [2], [3]])


def overwrite(w: World):
    table = w.table("a bigint", "ds string")
    for ds in "12":
        w.write(table, [[1], [2]], f"ds={ds}", create_partition=True)
    w.write(table, [[3]], "ds=1", overwrite=True)
    equal(w.read(table, "ds=1"), [[3]])
    equal(w.read(table, "ds=2"), [[1], [2]])


def empty_commit(w: World):
    table = w.table("a bigint")
    w.write(table, [[1]])
    w.upload(table).commit([])
    equal(w.read(table), [[1]])
    w.upload(table, overwrite=True).commit([])
    equal(w.read(table), [])


def empty_block(w: World):
    table = w.table("a bigint")
    session = w.upload(table)
    put(session, 0, [])
    put(session, 1, [[1]])
    session.commit([0, 1])
    equal(w.read(table), [[1]])


def commit_needs_all_blocks(w: World):
    session = w.upload(w.table("a bigint"))
    put(session, 0, [[1]])
    try:
        session.commit([0, 1])
    except TunnelError as error:
        equal("Blocks not match" in str(error), True)
        return
    raise AssertionError("a commit of a block that was never sent passed")


def create_partition(w: World):
    table = w.table("a bigint", "ds string, hh string")
    w.write(table, [[1]], "ds=1,hh=2", create_partition=True)
    equal([partition.name for partition in table.partitions], ["ds='1',hh='2'"])
    w.write(table, [[2]], "ds=1,hh=2", create_partition=True)
    equal(w.read(table, "ds=1,hh=2"), [[1], [2]])


def ranges(w: World):
    table = w.table("a bigint")
    session = w.upload(table)
    for block in range(5):
        put(session, block, [[block * 10 + row] for row in range(10)])
    session.commit(list(range(5)))
    equal(w.read(table, start=0, count=1), [[0]])
    equal(w.read(table, start=8, count=4), [[8], [9], [10], [11]])
    equal(w.read(table, start=5, count=40), [[number] for number in range(5, 45)])
    equal(w.read(table, start=49, count=1), [[49]])
    equal(w.read(table, start=48, count=100), [[48], [49]])


def download_is_a_snapshot(w: World):
    table = w.table("a bigint")
    w.write(table, [[1]])
    session = w.download(table)
    w.write(table, [[2]])
    w.write(table, [[9]], overwrite=True)
    with session.open_record_reader(0, session.count) as reader:
        equal([record.values for record in reader], [[1]])


def session_is_found_again(w: World):
    table = w.table("a bigint")
    first = w.upload(table)
    put(first, 0, [[1]])
    second = w.upload(table, upload_id=first.id)
    put(second, 1, [[2]])
    second.commit([0, 1])
    equal(w.read(table), [[1], [2]])
    down = w.download(table)
    equal(w.download(table, download_id=down.id).count, 2)


def many(w: World):
    table = w.table("a bigint")
    session = w.upload(table)
    for block in range(300):
        put(session, block, [[block]])
    session.commit(list(range(300)))
    equal(w.read(table), [[block] for block in range(300)])


def buffered_writer(w: World):
    """The writer that cuts its blocks itself, as open_writer() of a table uses it."""
    table = w.table("a bigint, s string")
    rows = [[number, "x" * 1000] for number in range(3000)]
    session = w.upload(table)
    with session.open_record_writer(buffer_size=256 * 1024) as writer:
        for row in rows:
            writer.write(session.new_record(row))
    blocks = writer.get_blocks_written()
    equal(len(blocks) > 5, True)
    session.commit(blocks)
    equal(w.read(table), rows)


def table_writer_and_reader(w: World):
    table = w.table("a bigint, s string", "ds string")
    with table.open_writer(partition="ds=1", create_partition=True) as writer:
        writer.write([[1, "x"], [2, None]])
    with table.open_writer(partition="ds=1", blocks=[0, 1]) as writer:
        writer.write(1, [[4, "z"]])
        writer.write(0, [[3, "y"]])
    with table.open_reader(partition="ds=1", append_partitions=False) as reader:
        equal(reader.count, 4)
        equal([record.values for record in reader[1:3]], [[2, None], [3, "y"]])
    w.odps.write_table(table.name, [[9, "n"]], partition="ds=1", overwrite=True)
    equal([record.values for record in w.odps.read_table(table.name, partition="ds=1")], [[9, "n", "1"]])


def compressed_deflate(w: World):
    _compressed(w, "ODPS_ZLIB")


def compressed_snappy(w: World):
    _compressed(w, "ODPS_SNAPPY")


def compressed_lz4(w: World):
    _compressed(w, "ODPS_LZ4")


def compressed_zstd(w: World):
    _compressed(w, "ODPS_ZSTD")


def _compressed(w, name):
    option = odps.tunnel.CompressOption(odps.tunnel.CompressOption.CompressAlgorithm[name])
    table = w.table("a bigint, s string")
    rows = [[number, "same text again and again"] for number in range(20000)]
    session = w.upload(table, compress_option=option)
    put(session, 0, rows, compress=True)
    put(session, 1, [], compress=True)
    session.commit([0, 1])
    equal(w.read(table), rows)
    download = w.download(table, compress_option=option)
    with download.open_record_reader(5, 19000, compress=True) as reader:
        equal([record.values for record in reader], rows[5:19005])
