"""Tables that the client filled, read by our program: with a wrong value `otsstream local query` would print other texts."""

import datetime
import decimal
import math
import os
import subprocess

from support import UTC, World, equal


def plain_types(w: World):
    table = w.table("a bigint, s string, d double, ok boolean, y binary, t datetime")
    at = datetime.datetime(2024, 2, 29, 4, 34, 56, tzinfo=UTC)
    w.write(table, [[1, 'quoted "x", 城市', 1.5, True, b"\0\x7f", at], [2, "", math.nan, False, b"", None], [3, None, -math.inf, None, None, None]])
    equal(_query(w, f"select * from {table.name} order by a"), '''"a","s","d","ok","y","t"
1,"quoted ""x"", 城市",1.5,true,007f,2024-02-29 12:34:56
2,,NaN,false,,\\N
3,\\N,-Infinity,\\N,\\N,\\N
''')


def newer_types(w: World):
    table = w.table("a tinyint, f float, n decimal(38,18), day date, v varchar(9), l array<bigint>, m map<string,bigint>, r struct<x:int,y:string>")
    w.write(table, [[-128, 1.25, decimal.Decimal("-0.000000000000000001"), datetime.date(1969, 12, 31), "é", [1, None], {"k": 5}, (7, "文")], [None] * 8])
    equal(_query(w, f"select * from {table.name} order by a desc"), '''"a","f","n","day","v","l","m","r"
-128,1.25,-0.000000000000000001,1969-12-31,é,"[1,null]","{""k"":5}","{""x"":7,""y"":""文""}"
\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N
''')


def partitions(w: World):
    table = w.table("a bigint", "city string, n bigint")
    for spec in ["city=城市,n=1", "city=a b:c,n=-2"]:
        w.write(table, [[len(spec)]], spec, create_partition=True)
    equal(_query(w, f"select a, city, n from {table.name} order by n"), '"a","city","n"\n15,a b:c,-2\n11,城市,1\n')


def _query(w, sql):
    """What the program prints; it takes its key from $OTSSTREAM_LOCAL_KEYS."""
    done = subprocess.run([os.environ["OTSSTREAM_PROGRAM"], "local", "query", "--csv", "--endpoint", w.endpoint, "--project", w.project, sql], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"the query ended with {done.returncode}: {done.stderr}")
    return done.stdout
