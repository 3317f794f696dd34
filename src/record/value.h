#pragma once
// One cell between reader and writer: 16 bytes, typed or null. Text and bytes are views; the
// RowBatch that holds the Value keeps what they point into alive.

#include <cstdint>
#include <string_view>

namespace otsstream {

// The internal column types of job-engine.md 8.1.
enum class ValueType : uint8_t { kNull, kLong, kDouble, kString, kBool, kBytes, kDate };

class Value {
 public:
  constexpr Value() : long_(0) {}
  static Value null() { return {}; }
  static Value from_long(int64_t v) { return Value(ValueType::kLong, v); }
  static Value from_double(double v) {
    Value r(ValueType::kDouble, 0);
    r.double_ = v;
    return r;
  }
  static Value from_bool(bool v) { return Value(ValueType::kBool, v ? 1 : 0); }
  static Value from_date_ms(int64_t v) { return Value(ValueType::kDate, v); }
  // Views; at most 4 GiB - 1.
  static Value from_string(std::string_view v) { return Value(ValueType::kString, v); }
  static Value from_bytes(std::string_view v) { return Value(ValueType::kBytes, v); }

  ValueType type() const { return type_; }
  bool is_null() const { return type_ == ValueType::kNull; }
  int64_t as_long() const { return long_; }                       // kLong
  double as_double() const { return double_; }                    // kDouble
  bool as_bool() const { return long_ != 0; }                     // kBool
  int64_t as_date_ms() const { return long_; }                    // kDate
  std::string_view as_view() const { return {pointer_, size_}; }  // kString, kBytes

 private:
  Value(ValueType type, int64_t v) : long_(v), type_(type) {}
  Value(ValueType type, std::string_view v)
      : pointer_(v.data()), size_(static_cast<uint32_t>(v.size())), type_(type) {}
  union {
    int64_t long_;
    double double_;
    const char* pointer_;
  };
  uint32_t size_ = 0;
  ValueType type_ = ValueType::kNull;
};
static_assert(sizeof(Value) == 16);

// "Long", "String", … as reports and errors name them.
std::string_view to_string(ValueType type);

}  // namespace otsstream
