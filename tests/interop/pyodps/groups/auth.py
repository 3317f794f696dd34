import os

from odps import errors
from odps.accounts import StsAccount
from odps.tunnel import TableTunnel

from support import World, equal, rejected


def v4(w: World):
    """With a region the client signs REST calls by V4; its Tunnel calls stay V2."""
    client = w.connect(region_name="cn-hangzhou")
    table = client.create_table(w.new_name(), ("a bigint", "ds string"))
    table.create_partition("ds='x y'")
    equal(client.rest.region_name, "cn-hangzhou")
    equal([partition.partition_spec["ds"] for partition in table.partitions], ["x y"])
    w.write(table, [[1]], "ds='x y'")
    equal(w.read(table, "ds='x y'"), [[1]])


def temporary_credentials(w: World):
    """An id of its own, a key of its own, and the token with every call."""
    temporary = lambda token: w.connect_by(StsAccount(os.environ["OTS_STS_ID"], os.environ["OTS_STS_KEY"], token))
    client = temporary(os.environ["OTS_STS_TOKEN"])
    table = client.create_table(w.new_name(), "a bigint")
    client.write_table(table.name, [[1]])
    equal(w.read(table), [[1]])
    rejected(errors.ODPSError, "ODPS-0410051", lambda: temporary("another token").get_table(table.name).reload(), "token")


def wrong_key(w: World):
    client = w.connect(access_key="not the key")
    rejected(errors.ODPSError, "ODPS-0410042", lambda: client.get_table("t").reload(), "signature")


def wrong_key_v4(w: World):
    client = w.connect(access_key="not the key", region_name="cn-hangzhou")
    rejected(errors.ODPSError, "ODPS-0410042", lambda: client.get_table("t").reload(), "signature")


def wrong_key_in_the_tunnel(w: World):
    table = w.table("a bigint")
    client = w.connect(access_key="not the key")
    rejected(errors.ODPSError, "ODPS-0410042", lambda: TableTunnel(client, endpoint=w.endpoint.removesuffix("/api")).create_upload_session(table.name), "signature")


def unknown_id(w: World):
    rejected(errors.ODPSError, "ODPS-0410051", lambda: w.connect(access_id="nobody").get_table("t").reload(), "ccess")
