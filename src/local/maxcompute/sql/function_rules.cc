#include "local/maxcompute/sql/function_rules.h"

#include <algorithm>

namespace otsstream::local {

namespace {

constexpr size_t kMany = 100;
constexpr auto kAggregate = FunctionRule::kAggregate;
constexpr auto kWindow = FunctionRule::kWindow;

constexpr FunctionRule kFunctions[] = {
    // choices
    {"coalesce", "c", 1, kMany, 'C', "mc_coalesce"},
    {"nvl", "c", 2, 2, 'C', "mc_coalesce"},
    {"ifnull", "c", 2, 2, 'C', "mc_coalesce"},
    {"nullif", "c", 2, 2, 'C', ""},
    {"if", "bc", 3, 3, 'C', "iif"},
    {"greatest", "c", 1, kMany, 'C', "mc_greatest"},
    {"least", "c", 1, kMany, 'C', "mc_least"},
    {"isnull", "a", 1, 1, 'B', "mc_isnull"},
    {"isnotnull", "a", 1, 1, 'B', "mc_isnotnull"},
    // texts
    {"concat", "s", 1, kMany, 'S', "mc_concat"},
    {"concat_ws", "s", 2, kMany, 'S', "mc_concat_ws"},
    {"length", "s", 1, 1, 'I', "mc_length"},
    {"char_length", "s", 1, 1, 'I', "mc_length"},
    {"lengthb", "a", 1, 1, 'I', "mc_lengthb"},
    {"substr", "sii", 2, 3, 'S', "mc_substr"},
    {"substring", "sii", 2, 3, 'S', "mc_substr"},
    {"instr", "ssi", 2, 3, 'I', "mc_instr"},
    {"locate", "ssi", 2, 3, 'I', "mc_locate"},
    {"lower", "s", 1, 1, 'S', "mc_lower"},
    {"tolower", "s", 1, 1, 'S', "mc_lower"},
    {"upper", "s", 1, 1, 'S', "mc_upper"},
    {"toupper", "s", 1, 1, 'S', "mc_upper"},
    {"initcap", "s", 1, 1, 'S', "mc_initcap"},
    {"trim", "s", 1, 2, 'S', "mc_trim"},
    {"ltrim", "s", 1, 2, 'S', "mc_ltrim"},
    {"rtrim", "s", 1, 2, 'S', "mc_rtrim"},
    {"replace", "s", 3, 3, 'S', "mc_replace"},
    {"reverse", "s", 1, 1, 'S', "mc_reverse"},
    {"repeat", "si", 2, 2, 'S', "mc_repeat"},
    {"space", "i", 1, 1, 'S', "mc_space"},
    {"lpad", "sis", 3, 3, 'S', "mc_lpad"},
    {"rpad", "sis", 3, 3, 'S', "mc_rpad"},
    {"ascii", "s", 1, 1, 'I', "mc_ascii"},
    {"chr", "i", 1, 1, 'S', "mc_chr"},
    {"split_part", "ssii", 3, 4, 'S', "mc_split_part"},
    {"find_in_set", "ss", 2, 2, 'I', "mc_find_in_set"},
    {"regexp_extract", "ssi", 2, 3, 'S', "mc_regexp_extract"},
    {"regexp_replace", "sssi", 3, 4, 'S', "mc_regexp_replace"},
    {"regexp_count", "ss", 2, 2, 'I', "mc_regexp_count"},
    {"get_json_object", "ss", 2, 2, 'S', "mc_get_json_object"},
    {"md5", "s", 1, 1, 'S', "mc_md5"},
    {"hex", "a", 1, 1, 'S', "mc_hex"},
    {"unhex", "s", 1, 1, 'Y', "mc_unhex"},
    {"base64", "a", 1, 1, 'S', "mc_base64"},
    {"unbase64", "s", 1, 1, 'Y', "mc_unbase64"},
    {"crc32", "s", 1, 1, 'I', "mc_crc32"},
    {"to_json", "a", 1, 1, 'S', "mc_to_json"},
    // numbers
    {"abs", "m", 1, 1, 'N', "mc_abs"},
    {"ceil", "n", 1, 1, 'I', "mc_ceil"},
    {"floor", "n", 1, 1, 'I', "mc_floor"},
    {"round", "ni", 1, 2, 'D', "mc_round"},
    {"trunc", "ni", 1, 2, 'D', "mc_trunc"},
    {"sign", "n", 1, 1, 'I', "mc_sign"},
    {"sqrt", "n", 1, 1, 'D', "mc_sqrt"},
    {"cbrt", "n", 1, 1, 'D', "mc_cbrt"},
    {"exp", "n", 1, 1, 'D', "mc_exp"},
    {"ln", "n", 1, 1, 'D', "mc_ln"},
    {"log", "n", 2, 2, 'D', "mc_log"},
    {"log2", "n", 1, 1, 'D', "mc_log2"},
    {"log10", "n", 1, 1, 'D', "mc_log10"},
    {"pow", "n", 2, 2, 'D', "mc_pow"},
    {"power", "n", 2, 2, 'D', "mc_pow"},
    {"sin", "n", 1, 1, 'D', "mc_sin"},
    {"cos", "n", 1, 1, 'D', "mc_cos"},
    {"tan", "n", 1, 1, 'D', "mc_tan"},
    {"pi", "", 0, 0, 'D', "mc_pi"},
    {"isnan", "n", 1, 1, 'B', "mc_isnan"},
    {"pmod", "ii", 2, 2, 'I', "mc_pmod"},
    // times
    {"getdate", "", 0, 0, 'T', "mc_now"},
    {"now", "", 0, 0, 'T', "mc_now"},
    {"unix_timestamp", "t", 0, 1, 'I', "mc_unix_timestamp"},
    {"to_millis", "t", 1, 1, 'I', "mc_to_millis"},
    {"from_unixtime", "i", 1, 1, 'T', "mc_from_unixtime"},
    {"to_date", "as", 1, 2, 'T', "mc_to_date"},
    {"to_char", "as", 1, 2, 'S', "mc_to_char"},
    {"date_format", "ts", 2, 2, 'S', "mc_to_char"},
    {"dateadd", "tis", 3, 3, 'T', "mc_dateadd"},
    {"date_add", "ti", 2, 2, 'd', "mc_date_add"},
    {"date_sub", "ti", 2, 2, 'd', "mc_date_sub"},
    {"add_months", "ti", 2, 2, 'S', "mc_add_months"},
    {"datediff", "tts", 2, 3, 'I', "mc_datediff"},
    {"datetrunc", "ts", 2, 2, 'T', "mc_datetrunc"},
    {"datepart", "ts", 2, 2, 'I', "mc_datepart"},
    {"year", "t", 1, 1, 'I', "mc_year"},
    {"quarter", "t", 1, 1, 'I', "mc_quarter"},
    {"month", "t", 1, 1, 'I', "mc_month"},
    {"day", "t", 1, 1, 'I', "mc_day"},
    {"dayofmonth", "t", 1, 1, 'I', "mc_day"},
    {"hour", "t", 1, 1, 'I', "mc_hour"},
    {"minute", "t", 1, 1, 'I', "mc_minute"},
    {"second", "t", 1, 1, 'I', "mc_second"},
    {"weekday", "t", 1, 1, 'I', "mc_weekday"},
    {"dayofweek", "t", 1, 1, 'I', "mc_dayofweek"},
    {"lastday", "t", 1, 1, 'T', "mc_lastday"},
    {"isdate", "ss", 2, 2, 'B', "mc_isdate"},
    // complex types
    {"size", "a", 1, 1, 'I', "mc_size"},
    // aggregates
    {"count", "a", 0, kMany, 'I', "count", kAggregate},
    {"sum", "m", 1, 1, 'N', "mc_sum", kAggregate},
    {"avg", "n", 1, 1, 'D', "mc_avg", kAggregate},
    {"min", "a", 1, 1, '0', "min", kAggregate},
    {"max", "a", 1, 1, '0', "max", kAggregate},
    {"any_value", "a", 1, 1, '0', "max", kAggregate},
    {"count_if", "b", 1, 1, 'I', "mc_count_if", kAggregate},
    {"stddev", "n", 1, 1, 'D', "mc_stddev", kAggregate},
    {"stddev_samp", "n", 1, 1, 'D', "mc_stddev_samp", kAggregate},
    {"variance", "n", 1, 1, 'D', "mc_variance", kAggregate},
    {"var_samp", "n", 1, 1, 'D', "mc_var_samp", kAggregate},
    {"median", "n", 1, 1, 'D', "mc_median", kAggregate},
    {"wm_concat", "ss", 2, 2, 'S', "mc_wm_concat", kAggregate},
    {"collect_list", "a", 1, 1, 'L', "mc_collect_list", kAggregate},
    {"collect_set", "a", 1, 1, 'L', "mc_collect_set", kAggregate},
    {"max_by", "aa", 2, 2, '0', "mc_max_by", kAggregate},
    {"min_by", "aa", 2, 2, '0', "mc_min_by", kAggregate},
    // windows
    {"row_number", "", 0, 0, 'I', "", kWindow},
    {"rank", "", 0, 0, 'I', "", kWindow},
    {"dense_rank", "", 0, 0, 'I', "", kWindow},
    {"percent_rank", "", 0, 0, 'D', "", kWindow},
    {"cume_dist", "", 0, 0, 'D', "", kWindow},
    {"ntile", "i", 1, 1, 'I', "", kWindow},
    {"lag", "aia", 1, 3, '0', "", kWindow},
    {"lead", "aia", 1, 3, '0', "", kWindow},
    {"first_value", "a", 1, 1, '0', "", kWindow},
    {"last_value", "a", 1, 1, '0', "", kWindow},
    {"nth_value", "ai", 2, 2, '0', "", kWindow},
};

}  // namespace

std::span<const FunctionRule> all_functions() { return kFunctions; }

const FunctionRule* find_function(std::string_view lower_name) {
  const auto found =
      std::find_if(std::begin(kFunctions), std::end(kFunctions),
                   [&](const FunctionRule& rule) { return rule.name == lower_name; });
  return found == std::end(kFunctions) ? nullptr : &*found;
}

}  // namespace otsstream::local
