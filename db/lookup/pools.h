// Mail servers and pools, as read from the store. A row that says what no CHECK allows (it can only have been
// written with the checks off) is left out and reported. Each function reads inside the caller's transaction.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// The pool and its members; absent when there is no such pool.
std::optional<Pool> read_pool(Connection& connection, std::string_view name, std::vector<RowDefect>& defects);

/// As what the pool is published: MX, A.
std::vector<std::string> kinds_published(Connection& connection, std::string_view pool);

/// The published pools that are not answered by their live members alone, and those that a server is a member of.
std::set<std::string> pools_in_need(Connection& connection);
std::set<std::string> pools_of_server(Connection& connection, std::string_view server);

/// The words that the store has for health and the family of an address; absent: it is none.
std::optional<Health> health_of(std::string_view word);
std::string_view word_of(Health health);
std::optional<AddressFamily> family_of(const std::string& address);

/// Why no MX record can point to `name`, as mail_servers.name has it: a sentence; absent: one can.
std::optional<std::string> host_name_problem(std::string_view name);

/// The mail server with the host name `name` (canonical); absent when there is none.
std::optional<MailServer> read_mail_server(Connection& connection, std::string_view name,
                                           std::vector<RowDefect>& defects);

}  // namespace mxbalance::db
