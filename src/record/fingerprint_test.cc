#include "record/fingerprint.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace otsstream {
namespace {

std::vector<Value> change() {
  return {Value::from_string("a"), Value::from_string("name"), Value::from_long(1508400600000),
          Value::from_string("Ada Lovelace"), Value::from_string("U")};
}

// Reports live longer than the program that wrote them: these numbers must never change. They were
// worked out from the description in docs/formats/manifest.md by tools of its own.
TEST(Fingerprint, IsWhatTheFormatSays) {
  EXPECT_EQ(fingerprint({}), 0xDF442D22110C749Bu);
  EXPECT_EQ(fingerprint(change()), 0x2A5E42E6B3008613u);
  const std::vector<Value> all = {Value::null(),
                                  Value::from_long(-1),
                                  Value::from_double(0.5),
                                  Value::from_string(""),
                                  Value::from_bool(true),
                                  Value::from_bytes("\xff 12345678"),
                                  Value::from_date_ms(1508400600000)};
  EXPECT_EQ(fingerprint(all), 0xFB433C9F290AAEFFu);
}

TEST(Fingerprint, TellsRowsApart) {
  std::set<uint64_t> seen = {fingerprint(change())};
  auto expect_new = [&](std::vector<Value> row, const char* what) {
    EXPECT_TRUE(seen.insert(fingerprint(row)).second) << what;
  };
  for (size_t i = 0; i < change().size(); ++i) {
    auto row = change();
    row[i] = Value::null();
    expect_new(row, "a value that is gone");
  }
  auto row = change();
  std::swap(row[0], row[1]);
  expect_new(row, "two values in each other's place");
  row = change();
  row[0] = Value::from_bytes("a");
  expect_new(row, "another type");
  row = change();
  row[0] = Value::from_string(std::string_view("a\0", 2));
  expect_new(row, "a zero byte more");
  row = change();
  row.push_back(Value::null());
  expect_new(row, "a column more");
  row = change();
  row[2] = Value::from_long(1508400600001);
  expect_new(row, "the next number");
}

// Two rows that exchange a value are two other rows, also in the sum.
TEST(Fingerprint, SumsTellExchangedValues) {
  const std::vector<Value> a = {Value::from_string("k1"), Value::from_long(1)};
  const std::vector<Value> b = {Value::from_string("k2"), Value::from_long(2)};
  const std::vector<Value> a2 = {Value::from_string("k1"), Value::from_long(2)};
  const std::vector<Value> b2 = {Value::from_string("k2"), Value::from_long(1)};
  EXPECT_NE(fingerprint(a) + fingerprint(b), fingerprint(a2) + fingerprint(b2));
}

}  // namespace
}  // namespace otsstream
