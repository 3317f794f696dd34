#include "sync/recorded_run.h"

#include <algorithm>

#include "config/param_reader.h"
#include "reader/params.h"

namespace otsstream::sync {

namespace {

void write_node(JsonOut& out, const JsonNode& node) {
  if (node.is_object()) {
    out.begin_object();
    for (const JsonNode* member : node.members()) {
      out.key(member->key());
      write_node(out, *member);
    }
    out.end_object();
  } else if (node.is_array()) {
    out.begin_array();
    for (const JsonNode* item : node.items()) write_node(out, *item);
    out.end_array();
  } else if (node.is_text() || node.kind() == JsonKind::kVariable) {
    out.value(node.text());
  } else {
    out.raw(node.text());
  }
}

bool is_access_data(const ParamInfo& info) { return info.is_secret || info.name == "accessId"; }

Error no_report(const JsonNode& at, const std::string& what) {
  Error error =
      make_error(ErrorKind::kCorrupt, "Report-Format", "this is no report of a run: " + what,
                 "name a file that `otsstream run --report` has written");
  error.where = at.where();
  return error;
}

class ReportReader {
 public:
  explicit ReportReader(const JsonNode& root) : root_(root) {}

  Result<RecordedRun> read() {
    const JsonNode* format = root_.find("format");
    if (format == nullptr || format->text() != kReportFormat) {
      return fail(no_report(root_, format == nullptr ? "it has no member `format`"
                                                     : "its format is " + format->text() +
                                                           ", not " + std::string(kReportFormat)));
    }
    OTS_CHECK(check_it_read());
    RecordedRun run;
    OTS_TRY(run.reader, root_.require("reader"));
    OTS_TRY(run.stream_id, text("streamId"));
    OTS_TRY(const JsonNode* window, root_.require("window"));
    OTS_TRY(run.window.start_ms, number(*window, "startMs"));
    OTS_TRY(run.window.end_ms, number(*window, "endMs"));
    OTS_TRY(const JsonNode* zone, window->require("zone"));
    run.zone = zone->text();
    OTS_TRY(int64_t channels, number(root_, "channels"));
    run.channels = static_cast<int>(std::clamp<int64_t>(channels, 1, 1024));
    OTS_TRY(run.dirty, number(root_, "dirtyRecords"));
    OTS_CHECK(read_units(run));
    OTS_TRY(run.skipped, names("skipped"));
    OTS_TRY(run.closed, names("closed"));
    return run;
  }

 private:
  Status check_it_read() const {
    for (const char* name : {"dryRun", "resumed"}) {
      OTS_TRY(const JsonNode* node, root_.require(name));
      OTS_TRY(bool is_so, node->as_bool());
      if (!is_so) continue;
      const bool dry = std::string_view(name) == "dryRun";
      return fail(
          ErrorKind::kUnsupported, "Report-NoCertificate",
          dry ? "this report is of a dry run, which read nothing"
              : "this report is of a run that finished the commit of an earlier one and "
                "read nothing itself",
          dry ? "verify the report of a real run"
              : "verify the report of another run of the window; running it again gives one");
    }
    return {};
  }

  // Every unit with its manifest, and every shard of the one in the other.
  Status read_units(RecordedRun& run) const {
    OTS_TRY(const JsonNode* units, root_.require("units"));
    for (const JsonNode* item : units->items()) {
      OTS_TRY(Unit unit, read_unit(*item));
      run.units.push_back(std::move(unit));
    }
    OTS_TRY(const JsonNode* manifests, root_.require("manifests"));
    for (const JsonNode* item : manifests->items()) {
      OTS_TRY(Manifest manifest, read_manifest(*item));
      run.manifests.push_back(std::move(manifest));
    }
    bool fits = run.units.size() == run.manifests.size();
    for (size_t i = 0; fits && i < run.units.size(); ++i) {
      fits = run.manifests[i].unit == run.units[i].number &&
             std::equal(run.units[i].shards.begin(), run.units[i].shards.end(),
                        run.manifests[i].shards.begin(), run.manifests[i].shards.end(),
                        [](const reader::ShardPlan& plan, const reader::ShardResult& result) {
                          return plan.shard.shard_id == result.shard_id;
                        });
    }
    if (!fits) return fail(no_report(*manifests, "its units and manifests do not belong together"));
    return {};
  }

  Result<std::vector<std::string>> names(std::string_view member) const {
    OTS_TRY(const JsonNode* list, root_.require(member));
    std::vector<std::string> all;
    for (const JsonNode* item : list->items()) all.push_back(item->text());
    return all;
  }

  Result<std::string> text(std::string_view member) const {
    OTS_TRY(const JsonNode* node, root_.require(member));
    return node->as_string();
  }

  static Result<int64_t> number(const JsonNode& object, std::string_view member) {
    OTS_TRY(const JsonNode* node, object.require(member));
    return node->as_int64();
  }

  const JsonNode& root_;
};

}  // namespace

std::string reader_text(const JsonNode& reader_block) {
  std::vector<BoundParam> params;
  for (const ParamInfo* info : reader::parameter_infos())
    if (!is_access_data(*info))
      params.push_back({info, [](const JsonNode&) { return std::string(); }});
  Diagnostics ignored;  // the block was read before
  ParamPlaces places;
  read_bound_params(reader_block, params, UnknownKeys::kIgnore, ignored, places);
  JsonOut out;
  out.begin_object();
  for (const auto& [name, node] : places.given) {
    out.key(name);
    write_node(out, *node);
  }
  out.end_object();
  return std::move(out).take();
}

std::string with_datasource(const JsonNode& reader, const std::string& datasource) {
  JsonOut out;
  out.begin_object();
  if (!datasource.empty()) out.member("datasource", datasource);
  for (const JsonNode* member : reader.members()) {
    const bool is_replaced = member->key() == "datasource" || member->key() == "endpoint" ||
                             member->key() == "instanceName";
    if (is_replaced && !datasource.empty()) continue;
    out.key(member->key());
    write_node(out, *member);
  }
  out.end_object();
  return std::move(out).take();
}

Result<RecordedRun> read_report(std::string text, std::string source_name) {
  OTS_TRY(auto document,
          parse_json(std::move(text), std::move(source_name), JsonOptions{.strict = true}));
  Result<RecordedRun> run = ReportReader(document->root()).read();
  if (run) {
    run->document = std::move(document);
    return run;
  }
  if (run.error().code.starts_with("Report-")) return run;
  Error error = no_report(document->root(), "something is missing in it or has another form");
  error.cause = std::make_shared<const Error>(std::move(run).error());
  return fail(std::move(error));
}

}  // namespace otsstream::sync
