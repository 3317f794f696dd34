# Before-images of a Stream that carries none: refused before anything is read, at the parameter's place.
reader "exportOldValues": true
at 2017-10-19 16:20:00.000
put a age=i:30
fails 20171019161000 20171019162600 Reader-Combination exportOldValues: `exportOldValues` has no effect: the Stream of the table carries no original columns
