# The typed order columns and the event id, which is the same in every run of the window.
destination id STRING, colname STRING, version BIGINT, colvalue STRING, optype STRING, sequenceinfo STRING, epoch BIGINT, time_us BIGINT, rowindex BIGINT, shard STRING, cellindex BIGINT, eventid STRING
reader "isExportSequenceInfo": true, "sequenceColumns": ["epoch", "timestamp", "rowIndex", "shard", "cellIndex", "eventId"]
at 2017-10-19 16:20:00.000
put a age=i:30
delete a
run 20171019161000 20171019162600
= a|NULL|NULL|NULL|DR|0000000000_0000{1 us}_0000000000_{shard}:0000000000|0|{1 us}|0|{shard}|0|{event 0000000000_0000{1 us}_0000000000_{shard}:0000000000}
= a|age|{1}|30|U|0000000000_0000{1 us}_0000000000_{shard}:0000000001|0|{1 us}|0|{shard}|1|{event 0000000000_0000{1 us}_0000000000_{shard}:0000000001}
= a|NULL|NULL|NULL|DR|0000000000_0000{2 us}_0000000000_{shard}:0000000000|0|{2 us}|0|{shard}|0|{event 0000000000_0000{2 us}_0000000000_{shard}:0000000000}
end
# A re-run, and one that keeps less: the events have the same ids.
reader "isExportSequenceInfo": true, "sequenceColumns": ["epoch", "timestamp", "rowIndex", "shard", "cellIndex", "eventId"], "opTypes": ["U"]
run 20171019161000 20171019162600 20171017
= a|age|{1}|30|U|0000000000_0000{1 us}_0000000000_{shard}:0000000001|0|{1 us}|0|{shard}|1|{event 0000000000_0000{1 us}_0000000000_{shard}:0000000001}
end
