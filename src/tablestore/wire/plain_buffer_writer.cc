#include "tablestore/wire/plain_buffer_writer.h"

#include "base/bytes.h"
#include "base/crc.h"
#include "tablestore/wire/plain_buffer_format.h"

namespace otsstream::tablestore {
namespace {

using namespace plain_buffer;

void put_tag(std::string& out, Tag tag) { out.push_back(static_cast<char>(tag)); }

void put_length(std::string& out, size_t length) { put_fixed(out, static_cast<int32_t>(length)); }

void append_bare(std::string& out, const CellValueView& v) {
  out.push_back(static_cast<char>(v.type));
  switch (v.type) {
    case CellType::kInteger:
      put_fixed(out, v.integer);
      break;
    case CellType::kDouble:
      put_fixed(out, v.real);
      break;
    case CellType::kBoolean:
      out.push_back(v.boolean ? 1 : 0);
      break;
    case CellType::kString:
    case CellType::kBlob:
      put_length(out, v.bytes.size());
      out.append(v.bytes);
      break;
    case CellType::kNull:
    case CellType::kInfMin:
    case CellType::kInfMax:
    case CellType::kAutoIncrement:
      break;
  }
}

// Writes one cell and returns its checksum. In the checksum the timestamp precedes the op, on the
// wire it follows (3.6).
uint8_t append_cell(std::string& out, std::string_view name, const CellValueView* value, CellOp op,
                    const int64_t* timestamp) {
  put_tag(out, kCell);
  put_tag(out, kCellName);
  put_length(out, name.size());
  out.append(name);
  uint8_t crc = crc8(0, name);
  if (value != nullptr) {
    put_tag(out, kCellValue);
    size_t total_at = out.size();
    put_length(out, 0);
    size_t bare_at = out.size();
    append_bare(out, *value);
    auto total = static_cast<int32_t>(out.size() - bare_at);
    std::memcpy(out.data() + total_at, &total, sizeof total);
    crc = crc8(crc, std::string_view(out).substr(bare_at));
  }
  if (op != CellOp::kPut) {
    put_tag(out, kCellType);
    out.push_back(static_cast<char>(op));
  }
  if (timestamp != nullptr) {
    put_tag(out, kCellTimestamp);
    put_fixed(out, *timestamp);
    crc = crc8_int64(crc, *timestamp);
  }
  if (op != CellOp::kPut) crc = crc8_byte(crc, static_cast<uint8_t>(op));
  put_tag(out, kCellChecksum);
  out.push_back(static_cast<char>(crc));
  return crc;
}

uint8_t append_cell(std::string& out, const CellView& c) {
  return append_cell(out, c.name, c.has_value ? &c.value : nullptr, c.op,
                     c.has_timestamp ? &c.timestamp : nullptr);
}

uint8_t append_cell(std::string& out, const Cell& c) {
  CellValueView value;
  if (c.value) value = c.value->view();
  return append_cell(out, c.name, c.value ? &value : nullptr, c.op,
                     c.timestamp ? &*c.timestamp : nullptr);
}

uint8_t append_cell(std::string& out, const KeyColumn& c) {
  CellValueView value = c.value.view();
  return append_cell(out, c.name, &value, CellOp::kPut, nullptr);
}

void append_extension(std::string& out, const SequenceInfo& sequence) {
  put_tag(out, kExtension);
  put_length(out, 1 + sizeof(int32_t) + kSequenceInfoSize);
  put_tag(out, kSequenceInfo);
  put_length(out, kSequenceInfoSize);
  put_tag(out, kSequenceEpoch);
  put_fixed(out, sequence.epoch);
  put_tag(out, kSequenceTimestamp);
  put_fixed(out, sequence.timestamp);
  put_tag(out, kSequenceRowIndex);
  put_fixed(out, sequence.row_index);
}

template <class AnyRow>
void append_any_row(std::string& out, const AnyRow& row) {
  uint8_t crc = 0;
  if (!row.primary_key.empty()) put_tag(out, kRowKey);
  for (const auto& cell : row.primary_key) crc = crc8_byte(crc, append_cell(out, cell));
  if (!row.cells.empty()) put_tag(out, kRowData);
  for (const auto& cell : row.cells) crc = crc8_byte(crc, append_cell(out, cell));
  if (row.delete_marker) put_tag(out, kDeleteRowMarker);
  if (row.sequence) append_extension(out, *row.sequence);
  crc = crc8_byte(crc, row.delete_marker ? 1 : 0);
  put_tag(out, kRowChecksum);
  out.push_back(static_cast<char>(crc));
}

}  // namespace

void append_header(std::string& out) { put_fixed(out, kHeader); }
void append_row(std::string& out, const Row& row) { append_any_row(out, row); }
void append_row(std::string& out, const RowView& row) { append_any_row(out, row); }

void append_row_with_sequence(std::string& out, std::string_view row,
                              const SequenceInfo& sequence) {
  // The extension stands before the row's checksum, which does not count it (3.6).
  constexpr size_t kChecksumSize = 2;
  const size_t cells = row.size() - kChecksumSize;
  out.append(row.substr(0, cells));
  append_extension(out, sequence);
  out.append(row.substr(cells));
}

std::string encode_row(const Row& row) {
  std::string out;
  append_header(out);
  append_row(out, row);
  return out;
}

std::string encode_key(const PrimaryKey& key) {
  return encode_row({.primary_key = key, .cells = {}, .delete_marker = false, .sequence = {}});
}

std::string encode_delete_key(const PrimaryKey& key) {
  return encode_row({.primary_key = key, .cells = {}, .delete_marker = true, .sequence = {}});
}

void append_bare_value(std::string& out, const CellValue& value) { append_bare(out, value.view()); }

}  // namespace otsstream::tablestore
