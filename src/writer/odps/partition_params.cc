#include "writer/odps/partition_params.h"

#include <fmt/format.h>

#include <set>

#include "base/time_format.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::writer {
namespace {

using maxcompute::PartitionSpec;
using maxcompute::ascii::lower;
using maxcompute::ascii::trim;

// Entries of the two lists of objects, member by member.
class PartitionReader {
 public:
  PartitionReader(const ParamPlaces& places, Diagnostics& diagnostics, OdpsSettings& settings)
      : places_(places), diagnostics_(diagnostics), settings_(settings) {}

  void read_partition(const std::string& text) {
    auto partition = PartitionSpec::parse(text);
    if (partition) {
      settings_.partition = std::move(*partition);
    } else {
      bad(places_.at("partition"), "`partition`: " + partition.error().message,
          partition.error().remedy);
    }
  }

  void read_formats(const JsonNode& list) {
    std::set<std::string> seen;
    for (const JsonNode* entry : list.items()) {
      if (!is_object(*entry, R"(write {"name": "pt", "dateFormat": "yyyyMMdd"})")) continue;
      warn_of_unknown(*entry, {"name", "srcDateFormat", "dateFormat"});
      PartitionFormat format;
      format.column = name_of(*entry, seen);
      format.source_format = time_format_of(*entry, "srcDateFormat", false);
      format.format = time_format_of(*entry, "dateFormat", true);
      settings_.partition_formats.push_back(std::move(format));
    }
  }

  void read_custom_columns(const JsonNode& list) {
    std::set<std::string> seen;
    for (const JsonNode* entry : list.items()) {
      if (!is_object(*entry, R"(write {"name": "pt", "valueMode": "20171019"})")) continue;
      warn_of_unknown(*entry, {"name", "valueMode", "category", "type", "value"});
      const std::string name = name_of(*entry, seen);
      const std::string value = text_of(*entry, "valueMode", true);
      if (!name.empty() && !value.empty() && has_fixed_value(*entry))
        read_fixed_value(*entry, name, value);
    }
  }

 private:
  void bad(const JsonNode& at, std::string message, std::string remedy) {
    diagnostics_.error(at, "OdpsWriter-Partition", std::move(message), std::move(remedy));
  }

  bool is_object(const JsonNode& entry, std::string remedy) {
    if (entry.is_object()) return true;
    bad(entry, fmt::format("an entry must be an object, but is {}", to_string(entry.kind())),
        std::move(remedy));
    return false;
  }

  void warn_of_unknown(const JsonNode& entry, const std::vector<std::string>& known) {
    for (const JsonNode* member : entry.members()) {
      if (std::find(known.begin(), known.end(), member->key()) != known.end()) continue;
      const std::string near = nearest_name(member->key(), known);
      diagnostics_.warning(*member, "Config-UnknownKey",
                           fmt::format("unknown key `{}` is ignored", member->key()),
                           near.empty() ? "" : fmt::format("did you mean `{}`?", near));
    }
  }

  std::string text_of(const JsonNode& entry, std::string_view key, bool required) {
    const JsonNode* node = entry.find(key);
    if (node != nullptr && (node->is_array() || node->is_object())) {
      bad(*node, fmt::format("`{}` must be a text, but is {}", key, to_string(node->kind())), {});
      return {};
    }
    std::string text(node == nullptr || node->is_null() ? "" : trim(node->text()));
    if (text.empty() && required)
      bad(node == nullptr ? entry : *node, fmt::format("an entry needs its `{}`", key), {});
    return text;
  }

  std::string name_of(const JsonNode& entry, std::set<std::string>& seen) {
    std::string name = lower(text_of(entry, "name", true));
    if (!name.empty() && !seen.insert(name).second)
      bad(*entry.find("name"), fmt::format("the partition column `{}` stands here twice", name),
          "list each partition column once");
    return name;
  }

  std::string time_format_of(const JsonNode& entry, std::string_view key, bool required) {
    std::string pattern = text_of(entry, key, required);
    if (pattern.empty()) return pattern;
    auto format = TimeFormat::parse(pattern);
    if (format) return pattern;
    bad(*entry.find(key), format.error().message, format.error().remedy);
    return {};
  }

  // DataX takes the text of valueMode for the value whatever the category: for eventTime the rows
  // would land in a partition named "yyyyMMdd".
  bool has_fixed_value(const JsonNode& entry) {
    const std::string category = text_of(entry, "category", false);
    if (category.empty() || lower(category) == "constant") return true;
    bad(*entry.find("category"),
        fmt::format("partition columns of the category `{}` have no fixed value", category),
        "write the category constant with the value in valueMode, or let a column of the reader "
        "give the value: list the partition column in `column`, with partitionColumnMapping for "
        "its time format");
    return false;
  }

  void read_fixed_value(const JsonNode& entry, const std::string& name, const std::string& value) {
    auto spec = PartitionSpec::parse(fmt::format("{}='{}'", name, value));
    if (!spec)
      return bad(*entry.find("valueMode"), "`valueMode`: " + spec.error().message,
                 "choose a value without quotes, `=`, `,` and `/`");
    if (spec->parts().size() != 1 || spec->parts().front().second != value)
      return bad(*entry.find("valueMode"),
                 fmt::format("`valueMode` {} cannot be the value of one partition column", value),
                 "choose a value without quotes, `=`, `,` and `/`");
    settings_.fixed_partition_values.add(name, value);
  }

  const ParamPlaces& places_;
  Diagnostics& diagnostics_;
  OdpsSettings& settings_;
};

}  // namespace

void read_partitions(const WrittenPartitions& written, const ParamPlaces& places,
                     Diagnostics& diagnostics, OdpsSettings& settings) {
  PartitionReader reader(places, diagnostics, settings);
  auto no_effect = [&](std::string_view name, std::string why, std::string remedy) {
    diagnostics.warning(places.at(name), "Config-Contradiction",
                        fmt::format("`{}` has no effect: {}", name, why), std::move(remedy));
  };
  settings.dynamic_partition = written.dynamic;
  const bool custom = lower(written.format_type) == "custom";

  reader.read_partition(written.partition);
  if (written.dynamic == true && !custom && places.has("partition")) {
    no_effect("partition", "`supportDynamicPartition` is true, so columns give the partition",
              "remove one of the two");
    settings.partition = {};
  }
  if (written.formats != nullptr) {
    reader.read_formats(*written.formats);
    if (written.dynamic == false)
      no_effect("partitionColumnMapping", "`supportDynamicPartition` is false", "remove it");
  }

  if (places.has("partitionFormatType") && !custom)
    no_effect("partitionFormatType",
              fmt::format("only custom is known, not `{}`", written.format_type), "remove it");
  if (written.custom_columns != nullptr && !custom)
    no_effect("customPartitionColumns", "`partitionFormatType` is not custom",
              "set partitionFormatType to custom, or remove it");
  if (!custom) return;
  if (written.custom_columns == nullptr || written.custom_columns->items().empty())
    return diagnostics.error(places.at("partitionFormatType"), "OdpsWriter-Partition",
                             "`partitionFormatType` custom needs `customPartitionColumns`",
                             "list every partition column with its value there");
  reader.read_custom_columns(*written.custom_columns);
  if (places.has("partition"))
    diagnostics.error(places.at("partition"), "OdpsWriter-Partition",
                      "`partition` and `customPartitionColumns` both name the partition",
                      "remove one of the two");
}

}  // namespace otsstream::writer
