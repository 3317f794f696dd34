#include "support/story.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/bytes.h"
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
    world_.create_data_table();
    world_.create_destination();
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
    if (verb == "at") {
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
      auto report = world_.run(words[1], words[2], bizdate);
      ASSERT_TRUE(report.has_value()) << report.error().to_string();
      rows_ = world_.landed(bizdate);
      next_row_ = 0;
    } else if (verb == "end") {
      ASSERT_EQ(next_row_, rows_.size()) << "first surplus row: " << rows_[next_row_];
    } else {
      FAIL() << "unknown verb " << verb;
    }
  }

  void write(const std::string& verb, const std::vector<std::string>& words) {
    now_ms_ = world_.tablestore_server->data_clock().now_us() / 1000;
    tablestore::Row row;
    row.primary_key = {{"id", CellValue::of_string(words[1])}};
    for (size_t i = 2; i < words.size(); ++i) row.cells.push_back(cell_of(words[i]));
    Status done = verb == "put"      ? world_.tablestore->put_row("person", row)
                  : verb == "update" ? world_.tablestore->update_row("person", row)
                                     : world_.tablestore->delete_row("person", row.primary_key);
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
    times_.push_back(now_ms_);
    ASSERT_TRUE(world_.tablestore_server->data_clock().step(Duration(500)).has_value());
  }

  // {n} stands for the time of the n-th write, counted from 1.
  void expect_row(std::string expected) {
    for (size_t i = times_.size(); i > 0; --i) {
      const std::string mark = "{" + std::to_string(i) + "}";
      for (size_t at; (at = expected.find(mark)) != std::string::npos;)
        expected.replace(at, mark.size(), std::to_string(times_[i - 1]));
    }
    ASSERT_LT(next_row_, rows_.size()) << "row missing";
    EXPECT_EQ(rows_[next_row_++], expected);
  }

  World world_;
  std::vector<std::string> children_;
  std::vector<std::string> rows_;
  std::vector<int64_t> times_;
  size_t next_row_ = 0;
  int64_t now_ms_ = 0;
};

}  // namespace

void play_story(const std::string& path) { Story().play(path); }

}  // namespace otsstream::test
