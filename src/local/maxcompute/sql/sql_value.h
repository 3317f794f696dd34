#pragma once
// How a MaxCompute value travels through SQLite, so that it comes out exactly as it went in. The
// type of every expression is known beforehand (select_parser.h); SQLite sees only the form:
//
//   integers, boolean, date (epoch day), datetime (epoch ms),
//     interval_year_month (months)                 INTEGER
//   double, float                                  REAL; NaN, which SQLite would turn into NULL, is
//                                                  the TEXT 'NaN': equal to itself, behind all
//                                                  numbers
//   string, char, varchar, json                    TEXT, NUL bytes and bad UTF-8 included
//   decimal                                        TEXT, ordered by the collation kDecimalOrder
//   binary                                         BLOB
//   timestamp, timestamp_ntz, interval_day_time    BLOB of 12 bytes that sort: seconds, nanoseconds
//   array, map, struct                             BLOB: their bytes in the record stream

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "maxcompute/wire/cell.h"
#include "maxcompute/wire/record_stream_writer.h"
#include "maxcompute/wire/types.h"

struct sqlite3_context;
struct sqlite3_stmt;
struct sqlite3_value;

namespace otsstream::local {

inline constexpr char kDecimalOrder[] = "DECIMAL_ORDER";

// The types that a statement speaks of, by number: how SQL functions are told about them.
class TypeTable {
 public:
  size_t index_of(const maxcompute::ColumnType& type);
  const maxcompute::ColumnType& at(size_t index) const { return types_[index]; }
  size_t size() const { return types_.size(); }

 private:
  std::vector<maxcompute::ColumnType> types_;
};

// What the SQL functions of one statement share.
struct SqlSession {
  TypeTable types;
  Zone zone = Zone::china();  // of datetime texts; odps.sql.timezone changes it
  int64_t now_ms = 0;         // the same for the whole statement
  size_t max_bytes = 64u << 20;
};

enum class SqlForm { kNull, kInteger, kReal, kText, kBlob };
// A value of SQLite; a view that lives as long as the value does.
struct SqlValue {
  SqlForm form = SqlForm::kNull;
  int64_t integer = 0;
  double real = 0;
  std::string_view bytes;
  bool null() const { return form == SqlForm::kNull; }
  // Of the numeric forms and of 'NaN'.
  double as_double() const;
};
SqlValue value_of(sqlite3_value* value);
SqlValue value_of(sqlite3_stmt* statement, int column);

// Negative, zero or positive, in the order of SQLite: numbers, then NaN and all that is no number;
// `decimal`: both are decimals.
int compare_values(const SqlValue& a, const SqlValue& b, bool decimal);

void give_integer(sqlite3_context* context, int64_t value);
void give_double(sqlite3_context* context, double value);  // NaN too
void give_text(sqlite3_context* context, std::string_view text);
void give_blob(sqlite3_context* context, std::string_view bytes);
void give_cell(sqlite3_context* context, const maxcompute::Cell& cell,
               const maxcompute::ColumnType& type);
// The bytes of a value in a record stream, without taking complex ones apart.
Status give_encoded(sqlite3_context* context, const maxcompute::EncodedCell& cell,
                    const maxcompute::ColumnType& type);

// Fails with kCorrupt "MaxCompute-Value" when the form is not the type's: an INTEGER too large
// became a REAL, for example. Texts of the cell are views into the value.
Result<maxcompute::Cell> to_cell(const SqlValue& value, const maxcompute::ColumnType& type);
// The value as column number `column` of the open record; NULL adds nothing.
Status add_to_record(maxcompute::RecordStreamWriter& out, uint32_t column, const SqlValue& value,
                     const maxcompute::ColumnType& type);
// A cell that is not NULL.
Status add_to_record(maxcompute::RecordStreamWriter& out, uint32_t column,
                     const maxcompute::Cell& cell, const maxcompute::ColumnType& type);

bool is_complex(maxcompute::TypeKind kind);
bool is_integer(maxcompute::TypeKind kind);   // tinyint … bigint
bool is_floating(maxcompute::TypeKind kind);  // float, double
bool is_text(maxcompute::TypeKind kind);      // string, char, varchar, json
bool is_moment(maxcompute::TypeKind kind);    // date, datetime, timestamp, timestamp_ntz

}  // namespace otsstream::local
