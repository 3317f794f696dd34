#include "tablestore/wire/filter.h"

#include "ots.pb.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"
#include "tablestore/wire/protobuf_io.h"

namespace otsstream::tablestore {
namespace {

std::string encode_single(const Filter& from) {
  pb::SingleColumnValueFilter m;
  m.set_comparator(static_cast<pb::ComparatorType>(from.comparator));
  m.set_column_name(from.column);
  append_bare_value(*m.mutable_column_value(), from.value);
  m.set_filter_if_missing(from.filter_if_missing);
  m.set_latest_version_only(from.latest_version_only);
  if (from.transfer_rule) {
    m.mutable_value_trans_rule()->set_regex(from.transfer_rule->regex);
    if (from.transfer_rule->cast_type) {
      m.mutable_value_trans_rule()->set_cast_type(
          static_cast<pb::VariantType>(*from.transfer_rule->cast_type));
    }
  }
  return write_message(m);
}

void write(const Filter& from, pb::Filter* to) {
  to->set_type(static_cast<pb::FilterType>(from.kind));
  switch (from.kind) {
    case Filter::Kind::kSingleColumn:
      to->set_filter(encode_single(from));
      break;
    case Filter::Kind::kComposite: {
      pb::CompositeColumnValueFilter m;
      m.set_combinator(static_cast<pb::LogicalOperator>(from.combinator));
      for (const Filter& part : from.parts) write(part, m.add_sub_filters());
      to->set_filter(write_message(m));
      break;
    }
    case Filter::Kind::kPagination: {
      pb::ColumnPaginationFilter m;
      m.set_offset(from.offset);
      m.set_limit(from.limit);
      to->set_filter(write_message(m));
      break;
    }
  }
}

Result<Filter> read(const pb::Filter& from, int depth);

Result<Filter> read_single(const std::string& bytes) {
  pb::SingleColumnValueFilter m;
  OTS_CHECK(parse_message(bytes, m));
  Filter to;
  to.comparator = static_cast<Comparator>(m.comparator());
  to.column = m.column_name();
  auto value = read_bare_value(m.column_value());
  if (!value)
    return wire_error(fmt::format("SingleColumnValueFilter: column_value of {}: {}", to.column,
                                  value.error().message));
  to.value = *std::move(value);
  to.filter_if_missing = m.filter_if_missing();
  to.latest_version_only = m.latest_version_only();
  if (m.has_value_trans_rule()) {
    to.transfer_rule.emplace();
    to.transfer_rule->regex = m.value_trans_rule().regex();
    if (m.value_trans_rule().has_cast_type())
      to.transfer_rule->cast_type = m.value_trans_rule().cast_type();
  }
  return to;
}

Result<Filter> read_composite(const std::string& bytes, int depth) {
  pb::CompositeColumnValueFilter m;
  OTS_CHECK(parse_message(bytes, m));
  Filter to;
  to.kind = Filter::Kind::kComposite;
  to.combinator = static_cast<LogicalOperator>(m.combinator());
  for (const auto& part : m.sub_filters()) {
    OTS_TRY(Filter opened, read(part, depth + 1));
    to.parts.push_back(std::move(opened));
  }
  bool count_fits =
      to.combinator == LogicalOperator::kNot ? to.parts.size() == 1 : to.parts.size() >= 2;
  if (!count_fits) {
    return wire_error(
        fmt::format("CompositeColumnValueFilter: NOT takes one sub-filter, AND and OR take two or "
                    "more; there are {}",
                    to.parts.size()));
  }
  return to;
}

Result<Filter> read(const pb::Filter& from, int depth) {
  if (depth > kMaxFilterDepth)
    return wire_error(fmt::format("Filter: nested more than {} levels deep", kMaxFilterDepth));
  switch (from.type()) {
    case pb::FT_SINGLE_COLUMN_VALUE:
      return read_single(from.filter());
    case pb::FT_COMPOSITE_COLUMN_VALUE:
      return read_composite(from.filter(), depth);
    case pb::FT_COLUMN_PAGINATION:
      break;
  }
  pb::ColumnPaginationFilter m;
  OTS_CHECK(parse_message(from.filter(), m));
  Filter to;
  to.kind = Filter::Kind::kPagination;
  to.offset = m.offset();
  to.limit = m.limit();
  return to;
}

}  // namespace

std::string encode_filter(const Filter& filter) {
  pb::Filter m;
  write(filter, &m);
  return write_message(m);
}

Result<Filter> decode_filter(std::string_view bytes) {
  pb::Filter m;
  OTS_CHECK(parse_message(bytes, m));
  return read(m, 1);
}

}  // namespace otsstream::tablestore
