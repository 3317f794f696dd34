#include "job/dialect.h"

#include <algorithm>
#include <set>

namespace otsstream::job {

std::string_view to_string(Dialect dialect) {
  switch (dialect) {
    case Dialect::kDataX:
      return "DataX";
    case Dialect::kDataWorks1:
      return "DataWorks 1.0";
    case Dialect::kDataWorks2:
      return "DataWorks 2.0";
  }
  return "DataX";
}

namespace {

std::string folded(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  std::string out(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return out;
}

}  // namespace

std::string plugin_name(std::string_view written) {
  std::string name = folded(written);
  for (std::string_view end : {"reader", "writer"}) {
    if (name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0) {
      name.resize(name.size() - end.size());
      break;
    }
  }
  return name;
}

const JsonNode* find_loosely(const JsonNode& object, std::string_view key,
                             Diagnostics& diagnostics) {
  if (const JsonNode* exact = object.find(key)) return exact;
  const std::string wanted = folded(key);
  for (const JsonNode* member : object.members()) {
    if (folded(member->key()) != wanted) continue;
    diagnostics.notice(*member, "Config-KeySpelling",
                       "the key \"" + member->key() + "\" is taken as `" + std::string(key) + "`");
    return member;
  }
  return nullptr;
}

namespace {

class PartsFinder {
 public:
  PartsFinder(const JsonNode& root, Diagnostics& diagnostics)
      : root_(root), diagnostics_(diagnostics) {}

  JobParts find() {
    if (!root_.is_object()) {
      diagnostics_.error(
          root_, "Job-Form",
          "a job text is an object, but this is " + std::string(to_string(root_.kind())));
      return parts_;
    }
    const JsonNode* job = find_loosely(root_, "job", diagnostics_);
    const JsonNode* configuration = find_loosely(root_, "configuration", diagnostics_);
    const JsonNode* steps = find_loosely(root_, "steps", diagnostics_);
    if (!job && !configuration && !steps) {
      diagnostics_.error(root_, "Job-Form",
                         "this is no job text: it has none of `job` (DataX), `configuration` "
                         "(DataWorks 1.0), `steps` (DataWorks 2.0)",
                         "begin with one of the forms in the documentation");
      return parts_;
    }
    parts_.dialect = choose(job, configuration, steps);
    switch (parts_.dialect) {
      case Dialect::kDataX:
        datax(*job);
        break;
      case Dialect::kDataWorks1:
        dataworks1(*configuration);
        break;
      case Dialect::kDataWorks2:
        dataworks2(*steps);
        break;
    }
    return parts_;
  }

 private:
  // 1, 2, or 0 when absent or unknown.
  int written_version() {
    const JsonNode* version = find_loosely(root_, "version", diagnostics_);
    if (!version || version->is_null()) return 0;
    const std::string text = folded(version->text());
    if (text == "1.0" || text == "1") return 1;
    if (text == "2.0" || text == "2") return 2;
    diagnostics_.warning(*version, "Job-Version", "unknown `version`; the content decides the form",
                         "write \"1.0\" or \"2.0\"");
    return 0;
  }

  Dialect choose(const JsonNode* job, const JsonNode* configuration, const JsonNode* steps) {
    if (job) {
      if (configuration || steps)
        diagnostics_.warning(
            *job, "Job-Version",
            "the text has `job` beside `configuration` or `steps`; it is read as DataX");
      return Dialect::kDataX;
    }
    const int version = written_version();
    if (const JsonNode* type = find_loosely(root_, "type", diagnostics_);
        type && folded(type->text()) != "job")
      diagnostics_.warning(*type, "Job-Type", "`type` should be \"job\"");
    Dialect dialect = steps ? Dialect::kDataWorks2 : Dialect::kDataWorks1;
    if (steps && configuration) {
      dialect = version == 1 ? Dialect::kDataWorks1 : Dialect::kDataWorks2;
      diagnostics_.warning(*(version == 1 ? steps : configuration), "Job-Version",
                           "the text has both `configuration` and `steps`; it is read as " +
                               std::string(to_string(dialect)));
    } else if (version != 0 && (version == 2) != (dialect == Dialect::kDataWorks2)) {
      diagnostics_.warning(*find_loosely(root_, "version", diagnostics_), "Job-Version",
                           "`version` contradicts the content, which is of the form " +
                               std::string(to_string(dialect)) + " and is read so",
                           dialect == Dialect::kDataWorks2 ? "write \"2.0\"" : "write \"1.0\"");
    }
    return dialect;
  }

  const JsonNode* need(const JsonNode& object, std::string_view key) {
    if (!object.is_object()) {
      diagnostics_.error(object, "Config-Type",
                         "must be an object, but is " + std::string(to_string(object.kind())));
      return nullptr;
    }
    const JsonNode* node = find_loosely(object, key, diagnostics_);
    if (node && !node->is_null()) return node;
    diagnostics_.error(object, "Config-Missing", "`" + std::string(key) + "` is missing");
    return nullptr;
  }

  const JsonNode* optional_object(const JsonNode& object, std::string_view key) {
    const JsonNode* node = find_loosely(object, key, diagnostics_);
    if (!node || node->is_null()) return nullptr;
    if (node->is_object()) return node;
    diagnostics_.error(*node, "Config-Type",
                       "`" + std::string(key) + "` must be an object, but is " +
                           std::string(to_string(node->kind())));
    return nullptr;
  }

  PluginBlock plugin(const JsonNode& block, std::string_view name_key) {
    PluginBlock out;
    out.name_node = need(block, name_key);
    if (!out.name_node) return out;
    if (!out.name_node->is_text() || plugin_name(out.name_node->text()).empty())
      diagnostics_.error(*out.name_node, "Config-Type",
                         "`" + std::string(name_key) + "` must be the name of a plug-in",
                         "for example \"otsstream\"");
    out.written_name = out.name_node->text();
    out.name = plugin_name(out.written_name);
    out.parameter = need(block, "parameter");
    if (out.parameter && !out.parameter->is_object())
      diagnostics_.error(
          *out.parameter, "Config-Type",
          "`parameter` must be an object, but is " + std::string(to_string(out.parameter->kind())));
    return out;
  }

  void reader_and_writer(const JsonNode& object, std::string_view name_key) {
    if (const JsonNode* reader = need(object, "reader")) parts_.reader = plugin(*reader, name_key);
    if (!object.is_object()) return;
    if (const JsonNode* writer = need(object, "writer")) parts_.writer = plugin(*writer, name_key);
  }

  void datax(const JsonNode& job) {
    parts_.common = optional_object(root_, "common");
    parts_.core = optional_object(root_, "core");
    const JsonNode* content = need(job, "content");
    if (!job.is_object()) return;
    parts_.setting = optional_object(job, "setting");
    for (std::string_view hook : {"preHandler", "postHandler"})
      if (const JsonNode* node = job.find(hook); node && !node->is_null())
        diagnostics_.warning(
            *node, "Config-Ignored",
            "`" + std::string(hook) + "` is ignored: Java plug-ins cannot run here");
    if (!content) return;
    if (!content->is_array() || content->items().empty()) {
      diagnostics_.error(*content, "Config-Type",
                         "`content` must be a list with one entry of `reader` and `writer`");
      return;
    }
    if (content->items().size() > 1)
      diagnostics_.warning(*content->items()[1], "Config-Ignored",
                           "only the first entry of `content` is run, as DataX does");
    const JsonNode& first = *content->items()[0];
    reader_and_writer(first, "name");
    if (const JsonNode* list = first.find("transformer"); list && !list->is_null()) {
      if (!list->is_array())
        diagnostics_.error(*list, "Config-Type", "`transformer` must be a list");
      else if (!list->items().empty())
        parts_.transformer = list;
    }
  }

  void dataworks1(const JsonNode& configuration) {
    reader_and_writer(configuration, "plugin");
    if (configuration.is_object()) parts_.setting = optional_object(configuration, "setting");
  }

  void dataworks2(const JsonNode& steps) {
    parts_.setting = optional_object(root_, "setting");
    if (!steps.is_array()) {
      diagnostics_.error(steps, "Config-Type",
                         "`steps` must be a list, but is " + std::string(to_string(steps.kind())));
      return;
    }
    const JsonNode* reader = nullptr;
    const JsonNode* writer = nullptr;
    for (const JsonNode* step : steps.items()) {
      const JsonNode* category = need(*step, "category");
      if (!category) continue;
      const std::string word = folded(category->text());
      if (word == "reader")
        take_step(reader, *step, "reader");
      else if (word == "writer")
        take_step(writer, *step, "writer");
      else if (word == "processor")
        diagnostics_.notice(*step, "Config-Ignored", "the processor step is ignored");
      else
        diagnostics_.error(*category, "Config-Value",
                           "`category` must be reader, writer or processor");
    }
    if (!reader) diagnostics_.error(steps, "Config-Missing", "no step has the category `reader`");
    if (!writer) diagnostics_.error(steps, "Config-Missing", "no step has the category `writer`");
    if (reader) parts_.reader = plugin(*reader, "stepType");
    if (writer) parts_.writer = plugin(*writer, "stepType");
    check_hops(steps);
  }

  void take_step(const JsonNode*& place, const JsonNode& step, const std::string& category) {
    if (place)
      diagnostics_.error(
          step, "Job-Form",
          "a second step of category `" + category + "`; one job has one " + category);
    else
      place = &step;
  }

  void check_hops(const JsonNode& steps) {
    std::set<std::string> names;
    for (const JsonNode* step : steps.items())
      if (const JsonNode* name = step->find("name")) names.insert(name->text());
    const JsonNode* order = find_loosely(root_, "order", diagnostics_);
    const JsonNode* hops = order ? order->find("hops") : nullptr;
    if (!hops) return;
    for (const JsonNode* hop : hops->items())
      for (std::string_view end : {"from", "to"})
        if (const JsonNode* name = hop->find(end); name && !names.count(name->text()))
          diagnostics_.error(*name, "Job-Hop",
                             "the hop names the step `" + name->text() + "`, which does not exist",
                             "use the `name` of a step, or leave `order` out");
  }

  const JsonNode& root_;
  Diagnostics& diagnostics_;
  JobParts parts_;
};

}  // namespace

JobParts find_parts(const JsonNode& root, Diagnostics& diagnostics) {
  return PartsFinder(root, diagnostics).find();
}

}  // namespace otsstream::job
