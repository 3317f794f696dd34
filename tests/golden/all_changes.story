# Every kind of change and every type of value; a PUT without cells gives only DR.
at 2017-10-19 16:20:00.000
put k s=s:text i=i:-9223372036854775807 d=d:0.1 b=b:true x=x:68c3a9
update k s=s:new@1508401000000 -i@1508401200000 --d
update k big=i:9223372036854775807 e=d:1e20
delete k
put empty
run 20171019161000 20171019162600
= k|NULL|NULL|NULL|DR|NULL
= k|s|{1}|text|U|NULL
= k|i|{1}|-9223372036854775807|U|NULL
= k|d|{1}|0.1|U|NULL
= k|b|{1}|true|U|NULL
= k|x|{1}|hé|U|NULL
= k|s|1508401000000|new|U|NULL
= k|i|1508401200000|NULL|DO|NULL
= k|d|NULL|NULL|DA|NULL
= k|big|{3}|9223372036854775807|U|NULL
= k|e|{3}|100000000000000000000|U|NULL
= k|NULL|NULL|NULL|DR|NULL
= empty|NULL|NULL|NULL|DR|NULL
end
