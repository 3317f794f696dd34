# A window without changes empties the partition (truncate), and its checkpoints carry on.
run 20171019161000 20171019162600
end
at 2017-10-19 16:27:00.000
put a v=i:1
run 20171019162600 20171019163000
= a|NULL|NULL|NULL|DR|NULL
= a|v|{1}|1|U|NULL
end
run 20171019163000 20171019163100
end
