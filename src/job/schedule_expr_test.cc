// The worked examples of dataworks.md 7.

#include "job/schedule_expr.h"

#include <gmock/gmock.h>

namespace otsstream::job {
namespace {

using testing::HasSubstr;

TEST(ScheduleExpr, OfTheScheduleTime) {
  struct Case {
    const char* cyctime;
    const char* expression;
    const char* text;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"20171019163000", "yyyymmddhh24miss", "20171019163000"},
           {"20171019163000", "yyyymmddhh24miss-10/24/60", "20171019162000"},
           {"20171019163000", "yyyymmddhh24miss-5/24/60", "20171019162500"},
           {"20171019163000", "yyyymmddhh24miss-65/24/60", "20171019152500"},
           {"20171019163000", "yyyymmddhh24miss-1/24", "20171019153000"},
           {"20171019163000", "yyyymmddhh24miss-1-5/24/60", "20171018162500"},
           {"20171019163000", "yyyymmddhh24miss-30/24/60/60", "20171019162930"},
           {"20171019163000", "yyyymmddhh24miss-1/86401", "20171019163000"},
           {"20171019163000", "yyyymmdd", "20171019"},
           {"20171019163000", "yyyymmdd-1", "20171018"},
           {"20171019163000", "yyyymmdd+1", "20171020"},
           {"20171019163000", "yyyymmdd-7*2", "20171005"},
           {"20171019163000", "yyyymmdd-1-1/24", "20171018"},
           {"20171019163000", "yyyy-mm-dd", "2017-10-19"},
           {"20171019163000", "yyyy-mm-dd-1", "2017-10-18"},
           {"20171019163000", "hh24:mi:ss", "16:30:00"},
           {"20171019163000", "hh24miss-1/24", "153000"},
           {"20171019163000", "hh24-1/24", "15"},
           {"20171019163000", "hh12", "04"},
           {"20171019163000", "mi-15/24/60", "15"},
           {"20171019163000", "yy", "17"},
           {"20171019163000", "add_months(yyyymmdd,-1)", "20170919"},
           {"20171019163000", "add_months(yyyymmdd,-12*1)", "20161019"},
           {"20171019163000", "add_months(yyyymmdd,3)", "20180119"},
           {"20171020000000", "yyyymmdd", "20171020"},
           {"20171020000000", "hh24-1/24", "23"},
           {"20171020000000", "yyyymmdd-1/24", "20171019"},
           {"20171020000000", "yyyymmddhh24miss-65/24/60", "20171019225500"},
           {"20250331023045", "add_months(yyyymmdd,-1)", "20250228"},
           {"20250331023045", "add_months(yyyymmdd,-1)-1", "20250227"},
           {"20250331023045", "hh", "02"},
           {"20250331000000", "hh", "12"},
           {"20250331023045", "yyyymmddhh24miss-3/24", "20250330233045"},
           {"20240301000000", "yyyymmdd-1", "20240229"},
           {"20240301000000", "yyyymmddhh24miss-1-5/24/60", "20240228235500"},
           {"20250101000500", "yyyymmddhh24miss-10/24/60", "20241231235500"},
           {"20250101000500", "yyyy-15/24/60", "2024"},
           {"20250727000500", "mi-15/24/60", "50"},
           {"20250727000500", "yyyymmddhh24-1/24", "2025072623"}}) {
    auto text = schedule_time_text(c.expression, c.cyctime);
    ASSERT_TRUE(text) << text.error().to_string();
    EXPECT_EQ(*text, c.text) << c.expression;
  }
}

TEST(ScheduleExpr, OfTheBusinessDate) {
  struct Case {
    const char* bizdate;
    const char* expression;
    const char* text;
  };
  for (const Case& c : std::initializer_list<Case>{{"20171018", "yyyymmdd", "20171018"},
                                                   {"20171018", "yyyymmdd-1", "20171017"},
                                                   {"20171018", "yyyymmdd+1", "20171019"},
                                                   {"20171018", "yyyymmdd-7*1", "20171011"},
                                                   {"20171018", "yyyy-mm-dd", "2017-10-18"},
                                                   {"20171018", "yyyymm", "201710"},
                                                   {"20171018", "yyyymm-1", "201709"},
                                                   {"20171018", "yyyymm-12", "201610"},
                                                   {"20171018", "yyyy-1", "2016"},
                                                   {"20171018", "yy", "17"},
                                                   {"20240229", "yyyymm-1", "202401"},
                                                   {"20240229", "yyyy-1", "2023"},
                                                   {"20241231", "yyyymm+1", "202501"}}) {
    auto text = business_date_text(c.expression, c.bizdate);
    ASSERT_TRUE(text && *text) << c.expression;
    EXPECT_EQ(**text, c.text) << c.expression;
  }
  for (const char* name : {"day", "add", "startTime", "bizdate", "a.b", "", "yyyymmddhh24", "-1",
                           "yyyymmdd-1/24", "yyyymmdd 1", "yyyy mm"})
    EXPECT_FALSE(business_date_text(name, "20171018")) << name;
}

TEST(ScheduleExpr, Refuses) {
  for (const char* expression :
       {"", "-1", "yyyyMMdd", "yyyymmdd-", "yyyymmdd-x", "yyyymmdd-1/0", "yyyymmdd--1", "day",
        "yyyymmdd-1/", "yyyymmdd-99999999999999999999", "add_months(yyyymmdd)",
        "add_months(yyyymmdd,)", "add_months(yyyymmdd,1/2)", "add_months(yyyymmdd,-1",
        "add_months(,1)", "add_months(yyyymmdd,-1)x", "yyyymmdd-3000*366", "yyyymmdd+9999999999999",
        "add_months(yyyymmdd,999999999)"}) {
    auto text = schedule_time_text(expression, "20171019163000");
    ASSERT_FALSE(text) << expression << " " << *text;
    EXPECT_EQ(text.error().code, "Config-ScheduleExpression") << expression;
    EXPECT_THAT(text.error().message, HasSubstr(std::string("`") + expression + "`"));
  }
  EXPECT_FALSE(*business_date_text("yyyymmdd-9999999", "20171018"));
  EXPECT_FALSE(*business_date_text("yyyy-9999", "20171018"));
  EXPECT_FALSE(*business_date_text("yyyymm+999999", "20171018"));
  EXPECT_FALSE(schedule_time_text("yyyy", "2017"));
  EXPECT_FALSE(*business_date_text("yyyy", "2017"));
}

}  // namespace
}  // namespace otsstream::job
