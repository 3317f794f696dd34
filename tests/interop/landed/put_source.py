"""Writes the rows of source.json to the local Tablestore, for the jobs beside it; run with the client of the `python` suite."""

import json
import os
import pathlib
import sys

import tablestore as ts
from tablestore.encoder import OTSProtoBufferEncoder

HERE = pathlib.Path(__file__).resolve().parent


def value(of):
    return bytearray.fromhex(of["hex"]) if isinstance(of, dict) else of


def with_stream(encode):
    """The client's messages know Streams, its functions do not."""

    def encode_with_stream(*arguments, **named):
        message = encode(*arguments, **named)
        message.stream_spec.enable_stream = True
        message.stream_spec.expiration_time = 24
        return message

    return encode_with_stream


def main():
    OTSProtoBufferEncoder._encode_create_table = with_stream(OTSProtoBufferEncoder._encode_create_table)
    client = ts.OTSClient(os.environ["OTS_ENDPOINT"], os.environ["OTS_ACCESS_ID"], os.environ["OTS_ACCESS_KEY"], os.environ["OTS_INSTANCE"], retry_policy=ts.NoRetryPolicy())
    for table, rows in json.loads((HERE / "source.json").read_text()).items():
        client.create_table(ts.TableMeta(table, [("k", "STRING")]), ts.TableOptions(), ts.ReservedThroughput(ts.CapacityUnit(0, 0)))
        for row in rows:
            columns = [(name, value(of)) for name, of in row.items() if name != "k"]
            client.put_row(table, ts.Row([("k", row["k"])], columns), ts.Condition(ts.RowExistenceExpectation.IGNORE))


sys.exit(main())
