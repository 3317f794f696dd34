#include "tablestore/wire/signature.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/hash.h"

namespace otsstream::tablestore {
namespace {

constexpr std::string_view kSignedPrefix = "x-ots-";

std::string_view trim(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// "name:value\n" of every x-ots-* header but the signatures, by name (1.4).
std::string canonical_headers(const HeaderList& headers) {
  HeaderList chosen;
  for (const auto& [name, value] : headers) {
    std::string key = lower(name);
    if (!key.starts_with(kSignedPrefix) || key == "x-ots-signature" || key == "x-ots-signaturev4")
      continue;
    chosen.emplace_back(std::move(key), trim(value));
  }
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out;
  for (const auto& [name, value] : chosen) out.append(name).append(":").append(value).append("\n");
  return out;
}

std::string request_text(std::string_view path, const HeaderList& headers) {
  return std::string(path) + "\nPOST\n\n" + canonical_headers(headers);
}

}  // namespace

std::string sign_request_v2(std::string_view secret, std::string_view path,
                            const HeaderList& headers) {
  return base64_encode(hmac_sha1(secret, request_text(path, headers)));
}

std::string v4_signing_key(std::string_view secret, std::string_view sign_date,
                           std::string_view region) {
  std::string key = "aliyun_v4" + std::string(secret);
  for (std::string_view part :
       {sign_date, region, std::string_view("ots"), std::string_view("aliyun_v4_request")}) {
    key = hmac_sha256(key, part);
  }
  return base64_encode(key);
}

std::string sign_request_v4(std::string_view signing_key, std::string_view path,
                            const HeaderList& headers) {
  return base64_encode(hmac_sha256(signing_key, request_text(path, headers) + "ots"));
}

std::string sign_response(std::string_view key, std::string_view path, const HeaderList& headers) {
  return base64_encode(hmac_sha1(key, canonical_headers(headers) + std::string(path)));
}

std::string content_md5(std::string_view body) { return base64_encode(md5(body)); }

std::string format_date(int64_t epoch_ms) {
  using namespace std::chrono;
  // A time_point computed from a number; no clock is asked.
  date::sys_time<milliseconds> time{milliseconds(epoch_ms)};
  auto day = date::floor<date::days>(time);
  date::year_month_day ymd(day);
  date::hh_mm_ss<milliseconds> tod(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(ymd.year()),
                     unsigned(ymd.month()), unsigned(ymd.day()), tod.hours().count(),
                     tod.minutes().count(), tod.seconds().count(), tod.subseconds().count());
}

Result<int64_t> parse_date(std::string_view text) {
  auto bad = [&] {
    return fail(ErrorKind::kCorrupt, "Wire-Date",
                fmt::format("\"{}\" is no date of the form 2026-11-22T14:04:50.398Z", text));
  };
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() <= kForm.size() || text.back() != 'Z') return bad();
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? !is_digit(text[i]) : text[i] != kForm[i]) return bad();
  }
  std::string_view fraction = text.substr(kForm.size(), text.size() - kForm.size() - 1);
  if (!fraction.empty() && (fraction.size() < 2 || fraction[0] != '.' ||
                            !std::all_of(fraction.begin() + 1, fraction.end(), is_digit))) {
    return bad();
  }
  auto number = [&](size_t at, size_t digits) {
    int v = 0;
    for (char c : text.substr(at, digits)) v = v * 10 + (c - '0');
    return v;
  };
  date::year_month_day ymd(date::year(number(0, 4)),
                           date::month(static_cast<unsigned>(number(5, 2))),
                           date::day(static_cast<unsigned>(number(8, 2))));
  int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!ymd.ok() || hour > 23 || minute > 59 || second > 59) return bad();
  int64_t days = date::sys_days(ymd).time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute) * 60'000 + second * 1000;
}

}  // namespace otsstream::tablestore
