# Before-images in row mode: what stood in the row before, for the columns that the Stream carries.
original age city
destination id STRING, age BIGINT, city STRING, optype STRING, age_op STRING, city_op STRING, age_old BIGINT, city_old STRING
reader "mode": "single_version_and_update_only", "column": [{"name": "id"}, {"name": "age"}, {"name": "city"}], "exportDeletes": true, "exportOldValues": true
at 2017-10-19 16:20:00.000
put a age=i:30 city=s:Rome name=s:Ann
update a age=i:31
put a name=s:Anna
update a city=s:Bern
delete a
run 20171019161000 20171019162600
= a|30|Rome|PUT|U|U|NULL|NULL
= a|31|NULL|UPDATE|U|NULL|30|Rome
= a|NULL|NULL|PUT|DA|DA|31|Rome
= a|NULL|Bern|UPDATE|NULL|U|NULL|NULL
= a|NULL|NULL|DELETE|DA|DA|NULL|Bern
end
