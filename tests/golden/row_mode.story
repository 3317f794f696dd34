# Row mode as DataX has it: one row per PutRow and UpdateRow, none for DeleteRow, nulls for what the change does not hold.
destination id STRING, age BIGINT, name STRING, sequenceinfo STRING
reader "mode": "single_version_and_update_only", "column": [{"name": "id"}, {"name": "age"}, {"name": "name"}], "isExportSequenceInfo": true
at 2017-10-19 16:20:00.000
put a age=i:30 name=s:Ann
update a age=i:31
update a --name
delete a
update b age=i:1@1508401000000 age=i:2@1508402000000 age=i:3@1508400000000
put c
run 20171019161000 20171019162600
= a|30|Ann|0000000000_0000{1 us}_0000000000_{shard}
= a|31|NULL|0000000000_0000{2 us}_0000000000_{shard}
= a|NULL|NULL|0000000000_0000{3 us}_0000000000_{shard}
= b|2|NULL|0000000000_0000{5 us}_0000000000_{shard}
= c|NULL|NULL|0000000000_0000{6 us}_0000000000_{shard}
end
