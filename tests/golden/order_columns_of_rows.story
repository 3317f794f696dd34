# Row mode's event id is of the change, not of a cell.
destination id STRING, shard STRING, eventid STRING, time_us BIGINT
reader "mode": "single_version_and_update_only", "column": [{"name": "id"}], "sequenceColumns": ["shard", "eventId", "timestamp"]
at 2017-10-19 16:20:00.000
put a age=i:30
update a age=i:31
run 20171019161000 20171019162600
= a|{shard}|{event 0000000000_0000{1 us}_0000000000_{shard}}|{1 us}
= a|{shard}|{event 0000000000_0000{2 us}_0000000000_{shard}}|{2 us}
end
