// Asks a backend as PowerDNS does, without PowerDNS: lookups over many connections, one at a time on each. Prints
// one JSON object: lookups, failures, lookups a second, and the round trip's median and 99th percentile in
// microseconds. Usage: lookup_load (http PORT | unix PATH) CONNECTIONS SECONDS LOOKUPS-A-SECOND(0: as fast as it
// goes) NAMES-FILE NAMES-FILE: "name type" a line; each connection takes its own way through it.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Settings {
  bool http = false;
  std::string address;
  std::size_t connections = 1;
  std::chrono::duration<double> time{1};
  double rate = 0;
  std::vector<std::string> requests;
};

struct Outcome {
  std::vector<float> round_trips;  ///< microseconds
  std::uint64_t failures = 0;
};

int connect_to(const Settings& settings) {
  const int descriptor = ::socket(settings.http ? AF_INET : AF_UNIX, SOCK_STREAM, 0);
  sockaddr_in tcp{};
  tcp.sin_family = AF_INET;
  tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  if (settings.http) {
    tcp.sin_port = htons(static_cast<std::uint16_t>(std::stoi(settings.address)));
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  } else {
    settings.address.copy(std::begin(local.sun_path), sizeof local.sun_path - 1);
  }
  const auto* const where = settings.http ? static_cast<const void*>(&tcp) : static_cast<const void*>(&local);
  const auto size = static_cast<socklen_t>(settings.http ? sizeof tcp : sizeof local);
  if (::connect(descriptor, static_cast<const sockaddr*>(where), size) != 0) {
    throw std::runtime_error("cannot connect to " + settings.address + ": " + std::strerror(errno));
  }
  return descriptor;
}

bool is_complete(const Settings& settings, const std::string& reply) {
  if (!settings.http) return reply.ends_with('\n');
  const auto end = reply.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const auto length = reply.find("Content-Length: ");
  return reply.size() >= end + 4 + std::stoul(reply.substr(length + 16));
}

/// The whole reply; empty: none came.
std::string ask(const Settings& settings, int descriptor, const std::string& request) {
  if (::write(descriptor, request.data(), request.size()) != static_cast<ssize_t>(request.size())) return {};
  std::string reply;
  std::array<char, 65536> piece{};
  while (!is_complete(settings, reply)) {
    const auto read = ::read(descriptor, piece.data(), piece.size());
    if (read <= 0) return {};
    reply.append(piece.data(), static_cast<std::size_t>(read));
  }
  return reply;
}

bool is_good(const std::string& reply) {
  return reply.find("\"result\":[{") != std::string::npos;
}

/// One connection's lookups; after a failure, on a new connection.
Outcome look_up(const Settings& settings, std::size_t number) {
  std::mt19937 random(static_cast<unsigned>(number));
  std::uniform_int_distribution<std::size_t> pick(0, settings.requests.size() - 1);
  Outcome outcome;
  int descriptor = connect_to(settings);
  const auto begin = Clock::now();
  const std::chrono::duration<double> interval(
      settings.rate > 0 ? static_cast<double>(settings.connections) / settings.rate : 0);
  for (std::uint64_t i = 0; Clock::now() - begin < settings.time; ++i) {
    if (settings.rate > 0) std::this_thread::sleep_until(begin + interval * static_cast<double>(i));
    const auto sent = Clock::now();
    const auto reply = ask(settings, descriptor, settings.requests[pick(random)]);
    outcome.round_trips.push_back(std::chrono::duration<float, std::micro>(Clock::now() - sent).count());
    if (is_good(reply)) continue;
    if (outcome.failures++ == 0) std::cerr << "a failed reply: " << reply << '\n';
    if (!reply.empty()) continue;
    ::close(descriptor);
    descriptor = connect_to(settings);
  }
  ::close(descriptor);
  return outcome;
}

std::string lookup_request(bool http, const std::string& name, const std::string& type) {
  const std::string json = R"({"method":"lookup","parameters":{"local":"0.0.0.0","qname":")" + name +
                           R"(.","qtype":")" + type +
                           R"(","real-remote":"127.0.0.1/32","remote":"127.0.0.1","zone-id":-1}})";
  if (!http) return json + '\n';
  return "POST /dns HTTP/1.1\r\nAccept: application/json\r\nConnection: Keep-Alive\r\nContent-Length: " +
         std::to_string(json.size()) +
         "\r\nContent-Type: text/javascript; charset=utf-8\r\nHost: 127.0.0.1\r\n\r\n" + json;
}

Settings read_settings(std::span<char*> arguments) {
  if (arguments.size() != 7) {
    throw std::invalid_argument("usage: lookup_load (http PORT | unix PATH) CONNECTIONS SECONDS RATE NAMES");
  }
  Settings settings;
  settings.http = std::string_view(arguments[1]) == "http";
  settings.address = arguments[2];
  settings.connections = std::stoul(arguments[3]);
  settings.time = std::chrono::duration<double>(std::stod(arguments[4]));
  settings.rate = std::stod(arguments[5]);
  std::ifstream names(arguments[6]);
  for (std::string name, type; names >> name >> type;)
    settings.requests.push_back(lookup_request(settings.http, name, type));
  if (settings.requests.empty()) throw std::invalid_argument("there are no names in " + std::string(arguments[6]));
  return settings;
}

void print(std::vector<Outcome>& outcomes, double seconds) {
  std::vector<float> all;
  std::uint64_t failures = 0;
  for (auto& outcome : outcomes) {
    all.insert(all.end(), outcome.round_trips.begin(), outcome.round_trips.end());
    failures += outcome.failures;
  }
  std::sort(all.begin(), all.end());
  std::cout << "{\"lookups\":" << all.size() << ",\"failures\":" << failures
            << ",\"per_second\":" << static_cast<double>(all.size()) / seconds
            << ",\"median_us\":" << all[all.size() / 2] << ",\"p99_us\":" << all[all.size() * 99 / 100] << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Settings settings = read_settings({argv, static_cast<std::size_t>(argc)});
    std::vector<Outcome> outcomes(settings.connections);
    const auto begin = Clock::now();
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < settings.connections; ++i)
        threads.emplace_back([&, i] { outcomes[i] = look_up(settings, i); });
    }
    print(outcomes, std::chrono::duration<double>(Clock::now() - begin).count());
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "lookup_load: " << error.what() << '\n';
    return 1;
  }
}
