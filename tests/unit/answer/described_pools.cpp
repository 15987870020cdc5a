#include "tests/unit/answer/described_pools.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <tuple>

namespace mxbalance::answer {

namespace {

db::MailAddress address_of(std::string word) {
  db::MailAddress address;
  if (word.back() == '?') {
    address.is_unprobed = true;
    word.pop_back();
  }
  if (word.back() == '!') {
    address.health = db::Health::down;
    word.pop_back();
  } else if (word.back() == '+') {
    address.health = db::Health::up;
    word.pop_back();
  }
  address.family = word.find(':') == std::string::npos ? db::AddressFamily::ipv4 : db::AddressFamily::ipv6;
  address.address = std::move(word);
  return address;
}

std::uint32_t number_after(std::string_view word, std::string_view field) {
  return static_cast<std::uint32_t>(std::stoul(std::string(word.substr(field.size()))));
}

void add_word(const std::string& word, db::PoolMember& member) {
  constexpr std::string_view weight = "weight=";
  constexpr std::string_view ttl = "ttl=";
  constexpr std::string_view preference = "preference=";
  db::MailServer& server = member.server;
  if (word.starts_with(weight)) {
    server.weight = member.weight = number_after(word, weight);
  } else if (word.starts_with(ttl)) {
    server.ttl = number_after(word, ttl);
  } else if (word.starts_with(preference)) {
    member.preference = number_after(word, preference);
  } else if (word == "drain" || word == "disabled") {
    server.state = word == "drain" ? db::ServerState::drain : db::ServerState::disabled;
  } else if (word == "up" || word == "down") {
    server.health = word == "up" ? db::Health::up : db::Health::down;
  } else if (word.find_first_of(".:") != std::string::npos) {
    server.addresses.push_back(address_of(word));
  } else {
    throw std::invalid_argument("no word of a mail server: " + word);
  }
}

db::PoolMember member_of(std::string_view words) {
  db::PoolMember member;
  std::istringstream rest{std::string(words)};
  rest >> member.server.name;
  for (std::string word; rest >> word;)
    add_word(word, member);
  return member;
}

}  // namespace

db::MailServer server_of(std::string_view words) {
  return member_of(words).server;
}

db::Pool pool_of(std::initializer_list<std::string_view> members) {
  db::Pool pool;
  pool.name = "inbound";
  for (const auto words : members)
    pool.members.push_back(member_of(words));
  std::sort(pool.members.begin(), pool.members.end(), [](const db::PoolMember& a, const db::PoolMember& b) {
    return std::tie(a.preference, a.server.name) < std::tie(b.preference, b.server.name);
  });
  return pool;
}

}  // namespace mxbalance::answer
