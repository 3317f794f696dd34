#include "cli/demo_story.h"

#include <fmt/format.h>

namespace otsstream::cli {

namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using tablestore::Client;
using tablestore::PrimaryKey;
using tablestore::Row;

constexpr int kPeople = 180;
// Data time between two operations: a thousand of them fill some eight minutes.
constexpr Duration kPace = milliseconds(500);
constexpr const char* kCities[] = {"杭州", "Zürich", "São Paulo", "Nairobi", "Reykjavík", "Kraków"};

PrimaryKey key(int person) { return {{"id", CellValue::of_string(fmt::format("{:03}", person))}}; }

Cell put(std::string name, CellValue value, std::optional<int64_t> version = {}) {
  return {std::move(name), CellOp::kPut, std::move(value), version};
}

Row first_row(int person) {
  return {key(person),
          {put("name", CellValue::of_string(fmt::format("Person {}", person))),
           put("city", CellValue::of_string(kCities[person % 6])),
           put("age", CellValue::of_integer(18 + person % 60)),
           put("score", CellValue::of_double(person / 8.0)),
           put("active", CellValue::of_boolean(person % 3 != 0))},
          false,
          {}};
}

// Writes one operation after the other and moves data time on between them.
class Writer {
 public:
  Writer(Client& client, local::DataClock& data_clock) : client_(client), data_clock_(data_clock) {}

  Status put_row(const Row& row) { return after(client_.put_row(kDemoTable, row), counts_.put); }
  Status update(Row row, int StoryCounts::*counter) {
    return after(client_.update_row(kDemoTable, row), counts_.*counter);
  }
  Status delete_row(int person) {
    return after(client_.delete_row(kDemoTable, key(person)), counts_.delete_row);
  }
  Status batch(const std::vector<Client::Write>& writes) {
    OTS_CHECK(client_.batch_write(kDemoTable, writes));
    counts_.batch += static_cast<int>(writes.size());
    return data_clock_.step(kPace * static_cast<int>(writes.size()));
  }
  const StoryCounts& counts() const { return counts_; }

 private:
  Status after(Status done, int& counter) {
    OTS_CHECK(std::move(done));
    ++counter;
    return data_clock_.step(kPace);
  }
  Client& client_;
  local::DataClock& data_clock_;
  StoryCounts counts_;
};

// A version of the column `visits` that is written now and deleted later by its number.
constexpr int64_t visit_version(int64_t now_ms, int person) { return now_ms - 1000 - person; }

}  // namespace

Status create_demo_table(Client& client) {
  tablestore::CreateTableRequest request;
  request.meta.name = kDemoTable;
  request.meta.primary_key = {{"id", tablestore::KeyType::kString, false}};
  request.options.time_to_live = -1;
  request.options.max_versions = 3;
  request.options.max_version_deviation = 86400;
  request.stream = tablestore::StreamSpec{true, 24, {}};
  return client.create_table(request);
}

Result<StoryCounts> write_first_chapter(Client& client, local::DataClock& data_clock,
                                        const std::function<Status()>& split) {
  Writer writer(client, data_clock);
  for (int person = 0; person < kPeople; ++person) OTS_CHECK(writer.put_row(first_row(person)));

  const int64_t now_ms = data_clock.now_us() / 1000;
  for (int person = 0; person < kPeople; ++person) {
    OTS_CHECK(
        writer.update({key(person),
                       {put("visits", CellValue::of_integer(1), visit_version(now_ms, person)),
                        put("mail", CellValue::of_string(fmt::format("p{}@example.com", person)))},
                       false,
                       {}},
                      &StoryCounts::update));
  }
  OTS_CHECK(split());

  for (int person = 0; person < kPeople; person += 2) {
    OTS_CHECK(
        writer.update({key(person),
                       {{"visits", CellOp::kDeleteOneVersion, {}, visit_version(now_ms, person)}},
                       false,
                       {}},
                      &StoryCounts::delete_version));
  }
  for (int person = 1; person < kPeople; person += 2) {
    OTS_CHECK(
        writer.update({key(person), {{"mail", CellOp::kDeleteAllVersions, {}, {}}}, false, {}},
                      &StoryCounts::delete_column));
  }
  for (int first = 0; first < 400; first += 40) {
    std::vector<Client::Write> writes;
    for (int i = first; i < first + 40; ++i) {
      Row row{key(500 + i),
              {put("name", CellValue::of_string(fmt::format("Guest {}", i))),
               put("photo", CellValue::of_blob(std::string("\x89PNG\0", 5)))},
              false,
              {}};
      writes.push_back({tablestore::WriteType::kPut, std::move(row)});
    }
    OTS_CHECK(writer.batch(writes));
  }
  for (int person = 5; person < kPeople; person += 6) OTS_CHECK(writer.delete_row(person));
  return writer.counts();
}

Result<StoryCounts> write_second_chapter(Client& client, local::DataClock& data_clock) {
  Writer writer(client, data_clock);
  OTS_CHECK(writer.put_row(first_row(5)));
  OTS_CHECK(writer.update({key(7), {put("city", CellValue::of_string("Lisboa"))}, false, {}},
                          &StoryCounts::update));
  OTS_CHECK(writer.update({key(8), {{"age", CellOp::kDeleteAllVersions, {}, {}}}, false, {}},
                          &StoryCounts::delete_column));
  OTS_CHECK(writer.delete_row(9));
  return writer.counts();
}

}  // namespace otsstream::cli
