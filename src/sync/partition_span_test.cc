#include "sync/partition_span.h"

#include <gtest/gtest.h>

#include <string>

namespace otsstream::sync {
namespace {

TEST(PartitionSpan, IsReadFromTheName) {
  const std::pair<const char*, const char*> cases[] = {
      {"pt=20171018", "a day"},
      {"ds=2017-10-18", "a day"},
      {"ds=20171018,hh=16", "an hour"},
      {"ds=20171018/hh=16", "an hour"},
      {"year=2017,month=10", "a month"},
      {"y=2017", "a year"},
      {"pt=201710181630", "a minute"},
      {"pt=2017-10-18 16:30:00", "a second"},
      {"pt=all", ""},
      {"region=cn,ds=20171018", ""},
      {"pt=20171340", ""},
      {"pt=12345678", ""},
      {"pt=7", ""},
      {"", ""},
  };
  for (const auto& [partition, word] : cases) {
    const auto span = partition_span(partition);
    EXPECT_EQ(span ? std::string(span->word) : "", word) << partition;
  }
  EXPECT_EQ(partition_span("ds=20171018,hh=16")->ms, 3'600'000);
}

}  // namespace
}  // namespace otsstream::sync
