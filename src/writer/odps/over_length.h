#pragma once
// Texts and bytes that are too long for their column (maxcompute-protocol.md 5.4).

#include <cstdint>
#include <string_view>

#include "writer/odps/params.h"

namespace otsstream::writer {

struct OverLengthRule {
  OverLength rule = OverLength::kKeepOn;
  size_t above = 8388608;  // bytes; longer values are over-long
  size_t keep = 8388608;   // bytes that kTruncate leaves

  static OverLengthRule of(const OdpsSettings& settings) {
    return {settings.over_length, static_cast<size_t>(settings.max_odps_field_length),
            static_cast<size_t>(settings.max_field_length)};
  }
  bool concerns(std::string_view bytes) const {
    return rule != OverLength::kKeepOn && bytes.size() > above;
  }
};

// What kTruncate leaves of a text: as many whole characters as count keep - 6 at most, those up to
// U+00FF for one, others for three, those beyond U+FFFF for six (as DataX counts); and never more
// than `keep` bytes, which DataX may exceed.
std::string_view cut_over_long(std::string_view text, size_t keep);

}  // namespace otsstream::writer
