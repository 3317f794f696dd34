#include "record/accounting.h"

#include <algorithm>
#include <string>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "record/convert.h"

namespace otsstream {

namespace {

uint64_t utf16_units_bytewise(std::string_view utf8) {
  uint64_t units = 0;
  for (char c : utf8) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) ++units;  // the first byte of a character
    if (byte >= 0xF0) ++units;           // beyond U+FFFF: a surrogate pair
  }
  return units;
}

}  // namespace

// Every text of a job is counted, so sixteen bytes go at a time where the machine can.
uint64_t utf16_units(std::string_view utf8) {
  uint64_t units = 0;
#ifdef __SSE2__
  constexpr size_t kStep = 16;
  constexpr size_t kStepsPerSum = 127;  // each adds at most 2 to a byte of `counts`
  const __m128i last_continuation = _mm_set1_epi8(static_cast<char>(0xBF));  // signed: the greatest
  const __m128i first_of_four = _mm_set1_epi8(static_cast<char>(0xF0));
  while (utf8.size() >= kStep) {
    const size_t steps = std::min(utf8.size() / kStep, kStepsPerSum);
    __m128i counts = _mm_setzero_si128();
    for (size_t i = 0; i < steps; ++i) {
      const __m128i bytes =
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(utf8.data() + i * kStep));
      const __m128i first_bytes = _mm_cmpgt_epi8(bytes, last_continuation);
      const __m128i fours = _mm_cmpeq_epi8(_mm_max_epu8(bytes, first_of_four), bytes);
      counts = _mm_sub_epi8(_mm_sub_epi8(counts, first_bytes), fours);  // true is -1
    }
    const __m128i sums = _mm_sad_epu8(counts, _mm_setzero_si128());
    units += static_cast<uint64_t>(_mm_cvtsi128_si64(sums)) +
             static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
    utf8.remove_prefix(steps * kStep);
  }
#endif
  return units + utf16_units_bytewise(utf8);
}

uint64_t byte_size(const Value& v) {
  switch (v.type()) {
    case ValueType::kNull:
      return 0;
    case ValueType::kBool:
      return 1;
    case ValueType::kLong:
    case ValueType::kDate:
      return 8;
    case ValueType::kString:
      return utf16_units(v.as_view());
    case ValueType::kBytes:
      return v.as_view().size();
    case ValueType::kDouble: {
      std::string text;
      append_double_text(text, v.as_double());
      return text.size();
    }
  }
  return 0;
}

uint64_t byte_size(std::span<const Value> row) {
  uint64_t sum = 0;
  for (const Value& v : row) sum += byte_size(v);
  return sum;
}

}  // namespace otsstream
