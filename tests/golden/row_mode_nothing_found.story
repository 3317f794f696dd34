# Without a key column in `column`, a change that writes none of the columns gives no row; names are case-sensitive.
destination name STRING, other STRING
reader "mode": "single_version_and_update_only", "column": [{"name": "name"}, {"name": "Name"}]
at 2017-10-19 16:20:00.000
put a name=s:Ann
update a age=i:31
update a --name
delete a
run 20171019161000 20171019162600
= Ann|NULL
end
