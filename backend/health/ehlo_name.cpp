#include "backend/health/ehlo_name.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <thread>

#include <netdb.h>
#include <unistd.h>

#include "db/base/ip_address.h"
#include "db/base/text.h"

namespace mxbalance::health {

namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
constexpr std::string_view ipv6_tag = "ipv6:";

bool is_label(std::string_view label) {
  const auto is_allowed = [](char c) { return db::is_letter_or_digit(c) || c == '-'; };
  return !label.empty() && label.size() <= longest_label && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), is_allowed);
}

/// Whether the text is a host name. An address without brackets is not one, though its characters would be
/// allowed.
bool is_host_name(std::string_view name) {
  if (name.size() > longest_name) return false;
  while (true) {
    const auto label = name.substr(0, name.find('.'));
    if (!is_label(label)) return false;
    if (label.size() == name.size()) return !std::all_of(label.begin(), label.end(), db::is_digit);
    name.remove_prefix(label.size() + 1);
  }
}

std::string name_of_system() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "";
  return name.data();
}

bool is_full(const std::string& name) {
  return is_host_name(name) && name.find('.') != std::string::npos;
}

/// The canonical name, found as `hostname --fqdn` does.
std::string canonical_name_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return "";
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  return list != nullptr && list->ai_canonname != nullptr ? list->ai_canonname : "";
}

}  // namespace

bool is_ehlo_name(std::string_view text) {
  if (!text.starts_with('[') || !text.ends_with(']')) return is_host_name(text);
  const std::string inside = db::lower(text.substr(1, text.size() - 2));
  if (!inside.starts_with(ipv6_tag)) return db::ipv4_address(inside).has_value();
  return db::ipv6_address(std::string_view(inside).substr(ipv6_tag.size())).has_value();
}

std::string address_literal(db::AddressFamily family, const std::string& address) {
  return (family == db::AddressFamily::ipv4 ? "[" : "[IPv6:") + address + "]";
}

struct FullHostName::Found {
  std::mutex mutex;
  std::string name;
};

/// Finds the name in a separate thread. That thread owns only the place for the result, because it may outlive
/// this object and cannot be stopped while it waits for the resolver.
FullHostName::FullHostName() : found_(std::make_shared<Found>()) {
  const std::string host = name_of_system();
  if (is_full(host)) {
    found_->name = host;
  } else if (is_host_name(host)) {
    std::thread([found = found_, host] {
      const std::string name = canonical_name_of(host);
      const std::lock_guard lock(found->mutex);
      if (is_full(name)) found->name = name;
    }).detach();
  }
}

std::string FullHostName::get() const {
  const std::lock_guard lock(found_->mutex);
  return found_->name;
}

}  // namespace mxbalance::health
