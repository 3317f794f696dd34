#include "tablestore/wire/filter.h"

#include <optional>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::tablestore {
namespace {

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorKind::kCorrupt, "Wire-Protobuf", "the filter is malformed: " + std::string(what));
}

std::string_view bytes_of(protozero::pbf_reader& message) {
  auto view = message.get_view();
  return {view.data(), view.size()};
}

// An enum field's value when it lies in [1, last].
template <class E>
bool take_enum(protozero::pbf_reader& message, E last, std::optional<E>& out) {
  int32_t value = message.get_enum();
  if (value < 1 || value > static_cast<int32_t>(last)) return false;
  out = static_cast<E>(value);
  return true;
}

Status decode_single(std::string_view bytes, Filter& out) {
  std::optional<Comparator> comparator;
  std::optional<std::string_view> name, value;
  std::optional<bool> drop, latest;
  protozero::pbf_reader message(bytes.data(), bytes.size());
  while (message.next()) {
    switch (message.tag()) {
      case 1:
        if (!take_enum(message, Comparator::kNotExist, comparator)) return malformed("unknown comparator");
        break;
      case 2: name = bytes_of(message); break;
      case 3: value = bytes_of(message); break;
      case 4: drop = message.get_bool(); break;
      case 5: latest = message.get_bool(); break;
      case 6:
        return fail(ErrorKind::kUnsupported, "Wire-Filter", "value_trans_rule is not supported");
      default: message.skip();
    }
  }
  if (!comparator || !name || !value || !drop || !latest) return malformed("a required field of SingleColumnValueFilter is missing");
  out.kind = FilterKind::kSingleColumn;
  out.comparator = *comparator;
  out.column = *name;
  out.drop_if_missing = *drop;
  out.latest_version_only = *latest;
  bool needs_value = *comparator != Comparator::kExist && *comparator != Comparator::kNotExist;
  if (needs_value || !value->empty()) {
    OTS_TRY(out.value, read_bare_value(*value));
  }
  return {};
}

Result<Filter> decode_at(std::string_view bytes, int depth);

Status decode_composite(std::string_view bytes, int depth, Filter& out) {
  std::optional<Combinator> combinator;
  protozero::pbf_reader message(bytes.data(), bytes.size());
  while (message.next()) {
    switch (message.tag()) {
      case 1:
        if (!take_enum(message, Combinator::kOr, combinator)) return malformed("unknown combinator");
        break;
      case 2: {
        OTS_TRY(Filter part, decode_at(bytes_of(message), depth + 1));
        out.parts.push_back(std::move(part));
        break;
      }
      default: message.skip();
    }
  }
  if (!combinator) return malformed("CompositeColumnValueFilter has no combinator");
  bool is_not = *combinator == Combinator::kNot;
  if (is_not ? out.parts.size() != 1 : out.parts.size() < 2) return malformed("wrong number of sub-filters");
  out.kind = FilterKind::kComposite;
  out.combinator = *combinator;
  return {};
}

Status decode_pagination(std::string_view bytes, Filter& out) {
  std::optional<int32_t> offset, limit;
  protozero::pbf_reader message(bytes.data(), bytes.size());
  while (message.next()) {
    switch (message.tag()) {
      case 1: offset = message.get_int32(); break;
      case 2: limit = message.get_int32(); break;
      default: message.skip();
    }
  }
  if (!offset || !limit || *offset < 0 || *limit < 0) return malformed("ColumnPaginationFilter needs an offset and a limit of at least 0");
  out.kind = FilterKind::kPagination;
  out.offset = *offset;
  out.limit = *limit;
  return {};
}

Result<Filter> decode_at(std::string_view bytes, int depth) {
  if (depth > kMaxFilterDepth) return malformed("nested too deeply");
  std::optional<FilterKind> kind;
  std::optional<std::string_view> inner;
  protozero::pbf_reader message(bytes.data(), bytes.size());
  while (message.next()) {
    switch (message.tag()) {
      case 1:
        if (!take_enum(message, FilterKind::kPagination, kind)) return malformed("unknown filter type");
        break;
      case 2: inner = bytes_of(message); break;
      default: message.skip();
    }
  }
  if (!kind || !inner) return malformed("a required field of Filter is missing");
  Filter filter;
  switch (*kind) {
    case FilterKind::kSingleColumn: OTS_CHECK(decode_single(*inner, filter)); break;
    case FilterKind::kComposite: OTS_CHECK(decode_composite(*inner, depth, filter)); break;
    case FilterKind::kPagination: OTS_CHECK(decode_pagination(*inner, filter)); break;
  }
  return filter;
}

std::string encode_body(const Filter& filter) {
  std::string out;
  protozero::pbf_writer message(out);
  switch (filter.kind) {
    case FilterKind::kSingleColumn: {
      std::string value;
      append_bare_value(value, filter.value);
      message.add_enum(1, static_cast<int32_t>(filter.comparator));
      message.add_string(2, filter.column);
      message.add_bytes(3, value);
      message.add_bool(4, filter.drop_if_missing);
      message.add_bool(5, filter.latest_version_only);
      break;
    }
    case FilterKind::kComposite:
      message.add_enum(1, static_cast<int32_t>(filter.combinator));
      for (const Filter& part : filter.parts) message.add_message(2, encode_filter(part));
      break;
    case FilterKind::kPagination:
      message.add_int32(1, filter.offset);
      message.add_int32(2, filter.limit);
      break;
  }
  return out;
}

}  // namespace

Result<Filter> decode_filter(std::string_view bytes) {
  try {
    return decode_at(bytes, 0);
  } catch (const protozero::exception&) {
    return malformed("not a protobuf message");
  }
}

std::string encode_filter(const Filter& filter) {
  std::string out;
  protozero::pbf_writer message(out);
  message.add_enum(1, static_cast<int32_t>(filter.kind));
  message.add_bytes(2, encode_body(filter));
  return out;
}

}  // namespace otsstream::tablestore
