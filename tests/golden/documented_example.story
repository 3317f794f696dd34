# The example of the product's documentation: two rows written at 16:20, exported by a window that ends at 16:26.
at 2017-10-19 16:20:00.000
put 1 name=s:Ann age=i:30
put 2 name=s:Bob
run 20171019161000 20171019162600
= 1|NULL|NULL|NULL|DR|NULL
= 1|name|{1}|Ann|U|NULL
= 1|age|{1}|30|U|NULL
= 2|NULL|NULL|NULL|DR|NULL
= 2|name|{2}|Bob|U|NULL
end
