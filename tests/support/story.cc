#include "support/story.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/bytes.h"
#include "base/hash.h"
#include "support/world.h"

namespace otsstream::test {

namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

CellValue value_of(const std::string& text) {
  const std::string body = text.substr(2);
  switch (text[0]) {
    case 's':
      return CellValue::of_string(body);
    case 'i':
      return CellValue::of_integer(std::stoll(body));
    case 'd':
      return CellValue::of_double(std::stod(body));
    case 'b':
      return CellValue::of_boolean(body == "true");
    case 'x':
      return CellValue::of_blob(from_hex(body));
  }
  ADD_FAILURE() << "unknown value " << text;
  return CellValue::of_integer(0);
}

// "name=s:Ann@150", "-age@150", "--mail"
Cell cell_of(const std::string& word) {
  if (word.starts_with("--")) return {word.substr(2), CellOp::kDeleteAllVersions, {}, {}};
  const size_t at = word.rfind('@');
  std::optional<int64_t> version;
  if (at != std::string::npos) version = std::stoll(word.substr(at + 1));
  const std::string head = word.substr(0, at);
  if (head.starts_with("-")) return {head.substr(1), CellOp::kDeleteOneVersion, {}, version};
  const size_t equals = head.find('=');
  return {head.substr(0, equals), CellOp::kPut, value_of(head.substr(equals + 1)), version};
}

class Story {
 public:
  void play(const std::string& path) {
    std::ifstream in(path);
    ASSERT_TRUE(in.good()) << path;
    int number = 0;
    for (std::string line; std::getline(in, line) && !testing::Test::HasFatalFailure();) {
      SCOPED_TRACE(path + ":" + std::to_string(++number) + ": " + line);
      if (!line.empty() && line[0] != '#') step(line);
    }
  }

 private:
  void step(const std::string& line) {
    if (line.starts_with("= ")) return expect_row(line.substr(2));
    std::vector<std::string> words = words_of(line);
    const std::string verb = words.front();
    if (verb == "original") {
      original_columns_ = {words.begin() + 1, words.end()};
      return;
    }
    if (verb == "destination") {
      destination_ = line.substr(12);
      return;
    }
    create_tables();
    if (verb == "reader") {
      reader_members_ = line.substr(7);
    } else if (verb == "at") {
      world_.set_data_time(line.substr(3));
    } else if (verb == "put" || verb == "update" || verb == "delete") {
      write(verb, words);
    } else if (verb == "split") {
      auto done = world_.data_table()->split({}, {});
      ASSERT_TRUE(done.has_value()) << done.error().to_string();
      children_ = {done->left, done->right};
    } else if (verb == "merge") {
      ASSERT_EQ(children_.size(), 2u);
      auto done = world_.data_table()->merge(children_[0], children_[1]);
      ASSERT_TRUE(done.has_value()) << done.error().to_string();
    } else if (verb == "run") {
      const std::string bizdate = words.size() > 3 ? words[3] : "20171018";
      auto report = run(words[1], words[2], bizdate);
      ASSERT_TRUE(report.has_value()) << report.error().to_string();
      rows_ = world_.landed(bizdate, names_of(destination_));
      next_row_ = 0;
    } else if (verb == "fails") {
      auto report = run(words[1], words[2], "20171018");
      ASSERT_FALSE(report.has_value());
      const std::string wanted = line.substr(line.find(words[3]) + words[3].size());
      const std::string text = report.error().to_string();
      EXPECT_NE(text.find(words[3]), std::string::npos) << text;
      EXPECT_NE(text.find(wanted.empty() ? wanted : wanted.substr(1)), std::string::npos) << text;
    } else if (verb == "end") {
      ASSERT_EQ(next_row_, rows_.size()) << "first surplus row: " << rows_[next_row_];
    } else {
      FAIL() << "unknown verb " << verb;
    }
  }

  void create_tables() {
    if (has_tables_) return;
    has_tables_ = true;
    world_.create_data_table("person", true, original_columns_);
    destination_.empty() ? world_.create_destination() : world_.create_destination(destination_);
  }

  Result<sync::Report> run(const std::string& start, const std::string& end,
                           const std::string& bizdate) {
    std::string text = person_job();
    if (!reader_members_.empty()) {
      const std::string after = "\"datasource\": \"otsstream\",";
      text.insert(text.find(after) + after.size(), reader_members_ + ",");
      for (const std::string name : {"isExportSequenceInfo"})
        if (reader_members_.find(name) != std::string::npos) {
          const size_t at = text.find("\"" + name + "\": false");
          text.erase(at, text.find(',', at) + 1 - at);
        }
    }
    if (!destination_.empty()) {
      const size_t open = text.find('[', text.find("\"column\"", text.find("\"writer\"")));
      text.replace(open, text.find(']', open) + 1 - open, "[\"*\"]");
    }
    return world_.run_text(
        std::move(text),
        {{"startTime", start}, {"endTime", end}, {std::string(job::kBizdateVariable), bizdate}});
  }

  // "id STRING, n BIGINT" -> "id, n"; "*" for none.
  static std::string names_of(const std::string& columns) {
    if (columns.empty()) return "*";
    std::istringstream in(columns);
    std::string names;
    for (std::string column; std::getline(in, column, ',');)
      names += (names.empty() ? "" : ", ") + words_of(column).front();
    return names;
  }

  void write(const std::string& verb, const std::vector<std::string>& words) {
    times_ms_.push_back(world_.tablestore_server->data_clock().now_us() / 1000);
    tablestore::Row row;
    row.primary_key = {{"id", CellValue::of_string(words[1])}};
    for (size_t i = 2; i < words.size(); ++i) row.cells.push_back(cell_of(words[i]));
    Status done = verb == "put"      ? world_.tablestore->put_row("person", row)
                  : verb == "update" ? world_.tablestore->update_row("person", row)
                                     : world_.tablestore->delete_row("person", row.primary_key);
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
    // The data clock gives every change a µs of its own.
    times_us_.push_back(world_.tablestore_server->data_clock().now_us());
    if (shard_.empty()) look_at_stream();
    ASSERT_TRUE(world_.tablestore_server->data_clock().step(Duration(500)).has_value());
  }

  static void replace_all(std::string& text, const std::string& mark, const std::string& value) {
    for (size_t at; (at = text.find(mark)) != std::string::npos;)
      text.replace(at, mark.size(), value);
  }

  void expect_row(std::string expected) {
    for (size_t i = times_us_.size(); i > 0; --i) {
      replace_all(expected, "{" + std::to_string(i) + "}", std::to_string(times_ms_[i - 1]));
      replace_all(expected, "{" + std::to_string(i) + " us}", std::to_string(times_us_[i - 1]));
    }
    if (expected.find("{shard}") != std::string::npos) replace_all(expected, "{shard}", shard_);
    for (size_t at; (at = expected.find("{event ")) != std::string::npos;) {
      const size_t end = expected.find('}', at);
      const std::string text = expected.substr(at + 7, end - at - 7);
      expected.replace(at, end + 1 - at, to_hex(md5(stream_id_ + "/" + text)));
    }
    ASSERT_LT(next_row_, rows_.size()) << "row missing";
    EXPECT_EQ(rows_[next_row_++], expected);
  }

  void look_at_stream() {
    auto list = world_.tablestore->list_stream("person");
    ASSERT_TRUE(list.has_value()) << list.error().to_string();
    stream_id_ = list->streams.at(0).stream_id;
    auto described = world_.tablestore->describe_stream(stream_id_);
    ASSERT_TRUE(described.has_value()) << described.error().to_string();
    shard_ = described->shards.at(0).shard_id;
  }

  World world_;
  bool has_tables_ = false;
  std::vector<std::string> original_columns_;
  std::string destination_;
  std::string reader_members_;
  std::string stream_id_, shard_;
  std::vector<std::string> children_;
  std::vector<std::string> rows_;
  std::vector<int64_t> times_ms_, times_us_;  // of the writes
  size_t next_row_ = 0;
};

}  // namespace

void play_story(const std::string& path) { Story().play(path); }

}  // namespace otsstream::test
