#pragma once
// Values -> typed cells of a Tunnel record, by the conversion matrix of maxcompute-protocol.md 5.2.
// One per channel: it keeps scratch memory.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "maxcompute/wire/record_stream_writer.h"
#include "record/convert.h"
#include "writer/odps/mapping.h"

namespace otsstream::writer {

inline constexpr std::string_view kWritableTypes =
    "string, bigint, int, smallint, tinyint, double, float, boolean, binary, datetime";
bool is_writable(maxcompute::TypeKind target);
// False when the matrix makes every value of that type dirty. kNull stands for "varies": true.
bool may_convert(ValueType from, maxcompute::TypeKind target);

class RowEncoder {
 public:
  struct Options {
    ConvertOptions convert;
    bool empty_as_null = false;
    size_t max_field_bytes = 8388608;  // of a string; the upload session's MaxFieldSize
  };
  RowEncoder(std::shared_ptr<const Mapping> mapping, Options options);

  // Appends one record to `out`. A value that does not convert fails with what a dirty record is
  // reported with, and leaves `out` as it was.
  Status encode(std::span<const Value> row, maxcompute::RecordStreamWriter& out);

 private:
  Status add_cell(const MappedColumn& column, const Value& value,
                  maxcompute::RecordStreamWriter& out);
  Status add_integer(const MappedColumn& column, const Value& value,
                     maxcompute::RecordStreamWriter& out);
  Status add_text(const MappedColumn& column, const Value& value,
                  maxcompute::RecordStreamWriter& out);
  Status add_binary(const MappedColumn& column, const Value& value,
                    maxcompute::RecordStreamWriter& out);
  Status add_datetime(const MappedColumn& column, const Value& value,
                      maxcompute::RecordStreamWriter& out);

  std::shared_ptr<const Mapping> mapping_;
  Options options_;
  std::string scratch_;
};

}  // namespace otsstream::writer
