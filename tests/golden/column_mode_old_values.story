# Before-images in column mode: oldValue and oldVersion. What a PutRow or DeleteRow takes away without naming it follows as DA.
original age city
destination id STRING, colname STRING, version BIGINT, colvalue STRING, optype STRING, oldvalue STRING, oldversion BIGINT
reader "exportOldValues": true
at 2017-10-19 16:20:00.000
put a age=i:30@1508401000000 city=s:Rome@1508401000001 name=s:Ann@1508401000002
update a age=i:31@1508401000003 --city
put a name=s:Anna@1508401000004
put b age=i:5@1508401000005
delete b
run 20171019161000 20171019162600
= a|NULL|NULL|NULL|DR|NULL|NULL
= a|age|1508401000000|30|U|NULL|NULL
= a|city|1508401000001|Rome|U|NULL|NULL
= a|name|1508401000002|Ann|U|NULL|NULL
= a|age|1508401000003|31|U|30|1508401000000
= a|city|NULL|NULL|DA|Rome|1508401000001
= a|NULL|NULL|NULL|DR|NULL|NULL
= a|name|1508401000004|Anna|U|NULL|NULL
= a|age|NULL|NULL|DA|31|1508401000003
= b|NULL|NULL|NULL|DR|NULL|NULL
= b|age|1508401000005|5|U|NULL|NULL
= b|NULL|NULL|NULL|DR|NULL|NULL
= b|age|NULL|NULL|DA|5|1508401000005
end
