"""What the cases share: a client, tables of their own, reading and writing rows, comparisons."""

import datetime
import decimal
import json
import math
import os

import odps
import pandas
from odps import errors, options
from odps.lib import Monthdelta
from odps.tunnel import TableTunnel

options.retry_times = 0  # what fails must fail, not be repeated until it does not
options.local_timezone = "UTC"
options.tunnel.string_as_binary = False
options.sql.use_odps2_extension = True
options.allow_antique_date = True

UTC = datetime.timezone.utc


class World:
    def __init__(self):
        self.endpoint = os.environ["ODPS_ENDPOINT"]
        self.project = os.environ["ODPS_PROJECT"]
        self.access_id = os.environ["OTS_ACCESS_ID"]
        self.access_key = os.environ["OTS_ACCESS_KEY"]
        self.odps = self.connect()
        self._tables = 0

    def connect(self, access_id=None, access_key=None, project=None, **more):
        return odps.ODPS(access_id or self.access_id, access_key or self.access_key, project or self.project, endpoint=self.endpoint, **more)

    def connect_by(self, account):
        return odps.ODPS(account=account, project=self.project, endpoint=self.endpoint)

    def new_name(self):
        self._tables += 1
        return f"py_{self._tables}"

    def table(self, columns, partitions=None, **options):
        """A new table; columns and partition columns as text."""
        return self.odps.create_table(self.new_name(), (columns, partitions) if partitions else columns, **options)

    def drop_tables(self):
        for table in self.odps.list_tables(prefix="py_"):
            table.drop()

    def upload(self, table, partition=None, **more):
        return TableTunnel(self.odps).create_upload_session(table.name, partition_spec=partition, **more)

    def download(self, table, partition=None, **more):
        return TableTunnel(self.odps).create_download_session(table.name, partition_spec=partition, **more)

    def write(self, table, rows, partition=None, **more):
        """One session, one block, committed."""
        session = self.upload(table, partition, **more)
        put(session, 0, rows)
        session.commit([0])

    def read(self, table, partition=None, start=0, count=None, columns=None, **more):
        """All values of a range as lists, without the partition's."""
        session = self.download(table, partition, **more)
        with session.open_record_reader(start, session.count if count is None else count, columns=columns, append_partitions=False) as reader:
            return [list(record.values) for record in reader]

    def select(self, sql, **more):
        """A statement's rows as lists, through ?result."""
        with self.odps.execute_sql(sql, **more).open_reader(tunnel=False) as reader:
            return [list(record.values) for record in reader]


def put(session, block, rows, compress=False):
    with session.open_record_writer(block, compress=compress) as writer:
        for row in rows:
            writer.write(session.new_record(row))


def equal(actual, expected):
    if actual != expected or type(actual) is not type(expected):
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def same(actual, expected):
    """Rows of values, exactly: NaN is NaN, -0.0 is not 0.0, 1.0 is not 1, Decimal('1.0') not Decimal('1.00')."""
    equal([text(row) for row in actual], [text(row) for row in expected])


def text(value):
    """A value as one text that differs whenever the value does; the form of ../landed/expected."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray)):
        return "x" + value.hex()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    if isinstance(value, Monthdelta):
        return f"{value.total_months()} months"
    if isinstance(value, pandas.Timedelta):
        return f"{value.value} ns"
    if isinstance(value, pandas.Timestamp):
        return (value.tz_convert(None) if value.tz else value).isoformat(timespec="nanoseconds")
    if isinstance(value, datetime.datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None).isoformat(timespec="milliseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{text(key)}: {text(value)}" for key, value in value.items())) + "}"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return "(" + ", ".join(f"{name}: {text(field)}" for name, field in zip(value._fields, value)) + ")"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(text, value)) + "]"
    return repr(value)


def number(value):
    """Plain notation, always with a fraction."""
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    digits = f"{decimal.Decimal(repr(value)):f}"
    return digits.rstrip("0") + "0" * digits.rstrip("0").endswith(".") if "." in digits else digits + ".0"


def rejected(kind, code, call, message=""):
    """`call` must be refused with an error of this class and code, and a message that holds `message`."""
    try:
        result = call()
    except errors.BaseODPSError as error:
        equal((type(error).__name__, error.code), (kind.__name__, code))
        if message not in str(error):
            raise AssertionError(f"expected a message with {message!r}, got {error}")
        if not error.request_id and error.instance_id is None:
            raise AssertionError(f"{error} has no request id")
        return error
    raise AssertionError(f"expected {kind.__name__}, got {result!r}")
