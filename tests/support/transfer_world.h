#pragma once
// plan and transfer alone, against the local Tablestore on virtual time, into a SlowWriter: what
// the reader's half costs, without a destination.

#include <gtest/gtest.h>

#include "reader/read_plan.h"
#include "support/meter.h"
#include "support/slow_writer.h"
#include "support/world.h"
#include "sync/transfer.h"

namespace otsstream::test {

struct TransferWorld {
  // `writer_delay` per 1 000 rows, which is a full page of updates.
  TransferWorld(Duration network_delay, Duration writer_delay, size_t budget_bytes = 64u << 20)
      : meter(world.network, world.clock, "/GetStreamRecord"),
        writer(world.executor, writer_delay, 1000),
        budget(ByteBudget::create(world.executor, budget_bytes)) {
    if (network_delay.count() > 0)
      world.network.add({.fault = Fault::kDelay, .delay = network_delay});
    client.emplace(tablestore::Caller::create(
        {"http://tablestore.local", "inst", "testid", Secret("testkey"), {}}, meter, world.executor,
        world.random, {}));
    world.create_data_table();
  }

  // Updates of one cell, `first` to `last` (excluded), of rows whose keys begin with `prefix`.
  void write(const std::string& prefix, int first, int last, size_t value_bytes = 8) {
    std::vector<tablestore::Client::Write> writes;
    for (int i = first; i < last; ++i) {
      tablestore::Row row;
      row.primary_key = {{"id", tablestore::CellValue::of_string(prefix + std::to_string(i))}};
      row.cells = {{"v",
                    tablestore::CellOp::kPut,
                    tablestore::CellValue::of_string(std::string(value_bytes, 'x')),
                    {}}};
      writes.push_back({tablestore::WriteType::kUpdate, std::move(row)});
      if (writes.size() < 200 && i + 1 < last) continue;
      Status written = world.tablestore->batch_write("person", writes);
      ASSERT_TRUE(written.has_value()) << written.error().to_string();
      writes.clear();
    }
  }

  // Reads [16:10, 16:26) of `day` with `channels` units at a time.
  void transfer(int channels) { transfer_with(*client, writer, world.executor, channels); }
  void transfer_with(tablestore::Client& from, writer::Writer& to, Executor& executor,
                     int channels) {
    reader::Settings settings;
    settings.data_table = "person";
    settings.status_table = kStatusTable;
    settings.window = {china_ms(day + " 16:10:00"), china_ms(day + " 16:26:00")};
    Diagnostics diagnostics;
    auto made = sync::make_plan(from, to, settings, channels, world.clock, diagnostics);
    ASSERT_TRUE(made.has_value()) << made.error().to_string();
    plan = std::move(*made);
    DirtySink dirty(DirtySink::Options{});
    TokenBucket bytes(world.clock, 0), records(world.clock, 0);
    sync::Progress progress(world.clock, settings.window, sync::shards_to_read(plan));
    budget = ByteBudget::create(executor, budget->capacity());
    const int64_t before_us = executor.clock().steady_us();
    auto done = sync::transfer_all(plan, {&from, &to, &executor, budget.get(), &bytes, &records,
                                          &dirty, &progress, &world.cancel});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
    manifests = std::move(*done);
    took_us = executor.clock().steady_us() - before_us;
  }

  int64_t records() const {
    int64_t sum = 0;
    for (const auto& manifest : manifests)
      for (const auto& shard : manifest.shards) sum += shard.records;
    return sum;
  }

  std::string day = "2017-10-19";
  World world;
  Meter meter;
  SlowWriter writer;
  std::shared_ptr<ByteBudget> budget;
  std::optional<tablestore::Client> client;
  sync::Plan plan;
  std::vector<sync::Manifest> manifests;
  int64_t took_us = 0;
};

}  // namespace otsstream::test
