#pragma once
// Secret: a text that no stream, log or JSON writer can print. Whoever really needs it says
// reveal().

#include <string>
#include <utility>

namespace otsstream {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;

 private:
  std::string text_;
};

}  // namespace otsstream
