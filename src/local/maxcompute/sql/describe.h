#pragma once
// Texts of SHOW and DESC.

#include <string>
#include <string_view>

#include "base/result.h"
#include "maxcompute/wire/rest_xml.h"

namespace otsstream::local {

class Catalog;

// "ALIYUN$local:t1", a line each. `like`: '*' stands for any text, "" for all.
Result<std::string> show_tables(Catalog& catalog, std::string_view like);
// "ds=20240101/hh=01", a line each.
Result<std::string> show_partitions(Catalog& catalog, std::string_view table,
                                    const maxcompute::PartitionSpec& prefix);
// The statement that would make the table again.
std::string create_table_text(const maxcompute::TableInfo& info);
Result<std::string> describe_table(Catalog& catalog, std::string_view table,
                                   const maxcompute::PartitionSpec& partition, bool extended);

}  // namespace otsstream::local
