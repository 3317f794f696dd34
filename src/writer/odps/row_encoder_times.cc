// datetime, date, timestamp and timestamp_ntz.

#include <optional>

#include "base/wall_time.h"
#include "maxcompute/wire/time_range.h"
#include "writer/odps/row_encoder.h"

namespace otsstream::writer {

using maxcompute::RecordStreamWriter;
using maxcompute::TypeKind;

namespace {

bool in_range(int64_t ms) {
  return ms >= maxcompute::kFirstTimeMs && ms <= maxcompute::kLastTimeMs;
}

// ".123456789" behind the seconds of a text; finer digits are left out.
int32_t nanos_of(std::string_view rest) {
  int32_t nanos = 0;
  int32_t unit = 100'000'000;
  if (!rest.starts_with('.')) return 0;
  for (size_t i = 1; i < rest.size() && rest[i] >= '0' && rest[i] <= '9'; ++i, unit /= 10)
    nanos += (rest[i] - '0') * unit;
  return nanos;
}

}  // namespace

RowEncoder::Trouble RowEncoder::add_datetime(const MappedColumn& column, const Value& value,
                                             RecordStreamWriter& out) {
  auto ms = to_date_ms(value, options_.convert);
  if (!ms) return trouble(Trouble::kType);
  if (!in_range(*ms)) return trouble(Trouble::kRange, "years 0000 ... 9999");
  out.add_bigint(column.number, *ms);
  return Trouble::kNone;
}

RowEncoder::Trouble RowEncoder::add_date(const MappedColumn& column, const Value& value,
                                         RecordStreamWriter& out) {
  auto ms = to_date_ms(value, options_.convert);
  if (!ms) return trouble(Trouble::kType);
  if (!in_range(*ms)) return trouble(Trouble::kRange, "years 0000 ... 9999");
  out.add_bigint(column.number,
                 floor_div(*ms + options_.convert.zone.offset_ms_at(*ms), kMsPerDay));
  return Trouble::kNone;
}

// timestamp_ntz: the wall clock of the job's zone, as if it were UTC.
RowEncoder::Trouble RowEncoder::add_timestamp(const MappedColumn& column, const Value& value,
                                              RecordStreamWriter& out) {
  const Zone& zone = options_.convert.zone;
  const bool wall_clock = column.type.kind == TypeKind::kTimestampNtz;
  int64_t ms = 0;
  int32_t nanos = 0;
  if (value.type() == ValueType::kString) {
    std::string_view rest;
    const TimeTexts& times = *options_.convert.times;
    const auto read = wall_clock ? times.read_wall_clock(value.as_view(), zone, &rest)
                                 : times.read(value.as_view(), zone, &rest);
    if (!read) return trouble(Trouble::kType);
    ms = *read;
    if (ms % 1000 == 0) nanos = nanos_of(rest);
  } else {
    auto converted = to_date_ms(value, options_.convert);
    if (!converted) return trouble(Trouble::kType);
    ms = *converted;
    if (wall_clock && in_range(ms)) ms += zone.offset_ms_at(ms);
  }
  if (!in_range(ms)) return trouble(Trouble::kRange, "years 0000 ... 9999");
  const int64_t seconds = floor_div(ms, 1000);
  out.add_seconds(column.number, seconds,
                  nanos + static_cast<int32_t>(ms - seconds * 1000) * 1'000'000);
  return Trouble::kNone;
}

}  // namespace otsstream::writer
