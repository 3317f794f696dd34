# columnFilter and opTypes leave rows out; the numbers of those that stay do not change.
destination id STRING, colname STRING, version BIGINT, colvalue STRING, optype STRING, cellindex BIGINT
reader "columnFilter": ["age", "mail"], "sequenceColumns": ["cellIndex"]
at 2017-10-19 16:20:00.000
put a name=s:Ann age=i:30
update a name=s:Anna --mail
update a name=s:Anne
delete a
run 20171019161000 20171019162600
= a|NULL|NULL|NULL|DR|0
= a|age|{1}|30|U|2
= a|mail|NULL|NULL|DA|1
= a|NULL|NULL|NULL|DR|0
end
reader "columnFilter": ["age", "mail"], "opTypes": ["U", "DA"], "sequenceColumns": ["cellIndex"]
run 20171019161000 20171019162600
= a|age|{1}|30|U|2
= a|mail|NULL|NULL|DA|1
end
reader "opTypes": ["DR"], "sequenceColumns": ["cellIndex"]
run 20171019161000 20171019162600
= a|NULL|NULL|NULL|DR|0
= a|NULL|NULL|NULL|DR|0
end
reader "columnFilter": ["age", "id"], "sequenceColumns": ["cellIndex"]
fails 20171019161000 20171019162600 Reader-Combination id is a primary key column
