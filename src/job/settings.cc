#include "job/settings.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>

#include "base/time_format.h"
#include "base/time_zone.h"
#include "config/param_reader.h"
#include "job/dialect.h"

namespace otsstream::job {

// The keys as they are written, before their rules have met.
struct WrittenSettings {
  std::optional<bool> throttle;
  std::optional<double> mbps;
  std::optional<int64_t> concurrent;
  std::optional<int64_t> channel;
  std::optional<int64_t> byte;
  std::optional<int64_t> record;
  std::optional<std::string> strategy;
  std::optional<int64_t> error_record;
  std::optional<double> error_percentage;
  std::optional<std::string> execute_mode;
  std::optional<bool> failover;
  std::optional<std::string> jvm_option;
  std::optional<std::string> speed_jvm_option;
  std::optional<int64_t> jvm_memory_gb;
  std::optional<std::string> time_zone;
  std::optional<std::string> datetime_format, date_format, time_format;
  std::optional<std::vector<std::string>> extra_formats;
  std::string encoding = "utf-8";
  std::optional<int64_t> channel_byte;    // core: per channel
  std::optional<int64_t> channel_record;  // core: per channel
  std::optional<bool> dry_run;
};

namespace {

constexpr double kMegabyte = 1024 * 1024;
const std::string kJavaTuning = "it tunes the Java engine, which this is not";

std::string time_format_complaint(std::string_view pattern) {
  auto format = TimeFormat::parse(pattern);
  if (format) return {};
  return "cannot be used: " + format.error().message + "; " + format.error().remedy;
}

void declare_common(ParamSet<WrittenSettings>& set, const std::string& prefix) {
  set.add(prefix + "column.timeZone", &WrittenSettings::time_zone)
      .check([](std::string_view text) {
        return Zone::parse(text) ? std::string() : std::string("is not a time zone");
      })
      .help(
          "Time zone of conversions, and of the reader's time texts when it has no timeZone of its "
          "own. Default GMT+8.")
      .example("Asia/Shanghai");
  using W = WrittenSettings;
  auto time_form = [&](const char* name, auto member) -> ParamInfo& {
    return set.add(prefix + "column." + name, member).check(time_format_complaint);
  };
  time_form("datetimeFormat", &W::datetime_format)
      .help("Form of times in texts, both ways. Default yyyy-MM-dd HH:mm:ss.")
      .example("yyyy-MM-dd'T'HH:mm:ss.SSSX");
  time_form("dateFormat", &W::date_format)
      .help("Form that a text is tried by next. Default yyyy-MM-dd.");
  time_form("timeFormat", &W::time_format)
      .help("The third form, of a time on 1970-01-01. Default HH:mm:ss.");
  time_form("extraFormats", &W::extra_formats)
      .help("Further forms that a text is tried by, in this order. Default yyyyMMdd.")
      .example("[\"yyyyMMddHHmmss\", \"yyyyMMdd\"]");
  set.add(prefix + "column.encoding", &W::encoding)
      .words({"utf-8", "utf8"})
      .help("Of bytes that become text, and of texts that become bytes: UTF-8 only.");
}

void declare_core(ParamSet<WrittenSettings>& set, const std::string& prefix) {
  set.add(prefix + "transport.channel.speed.byte", &WrittenSettings::channel_byte)
      .help(
          "Bytes per second of one channel; counts times `concurrent` when the job has no cap of "
          "its own. 0 or less: none.");
  set.add(prefix + "transport.channel.speed.record", &WrittenSettings::channel_record)
      .help("Records per second of one channel, likewise.");
  for (std::string_view name : {"transport.channel.speed.class",
                                "transport.channel.class",
                                "transport.channel.flowControlInterval",
                                "transport.channel.capacity",
                                "transport.channel.byteCapacity",
                                "transport.exchanger.bufferSize",
                                "transport.exchanger.class",
                                "container.job.reportInterval",
                                "container.job.sleepInterval",
                                "container.job.id",
                                "container.job.mode",
                                "container.taskGroup.channel",
                                "container.taskGroup.id",
                                "container.taskGroup.sleepInterval",
                                "container.taskGroup.reportInterval",
                                "container.task.failOver.maxRetryTimes",
                                "container.task.failOver.retryIntervalInMsec",
                                "container.task.failOver.maxWaitInMsec",
                                "container.trace.enable",
                                "dataXServer.timeout",
                                "statistics.collector.plugin.taskClass",
                                "statistics.collector.plugin.maxDirtyNumber"})
    set.ignore(prefix + std::string(name), ParamType::kText, kJavaTuning);
}

void declare_speed(ParamSet<WrittenSettings>& set) {
  using W = WrittenSettings;
  set.add("speed.throttle", &W::throttle)
      .help(
          "false: no rate cap, mbps and byte have no effect. true: mbps is required. Absent: mbps, "
          "when given, applies.");
  set.add("speed.mbps", &W::mbps)
      .at_least(0)
      .help("Megabytes (1 048 576 bytes) per second of the whole job.")
      .example("7");
  set.add("speed.concurrent", &W::concurrent)
      .at_least(1)
      .help("Upper bound of channels that read and write at the same time.")
      .example("3");
  set.add("speed.channel", &W::channel)
      .help("DataX's word for concurrent, which wins when both are given.");
  set.add("speed.byte", &W::byte).help("Bytes per second of the whole job; 0 or less: no cap.");
  set.add("speed.record", &W::record)
      .help("Records per second of the whole job; 0 or less: no cap.");
  set.ignore("speed.dmu", ParamType::kInt, "it is a billing unit of the hosted product");
}

void declare_rest(ParamSet<WrittenSettings>& set) {
  using W = WrittenSettings;
  set.add("errorLimit.strategy", &W::strategy)
      .words({"Ignore", "Tolerance", "ZeroTolerance"})
      .help("Ignore: any number of dirty records. Tolerance: up to `record`. ZeroTolerance: none.");
  set.add("errorLimit.record", &W::error_record)
      .at_least(0)
      .help("Dirty records tolerated: the job fails when there are more. Absent: no limit.")
      .example("0");
  set.add("errorLimit.percentage", &W::error_percentage)
      .range(0, 1)
      .help("Share of dirty records tolerated, when `record` is absent.")
      .example("0.02");
  set.add("executeMode", &W::execute_mode).help("Accepted; the job runs on one machine.");
  set.add("failoverEnable", &W::failover)
      .help("Continue after a failure from the checkpoints; no record is lost.");
  set.add("jvmOption", &W::jvm_option)
      .help("-Xmx in it is taken as the memory budget.")
      .example("-Xms1024m -Xmx1024m");
  set.add("speed.jvmOption", &W::speed_jvm_option).help("Other place of jvmOption.");
  set.add("jvmMemory", &W::jvm_memory_gb)
      .at_least(1)
      .help("Memory budget in GB, unless jvmOption has -Xmx.");
  set.add("dryRun", &W::dry_run).help("Only check and plan.");
  set.ignore("locale", ParamType::kText, "messages are English");
  set.ignore("keyVersion", ParamType::kText,
             "encrypted values (keys that begin with `*`) are not read");
}

// `common` and `core` of a DataX text stand beside `job`, not in `setting`.
const ParamSet<WrittenSettings>& outer_params(bool core) {
  auto make = [](bool of_core) {
    auto set = std::make_unique<ParamSet<WrittenSettings>>();
    of_core ? declare_core(*set, "") : declare_common(*set, "");
    set->unknown_keys(UnknownKeys::kOneNotice);
    return set;
  };
  static const auto common_set = make(false);
  static const auto core_set = make(true);
  return core ? *core_set : *common_set;
}

const ParamSet<WrittenSettings>& settings_params() {
  static const auto set = [] {
    auto s = std::make_unique<ParamSet<WrittenSettings>>();
    declare_speed(*s);
    declare_rest(*s);
    declare_common(*s, "common.");
    declare_core(*s, "core.");
    s->unknown_keys(UnknownKeys::kOneNotice);
    return s;
  }();
  return *set;
}

class SettingsReader {
 public:
  SettingsReader(const JsonNode* setting, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    if (setting) written_ = read_params(*setting, settings_params(), diagnostics, &places_);
  }

  void outer(const JsonNode* common, const JsonNode* core) {
    if (common) {
      WrittenSettings more = read_params(*common, outer_params(false), diagnostics_);
      if (more.time_zone) written_.time_zone = more.time_zone;
      if (more.datetime_format) written_.datetime_format = more.datetime_format;
      if (more.date_format) written_.date_format = more.date_format;
      if (more.time_format) written_.time_format = more.time_format;
      if (more.extra_formats) written_.extra_formats = more.extra_formats;
    }
    if (core) {
      WrittenSettings more = read_params(*core, outer_params(true), diagnostics_);
      if (more.channel_byte) written_.channel_byte = more.channel_byte;
      if (more.channel_record) written_.channel_record = more.channel_record;
    }
  }

  void warn_of_core(const JsonNode* setting) {
    const JsonNode* core = setting ? setting->find("core") : nullptr;
    if (core)
      diagnostics_.warning(*core, "Config-VendorIgnores",
                           "`setting.core` has no effect in the hosted product");
  }

  Settings read() {
    read_concurrency();
    read_rates();
    read_error_limit();
    read_memory();
    if (written_.execute_mode)
      notice("executeMode", "`executeMode` is accepted; the job runs on this one machine");
    if (written_.failover) {
      out_.resume_after_failure = *written_.failover;
      if (*written_.failover)
        notice("failoverEnable",
               "`failoverEnable`: a rerun continues from the checkpoints, which are written only "
               "after the data is safe");
    }
    out_.dry_run = written_.dry_run.value_or(false);
    out_.time_zone = written_.time_zone;
    out_.time_forms = {written_.datetime_format, written_.date_format, written_.time_format,
                       written_.extra_formats};
    return out_;
  }

 private:
  void notice(std::string_view name, std::string message) {
    diagnostics_.notice(places_.at(name), "Config-Setting", std::move(message));
  }
  void warn(std::string_view name, std::string message) {
    diagnostics_.warning(places_.at(name), "Config-Contradiction", std::move(message));
  }

  void read_concurrency() {
    std::optional<int64_t> channels = written_.concurrent;
    if (written_.channel && *written_.channel <= 0) {
      warn("speed.channel", "`channel` is not positive and counts as absent");
    } else if (written_.channel && channels && *written_.channel != *channels) {
      warn("speed.channel", "`channel` and `concurrent` differ; `concurrent` counts");
    } else if (written_.channel && !channels) {
      channels = written_.channel;
    }
    if (channels)
      out_.concurrent =
          static_cast<int>(std::min<int64_t>(*channels, std::numeric_limits<int>::max()));
  }

  void read_rates() {
    const bool off = written_.throttle && !*written_.throttle;
    const bool on = written_.throttle && *written_.throttle;
    const bool has_mbps = written_.mbps && *written_.mbps > 0;
    if (on && !has_mbps)
      diagnostics_.error(places_.at("speed.throttle"), "Config-Missing",
                         "`throttle` is true, but `mbps` gives no positive rate",
                         "set `mbps`, or `throttle` to false");
    if (!written_.throttle && written_.mbps && !has_mbps)
      warn("speed.mbps", "`mbps` 0 counts as no rate cap");
    if (off && written_.byte && *written_.byte > 0)
      warn("speed.byte", "`throttle` is false: `byte` has no effect");
    if (!off) {
      const double by_mbps = has_mbps ? *written_.mbps * kMegabyte : 0;
      const double by_byte =
          written_.byte && *written_.byte > 0 ? static_cast<double>(*written_.byte) : 0;
      if (by_mbps > 0 && by_byte > 0 && by_mbps != by_byte)
        warn("speed.byte", "`byte` and `mbps` differ; the smaller rate counts");
      out_.bytes_per_second =
          by_mbps > 0 && by_byte > 0 ? std::min(by_mbps, by_byte) : std::max(by_mbps, by_byte);
    }
    if (written_.record && *written_.record > 0)
      out_.records_per_second = static_cast<double>(*written_.record);
    // DataX caps each channel; the same total over all of them.
    if (!out_.concurrent) return;
    if (!off && out_.bytes_per_second == 0 && written_.channel_byte.value_or(0) > 0)
      out_.bytes_per_second = static_cast<double>(*written_.channel_byte) * *out_.concurrent;
    if (out_.records_per_second == 0 && written_.channel_record.value_or(0) > 0)
      out_.records_per_second = static_cast<double>(*written_.channel_record) * *out_.concurrent;
  }

  void read_error_limit() {
    out_.error_limit_record = written_.error_record;
    out_.error_limit_percentage = written_.error_percentage;
    if (!written_.strategy) {
      if (written_.error_record && written_.error_percentage) {
        notice("errorLimit.percentage", "`record` is set, so `percentage` has no effect");
        out_.error_limit_percentage.reset();
      }
      return;
    }
    out_.error_limit_percentage.reset();
    if (written_.error_percentage)
      warn("errorLimit.percentage", "`strategy` is set, so `percentage` has no effect");
    if (*written_.strategy == "Ignore") {
      out_.error_limit_record.reset();
      if (written_.error_record)
        warn("errorLimit.record",
             "`strategy` Ignore allows any number of dirty records; `record` has no effect");
    } else if (*written_.strategy == "ZeroTolerance") {
      out_.error_limit_record = 0;
      if (written_.error_record && *written_.error_record > 0)
        warn("errorLimit.record",
             "`strategy` ZeroTolerance allows no dirty record; `record` has no effect");
    } else if (!written_.error_record) {
      diagnostics_.error(places_.at("errorLimit.strategy"), "Config-Missing",
                         "`strategy` Tolerance needs `record`, which is absent",
                         "set errorLimit.record to the number of dirty records tolerated");
    } else if (*written_.error_record == 0) {
      warn("errorLimit.record", "`strategy` Tolerance with `record` 0 tolerates nothing");
    }
  }

  void read_memory() {
    for (const auto* option : {&written_.jvm_option, &written_.speed_jvm_option})
      if (*option && !out_.memory_budget_bytes) out_.memory_budget_bytes = jvm_heap_bytes(**option);
    if (!out_.memory_budget_bytes && written_.jvm_memory_gb &&
        *written_.jvm_memory_gb < (int64_t{1} << 20))
      out_.memory_budget_bytes = static_cast<size_t>(*written_.jvm_memory_gb) << 30;
  }

  Diagnostics& diagnostics_;
  ParamPlaces places_;
  WrittenSettings written_;
  Settings out_;
};

}  // namespace

std::vector<const ParamInfo*> settings_infos() { return settings_params().infos(); }

std::optional<size_t> jvm_heap_bytes(std::string_view options) {
  const size_t at = options.rfind("-Xmx");  // Java takes the last one
  if (at == std::string_view::npos) return std::nullopt;
  const char* begin = options.data() + at + 4;
  const char* end = options.data() + options.size();
  uint64_t number = 0;
  auto [stop, code] = std::from_chars(begin, end, number);
  if (code != std::errc() || number == 0) return std::nullopt;
  int shift = 0;
  if (stop != end) {
    switch (*stop) {
      case 'k':
      case 'K':
        shift = 10;
        ++stop;
        break;
      case 'm':
      case 'M':
        shift = 20;
        ++stop;
        break;
      case 'g':
      case 'G':
        shift = 30;
        ++stop;
        break;
      case 't':
      case 'T':
        shift = 40;
        ++stop;
        break;
      default:
        break;
    }
  }
  if (stop != end && *stop != ' ' && *stop != '\t') return std::nullopt;
  if (number > (std::numeric_limits<size_t>::max() >> shift)) return std::nullopt;
  return static_cast<size_t>(number) << shift;
}

Settings read_settings(Dialect dialect, const JsonNode* setting, const JsonNode* common,
                       const JsonNode* core, Diagnostics& diagnostics) {
  SettingsReader reader(setting, diagnostics);
  reader.outer(common, core);
  if (dialect != Dialect::kDataX) reader.warn_of_core(setting);
  return reader.read();
}

}  // namespace otsstream::job
