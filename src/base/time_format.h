#pragma once
// Time patterns of jobs, as Java writes them ("yyyy-MM-dd HH:mm:ss"): texts -> times and back.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"

namespace otsstream {

class TimeFormat {
 public:
  // The letters y M d H h m s S a Z X, quoted text ('T'), and every character that is no letter.
  // Fails with kConfig "Config-TimeFormat", naming the letter that is not known here.
  static Result<TimeFormat> parse(std::string_view pattern);

  // The time at the beginning of `text`, ms; what follows is ignored unless it is another digit.
  // Parts that the pattern lacks are those of 1970-01-01 00:00:00. A part out of its range
  // (2017-02-30) is no match, where Java would roll over into another day. `yy` reads as a year
  // from 1970 to 2069; an offset in the text (Z, X) goes before `zone`. `rest`, when asked for, is
  // what follows.
  std::optional<int64_t> read(std::string_view text, const Zone& zone,
                              std::string_view* rest = nullptr) const;
  void append(std::string& out, int64_t epoch_ms, const Zone& zone) const;

  const std::string& pattern() const { return pattern_; }
  bool has_offset() const;  // Z or X

 private:
  struct Piece {
    char letter = 0;  // 0: the literal
    int width = 0;
    bool abuts = false;  // digits follow directly: exactly `width` of them are read
    std::string literal;
  };

  std::string pattern_;
  std::vector<Piece> pieces_;
};

}  // namespace otsstream
