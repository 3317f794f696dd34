// No memory is asked for per cell: the encoder is the hot path of every job.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "writer/odps/landed_cell_for_test.h"

namespace {
std::atomic<uint64_t> g_allocations{0};
}  // namespace

void* operator new(size_t size) {
  ++g_allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace otsstream::writer {
namespace {

TEST(RowEncoderAllocations, NonePerCell) {
  const char* long_text = "a text that is longer than any small string of a library";
  struct Column {
    const char* type;
    Value value;
  };
  const std::vector<Column> columns = {
      {"bigint", number(-5)},
      {"bigint", text("1234567890123456")},
      {"int", real(12.5)},
      {"tinyint", flag(true)},
      {"double", real(0.1)},
      {"float", text("1.5e3")},
      {"boolean", text("TRUE")},
      {"string", text(long_text)},
      {"string", bytes(long_text)},
      {"string", number(INT64_MIN)},
      {"string", real(3.141592653589793)},
      {"string", real(1e300)},
      {"string", date(1508400600000)},
      {"varchar(100)", text(long_text)},
      {"binary", bytes(long_text)},
      {"decimal(38,18)", text("12345678901234567890.123456789012345678")},
      {"decimal(38,18)", number(7)},
      {"datetime", text("2017-10-19 16:10:00")},
      {"date", text("2017-10-19")},
      {"timestamp", text("2017-10-19 16:10:00.123456789")},
      {"timestamp_ntz", date(1508400600000)}};
  auto mapping = std::make_shared<Mapping>();
  std::vector<Value> row;
  for (const Column& column : columns) {
    mapping->columns.push_back({row.size(), static_cast<uint32_t>(row.size() + 1), column.type,
                                *maxcompute::parse_type(column.type)});
    row.push_back(column.value);
  }
  RowEncoder encoder(mapping, {});
  maxcompute::RecordStreamWriter out(1u << 20);
  // The scratch memory finds its size.
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(encoder.encode(row, out));
  const uint64_t before = g_allocations;
  for (int i = 0; i < 100; ++i) {
    if (!encoder.encode(row, out)) FAIL();
  }
  EXPECT_EQ(g_allocations - before, 0u);
  EXPECT_GT(before, 0u);
}

}  // namespace
}  // namespace otsstream::writer
