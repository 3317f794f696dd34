#include "maxcompute/wire/partition_value.h"

#include <gtest/gtest.h>

namespace otsstream::maxcompute {
namespace {

TEST(PartitionValue, HasOneSpelling) {
  struct Case {
    const char* type;
    const char* text;
    std::optional<std::string> value;
  };
  const Case cases[] = {
      {"string", "07", "07"},
      {"string", "a b", "a b"},
      {"varchar(10)", "007", "007"},
      {"bigint", "7", "7"},
      {"bigint", "007", "7"},
      {"bigint", "-0", "0"},
      {"bigint", "-12", "-12"},
      {"bigint", "9223372036854775807", "9223372036854775807"},
      {"bigint", "9223372036854775808", std::nullopt},
      {"bigint", "zz", std::nullopt},
      {"bigint", "7 ", std::nullopt},
      {"bigint", "", std::nullopt},
      {"int", "2147483648", std::nullopt},
      {"smallint", "32767", "32767"},
      {"tinyint", "128", std::nullopt},
      {"date", "2026-11-21", "2026-11-21"},
      {"date", "20261121", std::nullopt},
      {"date", "2026-02-30", std::nullopt},
  };
  for (const Case& c : cases)
    EXPECT_EQ(partition_value(c.text, *parse_type(c.type)), c.value) << c.type << " " << c.text;
}

}  // namespace
}  // namespace otsstream::maxcompute
