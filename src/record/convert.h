#pragma once
// The conversion matrix of job-engine.md 8.2 and the text forms of values. A conversion that the
// matrix forbids fails with "Common-01" (not convertible) or "Common-02" (overflow); the caller
// makes a dirty record of it. Null converts to null before these are called.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"
#include "record/time_texts.h"
#include "record/value.h"

namespace otsstream {

struct ConvertOptions {
  Zone zone = Zone::china();
  std::shared_ptr<const TimeTexts> times = TimeTexts::standard();
};

// The decimal text that DataX keeps of a double: the shortest digits that read back, plain
// notation, one fraction digit below 1e7 ("1.0"); without an exponent: 1e20 ->
// "100000000000000000000", 1e-5 -> "0.000010" (Java writes 1.0E-5, whose plain form keeps that
// zero). NaN, Infinity, -Infinity.
void append_double_text(std::string& out, double v);

Result<int64_t> to_long(const Value& v);  // also int64 ms of a Date
Result<double> to_double(const Value& v);
Result<bool> to_bool(const Value& v);
Result<int64_t> to_date_ms(const Value& v, const ConvertOptions& options);
// Text of any value; bytes are decoded as UTF-8, each bad byte sequence as U+FFFD. A view of `v`
// itself when possible, else of `scratch`.
Result<std::string_view> to_text(const Value& v, const ConvertOptions& options,
                                 std::string& scratch);

}  // namespace otsstream
