import tablestore as ts

from support import World, rejected

HERE = "not supported by the local Tablestore"


def search_index(w: World):
    table = w.table()
    meta = ts.SearchIndexMeta([ts.FieldSchema("c", ts.FieldType.KEYWORD)])
    rejected(lambda: w.client.create_search_index(table, "i", meta), 400, "OTSParameterInvalid", HERE)
    rejected(lambda: w.client.list_search_index(table), 400, "OTSParameterInvalid", HERE)
    rejected(lambda: w.client.describe_search_index(table, "i"), 400, "OTSParameterInvalid", HERE)
    rejected(lambda: w.client.delete_search_index(table, "i"), 400, "OTSParameterInvalid", HERE)


def search(w: World):
    rejected(lambda: w.client.search(w.table(), "i", ts.SearchQuery(ts.MatchAllQuery())), 400, "OTSParameterInvalid", HERE)


def sql(w: World):
    rejected(lambda: w.client.exe_sql_query("show tables"), 400, "OTSParameterInvalid", HERE)


def secondary_index(w: World):
    name = w.table(defined=[("c", "STRING")])
    index = ts.SecondaryIndexMeta("i", ["c"], [])
    rejected(lambda: w.client.create_secondary_index(name, index, False), 400, "OTSParameterInvalid", HERE)
    rejected(lambda: w.client.delete_secondary_index(name, "i"), 400, "OTSParameterInvalid", HERE)
    rejected(lambda: w.client.create_table(ts.TableMeta(w.new_name(), [("pk", "STRING")], [("c", "STRING")]), ts.TableOptions(),
                                           ts.ReservedThroughput(ts.CapacityUnit(0, 0)), [index]), 400, "OTSParameterInvalid", HERE)


def time_series(w: World):
    rejected(lambda: w.client.list_timeseries_table(), 400, "OTSParameterInvalid", HERE)
