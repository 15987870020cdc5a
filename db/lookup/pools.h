// Reads mail servers and pools from the store. A row that breaks a CHECK was written with the checks switched off.
// It is left out and reported. Each function reads inside the caller's transaction.
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

/// The kinds of records as which the pool is published: MX, A.
std::vector<std::string> kinds_published(Connection& connection, std::string_view pool);

/// pools_in_need(): the published pools that have too few live members, so that other members are answered, too.
/// pools_of_server(): all pools that the server is a member of.
std::set<std::string> pools_in_need(Connection& connection);
std::set<std::string> pools_of_server(Connection& connection, std::string_view server);

/// The words of the store for health, and the family of an address. Absent where the text is neither.
std::optional<Health> health_of(std::string_view word);
std::string_view word_of(Health health);
std::optional<AddressFamily> family_of(const std::string& address);

/// Why no MX record can point to `name`, a value of mail_servers.name, as a sentence. Absent when one can.
std::optional<std::string> host_name_problem(std::string_view name);

/// The mail server with the host name `name` (canonical); absent when there is none.
std::optional<MailServer> read_mail_server(Connection& connection, std::string_view name,
                                           std::vector<RowDefect>& defects);

}  // namespace mxbalance::db
