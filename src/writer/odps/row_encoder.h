#pragma once
// Values -> typed cells of a Tunnel record, by the conversion matrix of maxcompute-protocol.md 5.2
// (docs/odps-writer.md says where it goes further). One per channel: it keeps scratch memory.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "maxcompute/wire/record_stream_writer.h"
#include "record/convert.h"
#include "writer/odps/mapping.h"
#include "writer/odps/over_length.h"

namespace otsstream::writer {

// False when the matrix makes every value of that type dirty. kNull stands for "varies": true.
bool may_convert(ValueType from, maxcompute::TypeKind target);

class RowEncoder {
 public:
  struct Options {
    ConvertOptions convert;
    bool empty_as_null = false;
    size_t max_field_bytes = 8388608;  // the upload session's MaxFieldSize
    OverLengthRule over_length = {};
  };
  RowEncoder(std::shared_ptr<const Mapping> mapping, Options options);

  // Appends one record to `out`. A value that does not convert fails with what a dirty record is
  // reported with, and leaves `out` as it was.
  Status encode(std::span<const Value> row, maxcompute::RecordStreamWriter& out);

 private:
  // Why a cell cannot be written; the words are found when it comes to that.
  enum class Trouble { kNone, kType, kRange, kLength };

  Trouble add_cell(const MappedColumn& column, const Value& value,
                   maxcompute::RecordStreamWriter& out);
  // row_encoder.cc
  Trouble add_integer(const MappedColumn& column, const Value& value,
                      maxcompute::RecordStreamWriter& out);
  Trouble add_real(const MappedColumn& column, const Value& value,
                   maxcompute::RecordStreamWriter& out);
  Trouble add_boolean(const MappedColumn& column, const Value& value,
                      maxcompute::RecordStreamWriter& out);
  // row_encoder_texts.cc
  Trouble add_string(const MappedColumn& column, const Value& value,
                     maxcompute::RecordStreamWriter& out);
  Trouble add_binary(const MappedColumn& column, const Value& value,
                     maxcompute::RecordStreamWriter& out);
  Trouble add_characters(const MappedColumn& column, const Value& value,
                         maxcompute::RecordStreamWriter& out);
  Trouble add_decimal(const MappedColumn& column, const Value& value,
                      maxcompute::RecordStreamWriter& out);
  Trouble add_json(const MappedColumn& column, const Value& value,
                   maxcompute::RecordStreamWriter& out);
  Trouble add_parsed(const MappedColumn& column, const Value& value,
                     maxcompute::RecordStreamWriter& out);
  // row_encoder_times.cc
  Trouble add_datetime(const MappedColumn& column, const Value& value,
                       maxcompute::RecordStreamWriter& out);
  Trouble add_date(const MappedColumn& column, const Value& value,
                   maxcompute::RecordStreamWriter& out);
  Trouble add_timestamp(const MappedColumn& column, const Value& value,
                        maxcompute::RecordStreamWriter& out);

  Trouble trouble(Trouble kind, std::string detail = {});
  Error dirty_cell(const MappedColumn& column, const Value& value, Trouble kind) const;

  std::shared_ptr<const Mapping> mapping_;
  Options options_;
  std::string scratch_;
  std::string detail_;  // of the last trouble
};

}  // namespace otsstream::writer
