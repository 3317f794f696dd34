// A storage that fails at its n-th call: an acknowledged write is there, a refused one is nowhere,
// table and log agree.

#include <map>

#include "local/tablestore/storage_test_support.h"
#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

// Passes everything on until `fail_at` more calls were made; that one fails, later ones do not.
class FailingStorage final : public Storage {
 public:
  explicit FailingStorage(Storage& inner) : inner_(inner) {}
  Result<std::optional<SharedBuffer>> get(SpaceId space, std::string_view key) const override {
    if (fails()) return failure();
    return inner_.get(space, key);
  }
  Status scan(SpaceId space, std::string_view from, std::string_view to, bool backward,
              const Visitor& visit) const override {
    if (fails()) return failure();
    return inner_.scan(space, from, to, backward, visit);
  }
  Status apply(StorageBatch batch) override {
    if (fails()) return failure();
    return inner_.apply(std::move(batch));
  }
  std::unique_ptr<const StorageReader> snapshot() const override { return inner_.snapshot(); }
  bool is_persistent() const override { return inner_.is_persistent(); }
  Status make_durable() override { return inner_.make_durable(); }

  mutable int fail_at = 0;  // 0: never

 private:
  bool fails() const { return fail_at > 0 && --fail_at == 0; }
  static tl::unexpected<Error> failure() {
    return fail(ErrorKind::kResource, "Store-Io", "the disk said no");
  }
  Storage& inner_;
};

class FailuresTest : public testing::TestWithParam<Engine> {
 protected:
  void begin() {
    tables = std::make_unique<TableStore>(failing, clock, random);
    ASSERT_TRUE(tables->load());
  }
  // A call that may fail, and what it says.
  using Step = std::function<bool()>;

  TableDefinition definition() const {
    TableDefinition out;
    out.meta = person();
    out.stream = StreamSpec{true, 24, {"n"}};
    return out;
  }
  std::shared_ptr<StoredTable> table() { return *tables->find("person"); }
  bool write(WriteType type, const std::vector<std::pair<std::string, int>>& rows) {
    std::vector<std::string> bytes;
    for (const auto& [id, n] : rows)
      bytes.push_back(type == WriteType::kDelete ? encode_delete_key(key(id))
                                                 : encode_row(row(key(id), {put("n", n)})));
    std::vector<RowWrite> writes(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      writes[i].type = type;
      EXPECT_TRUE(read_single_row(bytes[i], writes[i].row));
    }
    auto results = table()->write(writes, {.all_or_nothing = true, .transaction_id = {}});
    for (const auto& result : results) {
      EXPECT_EQ(result.has_value(), results[0].has_value());
      EXPECT_EQ(result ? "Store-Io" : result.error().code, "Store-Io");
    }
    return results[0].has_value();
  }
  // Rows of the table, and what the log of all shards says that they are.
  void expect_state(const std::map<std::string, int>& model) {
    RangeRead all;
    all.inclusive_start = low();
    all.exclusive_end = high();
    auto range = table()->range(all);
    ASSERT_TRUE(range);
    std::map<std::string, int> rows, logged;
    for (const Row& found : range->rows)
      rows[found.primary_key[0].value.bytes] = static_cast<int>(found.cells.at(0).value->integer);
    EXPECT_EQ(rows, model);
    const std::string stream = table()->stream_id();
    const StreamDescription description = *table()->describe_stream(stream);
    for (const StreamShard& shard : description.shards) {
      auto page = table()->read_log(stream, shard.shard_id, 0, {});
      ASSERT_TRUE(page);
      std::string body;
      for (const SharedBuffer& part : page->parts) body += part.view();
      body += encode_stream_page_tail({}, {}, true);
      auto opened = StreamPage::skim(SharedBuffer(std::move(body)));
      ASSERT_TRUE(opened);
      StreamRecordView view;
      for (size_t i = 0; i < opened->record_count(); ++i) {
        ASSERT_TRUE(opened->decode(i, view));
        Row changed = to_row(view.row);
        const std::string id = changed.primary_key[0].value.bytes;
        if (view.action == ActionType::kDelete) {
          logged.erase(id);
        } else {
          logged[id] = static_cast<int>(changed.cells.at(0).value->integer);
        }
      }
    }
    EXPECT_EQ(logged, model) << "what the log tells";
  }

  OpenEngine engine{GetParam()};
  ManualClock wall{kNowMs * 1000};
  DataClock clock{wall};
  Random random{3};
  FailingStorage failing{*engine.storage};
  std::unique_ptr<TableStore> tables;
};
INSTANTIATE_TEST_SUITE_P(Engines, FailuresTest, testing::ValuesIn(kEngines), engine_name);

TEST_P(FailuresTest, WritesAreWhollyThereOrNowhere) {
  begin();
  ASSERT_TRUE(tables->create(definition()));
  std::map<std::string, int> model;
  int refused = 0;
  for (int n = 1; n <= 6; ++n) {  // the call that fails
    for (int round = 0; round < 4; ++round) {
      failing.fail_at = n;
      const int value = n * 10 + round;
      if (write(WriteType::kPut, {{"a", value}, {"b", value}, {"m", value}})) {
        for (const char* id : {"a", "b", "m"}) model[id] = value;
      } else {
        ++refused;
      }
      if (write(WriteType::kUpdate, {{"m", value + 1}, {"z", value + 1}})) {
        model["m"] = model["z"] = value + 1;
      } else {
        ++refused;
      }
      if (write(WriteType::kDelete, {{"b", 0}})) {
        model.erase("b");
      } else {
        ++refused;
      }
      if (n == 4 && round == 1) table()->split(CellValue::of_string("k"));
      failing.fail_at = 0;
      expect_state(model);
    }
  }
  EXPECT_GT(refused, 10);
}

TEST_P(FailuresTest, ChangesOfTheTableAreWhollyThereOrNowhere) {
  for (int n = 1; n < 40; ++n) {
    begin();
    failing.fail_at = n;
    const bool created = tables->create(definition()).has_value();
    EXPECT_EQ(tables->names().size(), created ? 1u : 0u) << n;
    if (!created) {
      failing.fail_at = 0;
      ASSERT_TRUE(tables->create(definition())) << "the name is free";
    }
    const bool wrote = write(WriteType::kPut, {{"a", 1}, {"z", 1}});
    const size_t shards = table()->describe_stream(table()->stream_id())->shards.size();
    const bool split = table()->split(CellValue::of_string("k")).has_value();
    const int left = failing.fail_at;
    failing.fail_at = 0;
    EXPECT_EQ(table()->describe_stream(table()->stream_id())->shards.size(),
              shards + (split ? 2 : 0))
        << n;
    EXPECT_EQ(table()->describe().split_keys.size(), split ? 1u : 0u) << n;
    failing.fail_at = left;
    const std::string stream = table()->stream_id();
    const bool off = table()->update({}, {}, StreamSpec{false, {}, {}}).has_value();
    EXPECT_EQ(table()->stream_id(), off ? "" : stream) << n;
    const bool removed = tables->remove("person").has_value();
    EXPECT_EQ(tables->names().size(), removed ? 0u : 1u) << n;
    failing.fail_at = 0;
    if (!removed) {
      RangeRead all;
      all.inclusive_start = low();
      all.exclusive_end = high();
      EXPECT_EQ(table()->range(all)->rows.size(), wrote ? 2u : 0u) << n;
      ASSERT_TRUE(tables->remove("person"));
    }
    EXPECT_EQ(engine.keys(log_space(1)), 0u);
  }
}

TEST(MemoryCapTest, AFullInstanceRefusesAndKeepsTableAndLog) {
  TablestoreServerOptions options;
  options.memory_cap_bytes = 200'000;
  TablestoreFixture local(options);
  local.create();
  int written = 0;
  Response refused;
  for (; written < 1000; ++written) {
    Row change = row(key("k" + std::to_string(written)),
                     {put("text", CellValue::of_string(std::string(1000, 'x')))});
    refused = local.write(WriteType::kPut, change);
    if (refused.status != 200) break;
  }
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "OTSQuotaExhausted");
  EXPECT_THAT(message_of(refused), ::testing::HasSubstr("cap of 200000 bytes"));
  EXPECT_THAT(message_of(refused), ::testing::HasSubstr("--memory-cap"));
  EXPECT_GT(written, 50);
  EXPECT_LT(written, 100);
  EXPECT_EQ(local.get(key("k" + std::to_string(written))), std::nullopt);
  EXPECT_EQ(local.read_all(local.shards()[0].shard_id).size(), static_cast<size_t>(written));
  // The log gives room when it expires, the table when it goes.
  ASSERT_TRUE(local.table().expire_log(INT64_MAX / 2));
  local.put_row(row(key("more"), {put("text", CellValue::of_string(std::string(1000, 'x')))}));
  local.call("DeleteTable", encode(DeleteTableRequest{"person"}));
  local.create();
  for (int i = 0; i < written; ++i)
    local.put_row(
        row(key(std::to_string(i)), {put("text", CellValue::of_string(std::string(1000, 'x')))}));
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
