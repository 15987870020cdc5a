// The commands. Each function adds its command to `app`, which then owns it. `context` must outlive `app`.
#pragma once

#include <CLI/CLI.hpp>

#include "backend/cli/shared/context.h"

namespace mxbalance::cli {

void register_migrate(CLI::App& app, Context& context);
void register_check(CLI::App& app, Context& context);
void register_zone(CLI::App& app, Context& context);
void register_zone_records(CLI::App& zone, Context& context);
void register_server(CLI::App& app, Context& context);
void register_server_health(CLI::App& server, Context& context);
void register_pool(CLI::App& app, Context& context);
void register_pool_members(CLI::App& pool, Context& context);
void register_pool_names(CLI::App& pool, Context& context);
void register_backup(CLI::App& app, Context& context);
void register_restore(CLI::App& app, Context& context);
void register_serve(CLI::App& app, Context& context);
void register_ping(CLI::App& app, Context& context);
void register_export(CLI::App& app, Context& context);
void register_import(CLI::App& app, Context& context);
void register_version(CLI::App& app, Context& context);

}  // namespace mxbalance::cli
