// The conversion matrix (maxcompute-protocol.md 5.2, 5.3): times. Expected texts are in UTC, the
// job's zone is GMT+8.

#include <gmock/gmock.h>

#include "base/bytes.h"
#include "writer/odps/landed_cell_for_test.h"

namespace otsstream::writer {
namespace {

constexpr int64_t kMoment = 1508400600123;  // 2017-10-19 08:10:00.123 UTC

const LandingCase kDatetime[] = {
    {"datetime", number(kMoment), "2017-10-19 08:10:00.123"},
    {"datetime", date(kMoment), "2017-10-19 08:10:00.123"},
    {"datetime", text("2017-10-19 16:10:00"), "2017-10-19 08:10:00"},
    {"datetime", text("2017-10-19 16:10:00.999 and more"), "2017-10-19 08:10:00"},
    {"datetime", text("2017-10-19"), "2017-10-18 16:00:00"},
    {"datetime", text("20171019"), "2017-10-18 16:00:00"},
    {"datetime", text("08:00:01"), "1970-01-01 00:00:01"},
    {"datetime", text("soon"), kDirty},
    {"datetime", text(""), kDirty},
    {"datetime", text("2017-02-30"), kDirty},
    {"datetime", text("1508400600123"), kDirty},
    {"datetime", date(253402387200001), kDirty},
    {"datetime", real(1), kDirty},
    {"datetime", flag(true), kDirty},
    {"datetime", bytes("1"), kDirty},
};
TEST(RowEncoderTimes, Datetime) { expect_landed(kDatetime); }

TEST(RowEncoderTimes, RangeOfTheService) {
  for (const char* type : {"datetime", "date", "timestamp"}) {
    for (const int64_t last : {-62167305600000, 253402387200000}) {
      EXPECT_NE(land(type, number(last)), kDirty) << type;
      EXPECT_NE(land(type, date(last)), kDirty) << type;
      EXPECT_EQ(land(type, number(last < 0 ? last - 1 : last + 1)), kDirty) << type;
    }
  }
}

const LandingCase kDate[] = {
    {"date", number(0), "1970-01-01"},
    {"date", number(-28800000), "1970-01-01"},
    {"date", number(-28800001), "1969-12-31"},
    {"date", number(57599999), "1970-01-01"},
    {"date", number(57600000), "1970-01-02"},
    {"date", date(kMoment), "2017-10-19"},
    {"date", text("2017-10-19"), "2017-10-19"},
    {"date", text("2024-02-29 23:59:59"), "2024-02-29"},
    {"date", text("2023-02-29"), kDirty},
    {"date", text("10:00:00"), "1970-01-01"},
    {"date", text("x"), kDirty},
    {"date", number(253402387200001), kDirty},
    {"date", number(INT64_MIN), kDirty},
    {"date", real(1), kDirty},
    {"date", flag(false), kDirty},
    {"date", bytes("2017-10-19"), kDirty},
};
TEST(RowEncoderTimes, DateIsTheDayInTheZoneOfTheJob) { expect_landed(kDate); }

const LandingCase kTimestamp[] = {
    {"timestamp", number(kMoment), "2017-10-19 08:10:00.123"},
    {"timestamp", number(-1), "1969-12-31 23:59:59.999"},
    {"timestamp", date(kMoment), "2017-10-19 08:10:00.123"},
    {"timestamp", text("2017-10-19 16:10:00"), "2017-10-19 08:10:00"},
    {"timestamp", text("2017-10-19 16:10:00.5"), "2017-10-19 08:10:00.500"},
    {"timestamp", text("2017-10-19 16:10:00.123456789"), "2017-10-19 08:10:00.123456789"},
    {"timestamp", text("2017-10-19 16:10:00.1234567899"), "2017-10-19 08:10:00.123456789"},
    {"timestamp", text("1970-01-01 07:59:59.000000001"), "1969-12-31 23:59:59.000000001"},
    {"timestamp", text("2017-10-19"), "2017-10-18 16:00:00"},
    {"timestamp", text("x"), kDirty},
    {"timestamp", number(253402387200001), kDirty},
    {"timestamp", real(1), kDirty},
    {"timestamp", flag(true), kDirty},
    {"timestamp", bytes("1"), kDirty},

    {"timestamp_ntz", number(kMoment), "2017-10-19 16:10:00.123"},
    {"timestamp_ntz", date(kMoment), "2017-10-19 16:10:00.123"},
    {"timestamp_ntz", text("2017-10-19 16:10:00.000001"), "2017-10-19 16:10:00.000001000"},
    {"timestamp_ntz", text("20171019"), "2017-10-19 00:00:00"},
    {"timestamp_ntz", text(""), kDirty},
    {"timestamp_ntz", number(INT64_MAX), kDirty},
    {"timestamp_ntz", real(1), kDirty},
    {"timestamp_ntz", flag(true), kDirty},
    {"timestamp_ntz", bytes("1"), kDirty},
};
TEST(RowEncoderTimes, Timestamps) { expect_landed(kTimestamp); }

TEST(RowEncoderTimes, FormsAndZoneOfTheJob) {
  RowEncoder::Options options;
  options.convert.zone = *Zone::parse("America/New_York");
  options.convert.times =
      *TimeTexts::make({"dd.MM.yyyy HH:mm:ss.SSS", "yyyy/MM/dd", "HH:mm", {"yyyyMMddHHmmssX"}});
  EXPECT_EQ(land("datetime", text("19.10.2017 04:10:00.5"), options), "2017-10-19 08:10:00.005");
  EXPECT_EQ(land("timestamp", text("19.10.2017 04:10:00.123456"), options),
            "2017-10-19 08:10:00.123");
  EXPECT_EQ(land("date", text("2017/10/19"), options), "2017-10-19");
  EXPECT_EQ(land("date", text("20171019030000Z"), options), "2017-10-18");
  EXPECT_EQ(land("timestamp_ntz", text("20171019030000Z"), options), "2017-10-18 23:00:00");
  // A wall clock may show what the clocks of the zone skip.
  EXPECT_EQ(land("timestamp_ntz", text("12.03.2017 02:30:00.000"), options), "2017-03-12 02:30:00");
  EXPECT_EQ(land("datetime", text("2017-10-19"), options), kDirty);
  EXPECT_EQ(land("string", date(kMoment), options), "19.10.2017 04:10:00.123");
}

// The bytes of the vectors odps-06-datetime-date and odps-08-timestamps.
TEST(RowEncoderTimes, BytesAreThoseOfTheOfficialClient) {
  auto stream = [](std::vector<const char*> types, std::vector<std::vector<Value>> rows) {
    auto mapping = std::make_shared<Mapping>();
    for (size_t i = 0; i < types.size(); ++i)
      mapping->columns.push_back(
          {i, static_cast<uint32_t>(i + 1), "c", *maxcompute::parse_type(types[i])});
    RowEncoder::Options options;
    options.convert.zone = Zone::utc();
    RowEncoder encoder(mapping, options);
    maxcompute::RecordStreamWriter out;
    for (const std::vector<Value>& row : rows) EXPECT_TRUE(encoder.encode(row, out));
    return to_hex(out.finish());
  };
  EXPECT_EQ(stream({"datetime", "date"}, {{number(1704135845678), text("2024-02-29")},
                                          {date(-1), text("1969-12-31 12:00:00")},
                                          {number(0), number(0)}}),
            "08dc9ccbe69863108cb50280c0ff7fb0fcb4b60a0801100180c0ff7f99e7b6b5060800100080c0ff7f808c"
            "dee205f0ffff7f06f8ffff7fa180809501");
  EXPECT_EQ(
      stream({"timestamp", "timestamp_ntz", "interval_day_time", "interval_year_month"},
             {{text("2024-01-01 00:00:00.123456789"), text("2024-01-01 00:00:00.000001"),
               text("1 01:01:01.000000005"), text("1-2")},
              {number(0), text("1970-01-01 00:00:00.999999999"), text("0 00:00:00"), text("0-0")},
              {text("1969-12-31 00:00:00.000000001"), date(-86400000), text("1 00:00:00.999999999"),
               text("-0-3")}}),
      "0a808290d90caab4de7512808290d90cd00f1a9aff0a0a201c80c0ff7f86a8a0340a00001200fea7d6b907"
      "1a0000200080c0ff7fc1ecc180030affc50a0212ffc50a001a80c60afea7d6b907200580c0ff7fe397b735"
      "f0ffff7f06f8ffff7fc3d9c88a09");
}

}  // namespace
}  // namespace otsstream::writer
