#include "tablestore/wire/matrix_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "base/crc.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::tablestore {
namespace {

constexpr int32_t kMagic = 0x304d5253;  // "SRM0"
constexpr size_t kFixedBytes = 20;      // magic, two offsets, two counts
constexpr char kChecksumTag = 0x01;
constexpr char kRowTag = 0x02;
constexpr char kRowCountTag = 0x03;
constexpr char kEntireKeysTag = 0x0a;

void put_name(std::string& out, std::string_view name) {
  put_fixed(out, static_cast<int16_t>(name.size()));
  out.append(name);
}

void put_int32_at(std::string& out, size_t at, size_t value) {
  auto number = static_cast<int32_t>(value);
  std::memcpy(out.data() + at, &number, sizeof number);
}

// Walks the block by its stored offsets; every step says where it failed.
class MatrixReader {
 public:
  explicit MatrixReader(std::string_view bytes) : bytes_(bytes) {}
  Result<RowMatrix> read();

 private:
  tl::unexpected<Error> damaged(size_t at, std::string_view what) const {
    return fail(ErrorKind::kCorrupt, "Wire-RowMatrix",
                fmt::format("SimpleRowMatrix at byte {}: {}", at, what));
  }
  template <class T>
  Result<T> number() {
    if (end_ - at_ < sizeof(T)) return damaged(at_, "the block ends inside a number");
    T value = load_fixed<T>(bytes_.data() + at_);
    at_ += sizeof(T);
    return value;
  }
  Status expect_tag(char tag, std::string_view name) {
    if (at_ >= end_ || bytes_[at_] != tag) return damaged(at_, fmt::format("expected {}", name));
    ++at_;
    return {};
  }
  // An offset from the fixed part, which must lie behind it.
  Result<size_t> offset();
  Status names(int32_t count, std::vector<std::string>& to);
  Status options(RowMatrix& matrix, size_t at);
  Status row(RowMatrix& matrix);

  std::string_view bytes_;
  size_t at_ = 0;
  size_t end_ = 0;  // behind what may be read: the checksum's tag
  int32_t row_count_ = 0;
};

Result<size_t> MatrixReader::offset() {
  size_t at = at_;
  OTS_TRY(int32_t value, number<int32_t>());
  if (value < static_cast<int32_t>(kFixedBytes) || static_cast<size_t>(value) > end_)
    return damaged(at, "an offset points out of the block");
  return static_cast<size_t>(value);
}

Status MatrixReader::names(int32_t count, std::vector<std::string>& to) {
  for (int32_t i = 0; i < count; ++i) {
    OTS_TRY(int16_t length, number<int16_t>());
    if (length < 0 || static_cast<size_t>(length) > end_ - at_)
      return damaged(at_, "the length of a column name does not fit into the block");
    to.emplace_back(bytes_.substr(at_, static_cast<size_t>(length)));
    at_ += static_cast<size_t>(length);
  }
  return {};
}

Status MatrixReader::options(RowMatrix& matrix, size_t at) {
  at_ = at;
  OTS_CHECK(expect_tag(kEntireKeysTag, "whether keys are entire (0a)"));
  if (at_ >= end_ || static_cast<uint8_t>(bytes_[at_]) > 1)
    return damaged(at_, "whether keys are entire is neither 00 nor 01");
  matrix.has_entire_keys = bytes_[at_++] != 0;
  OTS_CHECK(expect_tag(kRowCountTag, "the row count (03)"));
  OTS_TRY(row_count_, number<int32_t>());
  if (row_count_ < 0) return damaged(at_, "the row count is negative");
  return {};
}

Status MatrixReader::row(RowMatrix& matrix) {
  OTS_CHECK(expect_tag(kRowTag, "a row (02)"));
  Row& row = matrix.rows.emplace_back();
  auto value = [&](CellValueView& to) -> Status {
    std::string_view rest = bytes_.substr(at_, end_ - at_);
    size_t before = rest.size();
    if (!take_bare_value(rest, to)) return damaged(at_, "expected a value");
    at_ += before - rest.size();
    return {};
  };
  CellValueView view;
  for (const std::string& name : matrix.key_columns) {
    OTS_CHECK(value(view));
    if (view.type == CellType::kNull && !matrix.has_entire_keys) continue;
    if (view.type != CellType::kInteger && view.type != CellType::kString &&
        view.type != CellType::kBlob)
      return damaged(at_, "a key column holds an integer, a string or a blob");
    row.primary_key.push_back({name, CellValue(view)});
  }
  for (const std::string& name : matrix.attribute_columns) {
    OTS_CHECK(value(view));
    if (view.type == CellType::kNull) continue;
    if (view.type >= CellType::kInfMin)
      return damaged(at_, "an attribute holds an integer, double, boolean, string or blob");
    row.cells.push_back({name, CellOp::kPut, CellValue(view), {}});
  }
  return {};
}

Result<RowMatrix> MatrixReader::read() {
  constexpr size_t kChecksumBytes = 2;
  if (bytes_.size() < kFixedBytes + kChecksumBytes)
    return damaged(bytes_.size(), "the block is shorter than its fixed part");
  end_ = bytes_.size() - kChecksumBytes;
  if (bytes_[end_] != kChecksumTag) return damaged(end_, "expected the checksum (01)");
  if (static_cast<uint8_t>(bytes_.back()) != crc8(0, bytes_.substr(0, end_ + 1)))
    return damaged(end_ + 1, "the checksum of the block is wrong");
  OTS_TRY(int32_t magic, number<int32_t>());
  if (magic != kMagic) return damaged(0, "expected \"SRM0\"");
  OTS_TRY(size_t data_at, offset());
  OTS_TRY(size_t options_at, offset());
  OTS_TRY(int32_t keys, number<int32_t>());
  OTS_TRY(int32_t attributes, number<int32_t>());
  if (keys < 0 || attributes < 0) return damaged(at_, "a count of columns is negative");
  RowMatrix matrix;
  OTS_CHECK(names(keys, matrix.key_columns));
  OTS_CHECK(names(attributes, matrix.attribute_columns));
  OTS_CHECK(options(matrix, options_at));
  at_ = data_at;
  for (int32_t i = 0; i < row_count_; ++i) OTS_CHECK(row(matrix));
  if (at_ != end_) return damaged(at_, "bytes follow the last row");
  return matrix;
}

}  // namespace

std::string encode_row_matrix(const std::vector<KeySchema>& key_columns,
                              const std::vector<std::string>& attribute_columns,
                              const std::vector<Row>& rows) {
  std::string out;
  put_fixed(out, kMagic);
  put_fixed(out, int32_t{0});  // data offset, below
  put_fixed(out, int32_t{0});  // options offset
  put_fixed(out, static_cast<int32_t>(key_columns.size()));
  put_fixed(out, static_cast<int32_t>(attribute_columns.size()));
  for (const KeySchema& column : key_columns) put_name(out, column.name);
  for (const std::string& column : attribute_columns) put_name(out, column);
  put_int32_at(out, 8, out.size());
  out.push_back(kEntireKeysTag);
  out.push_back(1);
  out.push_back(kRowCountTag);
  put_fixed(out, static_cast<int32_t>(rows.size()));
  put_int32_at(out, 4, out.size());
  for (const Row& row : rows) {
    out.push_back(kRowTag);
    for (const KeyColumn& column : row.primary_key) append_bare_value(out, column.value);
    for (const std::string& name : attribute_columns) {
      auto cell = std::lower_bound(
          row.cells.begin(), row.cells.end(), name,
          [](const Cell& c, const std::string& wanted) { return c.name < wanted; });
      bool is_there = cell != row.cells.end() && cell->name == name && cell->value;
      append_bare_value(out, is_there ? *cell->value : CellValue());
    }
  }
  out.push_back(kChecksumTag);
  out.push_back(static_cast<char>(crc8(0, out)));
  return out;
}

Result<RowMatrix> decode_row_matrix(std::string_view bytes) { return MatrixReader(bytes).read(); }

}  // namespace otsstream::tablestore
