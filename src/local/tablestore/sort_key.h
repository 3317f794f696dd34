#pragma once
// Primary keys as bytes that sort like the keys themselves (types.h compare_key): the order of the
// storage. A key of fewer columns sorts before every key that it begins.

#include <string>

#include "tablestore/wire/types.h"

namespace otsstream::local {

void append_sort_key(std::string& out, const tablestore::CellValue& value);
std::string sort_key(const tablestore::PrimaryKey& key);

}  // namespace otsstream::local
