"""What the cases share: a client, tables of their own, the control API, comparisons."""

import os

import tablestore as ts
from python_suite import control

IGNORE = ts.Condition(ts.RowExistenceExpectation.IGNORE)
# Most tables have a partition key and a second key column, to have ranges within a partition.
KEYS = [("pk", "STRING"), ("id", "INTEGER")]


class World:
    def __init__(self):
        self.endpoint = os.environ["OTS_ENDPOINT"]
        self.instance = os.environ["OTS_INSTANCE"]
        self.access_id = os.environ["OTS_ACCESS_ID"]
        self.access_key = os.environ["OTS_ACCESS_KEY"]
        self.client = self.connect()
        self._tables = 0

    def connect(self, kind=ts.OTSClient, **changes):
        options = {"access_key_id": self.access_id, "access_key_secret": self.access_key, "instance_name": self.instance,
                   "retry_policy": ts.NoRetryPolicy(), "logger_name": "tablestore", **changes}
        return kind(self.endpoint, **options)

    def new_name(self):
        self._tables += 1
        return f"interop_{self._tables}"

    def table(self, keys=KEYS, defined=None, **options):
        """A new table; `options` as TableOptions takes them."""
        name = self.new_name()
        self.client.create_table(ts.TableMeta(name, keys, defined), ts.TableOptions(**options), ts.ReservedThroughput(ts.CapacityUnit(0, 0)))
        return name

    def drop_tables(self):
        for name in self.client.list_table():
            self.client.delete_table(name)

    def filled(self, rows, **options):
        """A new table with {(pk, id): [(column, value), ...]}."""
        name = self.table(**options)
        for key, columns in rows.items():
            self.put(name, key, columns)
        return name

    def put(self, table, key, columns=(), condition=IGNORE, **more):
        return self.client.put_row(table, ts.Row(key_of(*key), list(columns)), condition, **more)

    def update(self, table, key, changes, condition=IGNORE, **more):
        return self.client.update_row(table, ts.Row(key_of(*key), changes), condition, **more)

    def delete(self, table, key, condition=IGNORE, **more):
        return self.client.delete_row(table, ts.Row(key_of(*key)), condition, **more)

    def get(self, table, key, **more):
        """[(name, value, version), ...] of a row, or None without one."""
        _, row, _ = self.client.get_row(table, key_of(*key), **more)
        return None if row is None else row.attribute_columns

    def values(self, table, key, **more):
        """{name: value} of the newest versions of a row, or None without one."""
        cells = self.get(table, key, **more)
        return None if cells is None else {name: value for name, value, _ in cells}

    def range(self, table, start=None, end=None, direction="FORWARD", **more):
        """(keys, next start key or None) of one GetRange; without bounds the whole table."""
        low, high = key_of(ts.INF_MIN, ts.INF_MIN), key_of(ts.INF_MAX, ts.INF_MAX)
        first, last = (low, high) if direction == "FORWARD" else (high, low)
        _, following, rows, _ = self.client.get_range(table, direction, key_of(*start) if start else first, key_of(*end) if end else last, **more)
        return [plain(row.primary_key) for row in rows], plain(following) if following else None

    def now_ms(self):
        """Data time, which other cases may have moved ahead."""
        return control("clock")["now_us"] // 1000


def key_of(pk, number):
    return [("pk", pk), ("id", number)]


def plain(key):
    return tuple(value for _, value in key)


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def between(actual, low, high):
    if not low <= actual <= high:
        raise AssertionError(f"expected {low}..{high}, got {actual}")


def rejected(call, status, code, message):
    """`call` must be refused with this status and code, and a message that holds `message`."""
    try:
        result = call()
    except ts.OTSServiceError as error:
        equal((error.get_http_status(), error.get_error_code()), (status, code))
        if message not in error.get_error_message():
            raise AssertionError(f"expected a message with {message!r}, got {error.get_error_message()!r}")
        if not error.get_request_id():
            raise AssertionError("the error has no request id")
        return
    raise AssertionError(f"expected {code}, got {result!r}")
