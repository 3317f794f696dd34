#include "net/http_message.h"

#include <algorithm>

namespace otsstream {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool unreserved(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

}  // namespace

const std::string* Headers::find(std::string_view name) const {
  for (const Header& header : list_)
    if (same_name(header.name, name)) return &header.value;
  return nullptr;
}

std::string_view Headers::get(std::string_view name) const {
  const std::string* value = find(name);
  return value ? std::string_view(*value) : std::string_view();
}

void Headers::set(std::string_view name, std::string value) {
  auto same = [&](const Header& header) { return same_name(header.name, name); };
  auto first = std::ranges::find_if(list_, same);
  if (first == list_.end()) return add(name, std::move(value));
  first->value = std::move(value);
  list_.erase(std::remove_if(first + 1, list_.end(), same), list_.end());
}

void Headers::add(std::string_view name, std::string value) {
  list_.push_back({std::string(name), std::move(value)});
}

void Headers::remove(std::string_view name) {
  std::erase_if(list_, [&](const Header& header) { return same_name(header.name, name); });
}

void Body::append(SharedBuffer buffer) {
  if (buffer.empty()) return;
  size_ += buffer.size();
  parts_.push_back(std::move(buffer));
}

SharedBuffer Body::flat() const {
  if (parts_.empty()) return {};
  if (parts_.size() == 1) return parts_.front();
  std::string bytes;
  bytes.reserve(size_);
  for (const SharedBuffer& part : parts_) bytes += part.view();
  return SharedBuffer(std::move(bytes));
}

std::string_view Request::path() const {
  std::string_view all = target;
  return all.substr(0, all.find('?'));
}

std::string_view Request::query() const {
  std::string_view all = target;
  size_t mark = all.find('?');
  return mark == std::string_view::npos ? std::string_view() : all.substr(mark + 1);
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += plus_is_space && text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

std::vector<QueryParam> parse_query(std::string_view query) {
  std::vector<QueryParam> params;
  while (!query.empty()) {
    std::string_view piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), piece.size() + 1));
    if (piece.empty()) continue;
    size_t sign = piece.find('=');
    QueryParam param;
    param.key = percent_decode(piece.substr(0, sign), true);
    if (sign != std::string_view::npos) {
      param.has_value = true;
      param.value = percent_decode(piece.substr(sign + 1), true);
    }
    params.push_back(std::move(param));
  }
  return params;
}

const QueryParam* find_param(const std::vector<QueryParam>& params, std::string_view key) {
  for (const QueryParam& param : params)
    if (param.key == key) return &param;
  return nullptr;
}

}  // namespace otsstream
