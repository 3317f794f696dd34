# Partitions split and merge inside the window: a parent's rows land before its children's.
at 2017-10-19 16:11:00.000
put a v=i:1
put b v=i:1
put c v=i:1
put d v=i:1
split
at 2017-10-19 16:12:00.000
update a v=i:2
update d v=i:2
merge
at 2017-10-19 16:13:00.000
update a v=i:3
run 20171019161000 20171019162600
= a|NULL|NULL|NULL|DR|NULL
= a|v|{1}|1|U|NULL
= b|NULL|NULL|NULL|DR|NULL
= b|v|{2}|1|U|NULL
= c|NULL|NULL|NULL|DR|NULL
= c|v|{3}|1|U|NULL
= d|NULL|NULL|NULL|DR|NULL
= d|v|{4}|1|U|NULL
= a|v|{5}|2|U|NULL
= d|v|{6}|2|U|NULL
= a|v|{7}|3|U|NULL
end
