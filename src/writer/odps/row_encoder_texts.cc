// Cells that stand as text in the record stream, or come from texts only.

#include <algorithm>
#include <cmath>

#include "config/json_text.h"
#include "maxcompute/wire/cell_text.h"
#include "maxcompute/wire/decimal_text.h"
#include "writer/odps/row_encoder.h"

namespace otsstream::writer {

using maxcompute::RecordStreamWriter;

namespace {

// Java's decimals of the service have at most 36 digits before the point (5.2, extra checks).
constexpr size_t kMostBeforePoint = 35;

std::string bytes_against(size_t bytes, size_t most) {
  return std::to_string(bytes) + " bytes, at most " + std::to_string(most) + " are taken";
}

size_t code_points(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// "-0" and "-0.00": decimals have no such zero.
std::string_view without_sign_of_zero(std::string_view plain) {
  if (plain.starts_with('-') && plain.find_first_of("123456789") == std::string_view::npos)
    plain.remove_prefix(1);
  return plain;
}

}  // namespace

RowEncoder::Trouble RowEncoder::add_string(const MappedColumn& column, const Value& value,
                                           RecordStreamWriter& out) {
  std::string_view text;
  if (value.type() == ValueType::kString) {
    text = value.as_view();
  } else {
    auto converted = to_text(value, options_.convert, scratch_);
    if (!converted) return trouble(Trouble::kType);
    text = *converted;
  }
  if (options_.over_length.concerns(text)) [[unlikely]] {
    if (options_.over_length.rule == OverLength::kSetNull) return Trouble::kNone;
    text = cut_over_long(text, options_.over_length.keep);
  }
  if (text.size() > options_.max_field_bytes) [[unlikely]]
    return trouble(Trouble::kLength, bytes_against(text.size(), options_.max_field_bytes));
  out.add_text(column.number, text);
  return Trouble::kNone;
}

RowEncoder::Trouble RowEncoder::add_binary(const MappedColumn& column, const Value& value,
                                           RecordStreamWriter& out) {
  if (value.type() != ValueType::kBytes && value.type() != ValueType::kString)
    return trouble(Trouble::kType);
  std::string_view bytes = value.as_view();
  if (options_.over_length.concerns(bytes)) [[unlikely]] {
    if (options_.over_length.rule == OverLength::kSetNull) return Trouble::kNone;
    bytes = bytes.substr(0, options_.over_length.keep);
  }
  out.add_text(column.number, bytes);
  return Trouble::kNone;
}

RowEncoder::Trouble RowEncoder::add_characters(const MappedColumn& column, const Value& value,
                                               RecordStreamWriter& out) {
  auto text = to_text(value, options_.convert, scratch_);
  if (!text) return trouble(Trouble::kType);
  const auto most = static_cast<size_t>(column.type.length);
  if (text->size() > most) {
    if (const size_t count = code_points(*text); count > most)
      return trouble(Trouble::kLength, std::to_string(count) + " characters");
  }
  out.add_text(column.number, *text);
  return Trouble::kNone;
}

RowEncoder::Trouble RowEncoder::add_decimal(const MappedColumn& column, const Value& value,
                                            RecordStreamWriter& out) {
  std::string_view plain;
  switch (value.type()) {
    case ValueType::kBool:
      plain = value.as_bool() ? "1" : "0";
      break;
    case ValueType::kLong:
      plain = *to_text(value, options_.convert, scratch_);
      break;
    case ValueType::kDouble:
      if (!std::isfinite(value.as_double())) return trouble(Trouble::kType);
      plain = *to_text(value, options_.convert, scratch_);
      break;
    case ValueType::kString:
      plain = value.as_view();
      if (maxcompute::is_plain_decimal(plain)) break;
      if (auto made = maxcompute::plain_decimal(plain)) {
        scratch_ = *std::move(made);
        plain = scratch_;
        break;
      }
      return trouble(Trouble::kType);
    default:
      return trouble(Trouble::kType);
  }
  plain = without_sign_of_zero(plain);
  if (std::min(plain.find('.'), plain.size()) > kMostBeforePoint)
    return trouble(Trouble::kRange, "at most 35 characters before the point");
  if (!maxcompute::fits_decimal(plain, column.type.precision, column.type.scale))
    return trouble(Trouble::kRange, "at most " +
                                        std::to_string(column.type.precision - column.type.scale) +
                                        " digits before the point");
  out.add_text(column.number, plain);  // not rounded: the service does that
  return Trouble::kNone;
}

RowEncoder::Trouble RowEncoder::add_json(const MappedColumn& column, const Value& value,
                                         RecordStreamWriter& out) {
  if (value.type() == ValueType::kDate) return trouble(Trouble::kType);
  auto text = to_text(value, options_.convert, scratch_);
  if (!text) return trouble(Trouble::kType);
  if (text->size() > options_.max_field_bytes)
    return trouble(Trouble::kLength, bytes_against(text->size(), options_.max_field_bytes));
  if (auto parsed = parse_json(std::string(*text), "value", {.strict = true}); !parsed)
    return trouble(Trouble::kType, parsed.error().message + " (" + parsed.error().where + ")");
  out.add_text(column.number, *text);
  return Trouble::kNone;
}

// Types that only a text can hold: complex ones as JSON, intervals as MaxCompute writes them.
RowEncoder::Trouble RowEncoder::add_parsed(const MappedColumn& column, const Value& value,
                                           RecordStreamWriter& out) {
  if (value.type() != ValueType::kString && value.type() != ValueType::kBytes)
    return trouble(Trouble::kType);
  auto text = to_text(value, options_.convert, scratch_);
  if (!text) return trouble(Trouble::kType);
  auto parsed = maxcompute::parse_text(*text, column.type, options_.convert.zone);
  if (!parsed) return trouble(Trouble::kType, parsed.error().message);
  if (parsed->cell.null) return Trouble::kNone;  // the word null
  scratch_.clear();
  if (Status encoded = maxcompute::append_encoded(scratch_, parsed->cell, column.type); !encoded)
    return trouble(Trouble::kType, encoded.error().message);
  if (scratch_.size() > options_.max_field_bytes)
    return trouble(Trouble::kLength, bytes_against(scratch_.size(), options_.max_field_bytes));
  out.add_encoded(column.number, column.type, scratch_);
  return Trouble::kNone;
}

}  // namespace otsstream::writer
