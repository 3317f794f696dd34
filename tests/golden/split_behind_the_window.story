# A parent that still holds records behind the window's end: its children belong to the next run.
at 2017-10-19 16:20:00.000
put a v=i:1
put b v=i:1
at 2017-10-19 16:27:00.000
put a v=i:2
split
at 2017-10-19 16:28:00.000
put b v=i:3
run 20171019161000 20171019162600
= a|NULL|NULL|NULL|DR|NULL
= a|v|{1}|1|U|NULL
= b|NULL|NULL|NULL|DR|NULL
= b|v|{2}|1|U|NULL
end
run 20171019162600 20171019163000
= a|NULL|NULL|NULL|DR|NULL
= a|v|{3}|2|U|NULL
= b|NULL|NULL|NULL|DR|NULL
= b|v|{4}|3|U|NULL
end
