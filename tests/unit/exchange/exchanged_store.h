// What `export` and `import` do, in this process, on stores of their own.
#pragma once

#include <string>
#include <vector>

#include "backend/exchange/configuration_json.h"
#include "db/base/errors.h"
#include "db/configuration/configuration.h"
#include "db/store/connection.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::exchange {

using db::testing::TemporaryDatabase;

inline std::string exported(const TemporaryDatabase& store, bool with_keys = true, bool with_health = true) {
  db::Connection connection(store.path(), db::Connection::Mode::reading);
  std::string text;
  db::read(connection, [&](db::Connection& in) {
    text = to_json(db::read_configuration(in, {.with_keys = with_keys, .with_health = with_health}));
  });
  return text;
}

/// The differences as lines.
inline std::vector<std::string> import(const TemporaryDatabase& store, const std::string& text,
                                       bool prune = false) {
  db::Connection connection(store.path(), db::Connection::Mode::writing);
  std::vector<std::string> lines;
  db::write(connection, [&](db::Connection& in) {
    for (const auto& change : db::apply_configuration(in, from_json(text), prune))
      lines.push_back(change.line);
  });
  return lines;
}

inline std::string refusal(const TemporaryDatabase& store, const std::string& text, bool prune = false) {
  try {
    import(store, text, prune);
    return "";
  } catch (const db::Refusal& error) {
    return error.what();
  }
}

/// A file with these lists.
inline std::string file(const std::string& lists) {
  return R"({"format": "mxbalance 1")" + (lists.empty() ? "" : ", " + lists) + "}";
}

}  // namespace mxbalance::exchange
