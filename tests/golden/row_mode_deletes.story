# Deletions in row mode: opType tells what happened to the row, *_op what happened to a column: U written, DA deleted, DO one
# version deleted, NULL not touched.
destination id STRING, age BIGINT, name STRING, optype STRING, age_op STRING, name_op STRING
reader "mode": "single_version_and_update_only", "column": [{"name": "id"}, {"name": "age"}, {"name": "name"}], "exportDeletes": true
at 2017-10-19 16:20:00.000
put a age=i:30@1508401000000 name=s:Ann
update a name=s:Anna
update a -age@1508401000000
update a --name
put a age=i:32
delete a
run 20171019161000 20171019162600
= a|30|Ann|PUT|U|U
= a|NULL|Anna|UPDATE|NULL|U
= a|NULL|NULL|UPDATE|DO|NULL
= a|NULL|NULL|UPDATE|NULL|DA
= a|32|NULL|PUT|U|DA
= a|NULL|NULL|DELETE|DA|DA
end
# Deletions only.
reader "mode": "single_version_and_update_only", "column": [{"name": "id"}, {"name": "age"}, {"name": "name"}], "exportDeletes": true, "opTypes": ["DELETE"]
run 20171019161000 20171019162600
= a|NULL|NULL|DELETE|DA|DA
end
reader "mode": "single_version_and_update_only", "column": [{"name": "age"}], "exportDeletes": true
fails 20171019161000 20171019162600 Reader-Combination id is not there
