#pragma once
// Golden stories (tests/golden/*.story): what is written, line by line, and the rows that must
// land. Plain text, so that a reviewer can check it by eye.
//
//   original city age                what the Stream carries previous values of; before all writes
//   destination id STRING, n BIGINT  the table's columns; all of them are shown. Without this line
//                                    those of examples/person.json
//   reader "mode": "...", ...        members that the job's reader gets on top; a later line wins
//   at 2017-10-19 16:20:00.000       data time of what follows; each write lasts half a millisecond
//   put a name=s:Ann age=i:30        PutRow; values s: text, i: integer, d: double, b: boolean, x:
//   hex bytes; "@<ms>" behind a value: its version update a city=s:Rome -age@1508401200000 --mail
//   delete a
//   split | merge                    the table's largest partition in half; the last two shards
//   into one run 20171019161000 20171019162600 [bizdate] = a|NULL|NULL|NULL|DR|NULL       next row
//   that the run must have landed; {n} stands for the time of the n-th write in ms, counted from 1
//   end                              no more rows in that partition
//   fails 20171019161000 20171019162600 CODE text      a run that must end with that error
//
// In rows {n} is as above, {n us} the change's own time in µs, {shard} the table's first shard, and
// {event TEXT} the event id of that sequence text (docs/reader.md).

#include <string>

namespace otsstream::test {

// Plays the story in a fresh World and fails the current test where it differs.
void play_story(const std::string& path);

}  // namespace otsstream::test
