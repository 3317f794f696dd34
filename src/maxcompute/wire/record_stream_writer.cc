#include "maxcompute/wire/record_stream_writer.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/bytes.h"
#include "base/crc.h"
#include "maxcompute/wire/encoded_value.h"
#include "maxcompute/wire/record_stream_format.h"

namespace otsstream::maxcompute {
namespace {

using namespace stream_format;

constexpr size_t kMaxTag = 5;
constexpr size_t kMaxVarint = 10;
// Fresh room is zeroed by std::string; in steps of this size it is still in the cache when it is
// overwritten.
constexpr size_t kGrowStep = 64 << 10;
// Small streams, of which a job may fill thousands at a time, begin with less.
constexpr size_t kFirstStep = 512;

inline char* put(char* p, uint64_t v) {
  while (v >= 0x80) {
    *p++ = static_cast<char>(v | 0x80);
    v >>= 7;
  }
  *p++ = static_cast<char>(v);
  return p;
}

}  // namespace

void RecordStreamWriter::grow(size_t bytes) {
  // Inside the reserve this only zeroes; beyond it the string doubles its capacity.
  out_.resize(size_ + std::max(bytes, std::clamp(size_, kFirstStep, kGrowStep)));
}

void RecordStreamWriter::add_bigint(uint32_t column, int64_t v) {
  assert(column > 0);
  char* p = put(room(kMaxTag + kMaxVarint), tag(column, kVarint));
  advance_to(put(p, zigzag_encode(v)));
  checksum_.add(column, v);
}

void RecordStreamWriter::add_double(uint32_t column, double v) {
  assert(column > 0);
  char* p = put(room(kMaxTag + sizeof v), tag(column, kFixed64));
  std::memcpy(p, &v, sizeof v);
  advance_to(p + sizeof v);
  checksum_.add(column, v);
}

void RecordStreamWriter::add_float(uint32_t column, float v) {
  assert(column > 0);
  char* p = put(room(kMaxTag + sizeof v), tag(column, kFixed32));
  std::memcpy(p, &v, sizeof v);
  advance_to(p + sizeof v);
  checksum_.add(column, v);
}

void RecordStreamWriter::add_boolean(uint32_t column, bool v) {
  assert(column > 0);
  char* p = put(room(kMaxTag + 1), tag(column, kVarint));
  *p++ = v ? 1 : 0;
  advance_to(p);
  checksum_.add(column, static_cast<uint8_t>(v ? 1 : 0));
}

void RecordStreamWriter::add_text(uint32_t column, std::string_view v) {
  assert(column > 0);
  char* p = put(room(kMaxTag + kMaxVarint + v.size()), tag(column, kLengthDelimited));
  p = put(p, v.size());
  if (!v.empty()) std::memcpy(p, v.data(), v.size());
  advance_to(p + v.size());
  checksum_.add(column);
  checksum_.add_bytes(v);
}

void RecordStreamWriter::add_seconds(uint32_t column, int64_t seconds, int32_t nanos) {
  assert(column > 0 && nanos >= 0 && nanos <= kMaxNanos);
  char* p = put(room(kMaxTag + 2 * kMaxVarint), tag(column, kLengthDelimited));
  p = put(p, zigzag_encode(seconds));
  advance_to(put(p, zigzag_encode(nanos)));
  checksum_.add(column, seconds, nanos);
}

void RecordStreamWriter::add_encoded(uint32_t column, const ColumnType& type,
                                     std::string_view encoded) {
  assert(column > 0);
  char* p = put(room(kMaxTag + encoded.size()), tag(column, wire_type_of(type.kind)));
  std::memcpy(p, encoded.data(), encoded.size());  // never empty: the shortest is one byte
  advance_to(p + encoded.size());
  checksum_.add(column);
  StreamScanner in(encoded);
  [[maybe_unused]] const bool well_formed = checksum_value(in, type, checksum_) && in.at_end();
  assert(well_formed);
}

void RecordStreamWriter::end_record() {
  const uint32_t crc = checksum_.take();
  char* p = put(room(kMaxTag + kMaxVarint), tag(kEndOfRecord, kVarint));
  advance_to(put(p, crc));
  stream_crc_ = crc32c_int32(stream_crc_, static_cast<int32_t>(crc));
  record_start_ = size_;
  ++records_;
}

void RecordStreamWriter::drop_record() {
  size_ = record_start_;
  checksum_.drop();  // the stream checksum knows only ended records
}

std::string RecordStreamWriter::finish() {
  drop_record();
  char* p = put(room(2 * (kMaxTag + kMaxVarint)), tag(kRecordCount, kVarint));
  p = put(p, zigzag_encode(static_cast<int64_t>(records_)));
  p = put(p, tag(kStreamChecksum, kVarint));
  advance_to(put(p, stream_crc_));
  out_.resize(size_);
  std::string stream = std::move(out_);
  *this = RecordStreamWriter();
  return stream;
}

}  // namespace otsstream::maxcompute
