#pragma once
// One value through RowEncoder and back out of the record stream, as the text of the cell.

#include <gtest/gtest.h>

#include "maxcompute/wire/cell_text.h"
#include "maxcompute/wire/record_cursor.h"
#include "writer/odps/row_encoder.h"

namespace otsstream::writer {

inline constexpr const char* kDirty = "DIRTY";

inline Value text(const char* v) { return Value::from_string(v); }
inline Value bytes(std::string_view v) { return Value::from_bytes(v); }
inline Value number(int64_t v) { return Value::from_long(v); }
inline Value real(double v) { return Value::from_double(v); }
inline Value flag(bool v) { return Value::from_bool(v); }
inline Value date(int64_t v) { return Value::from_date_ms(v); }

inline std::shared_ptr<const Mapping> one_column(const std::string& type) {
  auto mapping = std::make_shared<Mapping>();
  mapping->columns = {{0, 1, "c", *maxcompute::parse_type(type)}};
  mapping->input_columns = 1;
  mapping->names = {"c"};
  return mapping;
}

// The error of a value that must be dirty.
inline Error dirt(const std::string& type, Value value, RowEncoder::Options options = {}) {
  RowEncoder encoder(one_column(type), std::move(options));
  maxcompute::RecordStreamWriter out;
  Status encoded = encoder.encode(std::span(&value, 1), out);
  EXPECT_FALSE(encoded) << type;
  return encoded ? Error() : encoded.error();
}

// What the stream holds after encoding `value`: its text (times in UTC), NULL, or DIRTY.
inline std::string land(const std::string& type, Value value, RowEncoder::Options options = {}) {
  RowEncoder encoder(one_column(type), std::move(options));
  maxcompute::RecordStreamWriter out;
  const Status encoded = encoder.encode(std::span(&value, 1), out);
  EXPECT_EQ(out.records(), encoded ? 1u : 0u);
  const std::string stream = out.finish();
  const std::vector<maxcompute::Column> columns = {{"c", *maxcompute::parse_type(type), "", true}};
  maxcompute::RecordCursor cursor(stream, columns);
  maxcompute::EncodedCell cell;
  auto more = cursor.next(std::span(&cell, 1));
  EXPECT_TRUE(more) << more.error().to_string();
  if (!encoded) {
    EXPECT_FALSE(encoded.error().remedy.empty());
    EXPECT_FALSE(*more);
    return kDirty;
  }
  if (cell.null) return "NULL";
  auto decoded = maxcompute::decode_cell(cell.bytes, columns[0].type);
  EXPECT_TRUE(decoded) << decoded.error().to_string();
  std::string landed;
  maxcompute::append_text(landed, *decoded, columns[0].type, Zone::utc());
  return landed;
}

struct LandingCase {
  const char* type;
  Value value;
  const char* expected;
};

template <size_t N>
void expect_landed(const LandingCase (&cases)[N], const RowEncoder::Options& options = {}) {
  for (const LandingCase& c : cases) {
    SCOPED_TRACE(std::string(to_string(c.value.type())) + " -> " + c.type + " = " + c.expected);
    EXPECT_EQ(land(c.type, c.value, options), c.expected);
    // What check warns of and what happens to rows is one matter.
    if (!may_convert(c.value.type(), maxcompute::parse_type(c.type)->kind)) {
      EXPECT_STREQ(c.expected, kDirty);
    }
  }
}

}  // namespace otsstream::writer
