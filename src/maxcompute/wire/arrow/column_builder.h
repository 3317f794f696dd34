#pragma once
// The values of a record stream, put together to an Arrow array. A visitor of walk_value.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "maxcompute/wire/arrow/field.h"
#include "maxcompute/wire/arrow/message.h"

namespace otsstream::maxcompute::arrow {

class ColumnBuilder {
 public:
  // Both must outlive the builder. `problem` takes the first value that Arrow's form of the type
  // cannot hold; the array is then of no use.
  ColumnBuilder(const Field& field, std::string& problem);

  // Every row begins as NULL; the calls below, if there are any, give it its value.
  void begin_row();

  void integer(int64_t v);
  void boolean(bool v);
  void real(double v) { set(v); }
  void single(float v) { set(v); }
  void text(std::string_view v);
  void seconds(int64_t whole, int32_t nanos);
  void container();
  ColumnBuilder& element();
  ColumnBuilder& key();
  ColumnBuilder& value(uint64_t i);

  // Moves the array, and its children behind it, to `parts`; the builder is then empty.
  void finish(BatchParts& parts);

 private:
  void clear();
  bool has_offsets() const;
  void set_valid();
  // The fixed number of the last row.
  template <class T>
  void set(T v) {
    set_valid();
    std::memcpy(data_.data() + data_.size() - sizeof v, &v, sizeof v);
  }
  // Where the values of the last row end.
  void set_end(uint64_t end);
  void refuse(const std::string& what);

  const Field* field_;
  std::string* problem_;
  uint64_t length_ = 0;
  uint64_t nulls_ = 0;
  std::string validity_;
  std::string offsets_;  // of the next row's begin too
  std::string data_;
  size_t next_field_ = 0;  // of a struct's last row
  std::vector<ColumnBuilder> children_;
};

}  // namespace otsstream::maxcompute::arrow
