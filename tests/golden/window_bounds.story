# Start inclusive, end exclusive, to the millisecond.
at 2017-10-19 16:09:59.999
put before c=i:1
at 2017-10-19 16:10:00.000
put start c=i:2
at 2017-10-19 16:25:59.999
put last c=i:3
at 2017-10-19 16:26:00.000
put end c=i:4
run 20171019161000 20171019162600
= start|NULL|NULL|NULL|DR|NULL
= start|c|{2}|2|U|NULL
= last|NULL|NULL|NULL|DR|NULL
= last|c|{3}|3|U|NULL
end
# The next window starts where this one ended, from its checkpoints.
run 20171019162600 20171019163000
= end|NULL|NULL|NULL|DR|NULL
= end|c|{4}|4|U|NULL
end
# The first one again repeats exactly its rows.
run 20171019161000 20171019162600
= start|NULL|NULL|NULL|DR|NULL
= start|c|{2}|2|U|NULL
= last|NULL|NULL|NULL|DR|NULL
= last|c|{3}|3|U|NULL
end
