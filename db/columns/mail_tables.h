// The columns of the mail tables that people set, each told once. The lookup, edits, listings, export, import,
// check and the command line read them here. A further column is one line here, beside its line in the schema.
#pragma once

#include "db/columns/column.h"

namespace mxbalance::db::columns {

inline constexpr std::int64_t most_16_bits = 65535;
inline constexpr std::int64_t most_of_a_day = 86400;  // seconds

inline constexpr Column health =
    one_of("health", "unknown", {"unknown", "up", "down"}, "what you or your monitor found").of_health();

inline constexpr ColumnTable mail_servers{
    "mail_servers",
    std::array{
        key("name", ColumnKind::owner_name),
        whole_number("weight", 100, 0, most_16_bits, "its share of the mail; 0: only when no other is live"),
        one_of("state", "enabled", {"enabled", "drain", "disabled"}),
        health,
        free_text("reason", "why it has this health").of_health(),
        whole_number("ttl", 60, 0, most_of_a_day, "of its own A and AAAA records, in seconds"),
        one_of("probe", {}, {"smtp", "smtps", "tcp", "none"},
               "how it is probed; default: all of this as `mxbalance serve` is told")
            .with(&Column::null_word, "default")
            .of_probe("{}"),
        whole_number("probe_port", {}, 1, most_16_bits, "port of probes").of_probe("port {}"),
        seconds("probe_interval", most_of_a_day, "from one probe of an address to the next")
            .of_probe("every {} s"),
        seconds("probe_timeout", 3600, "of a probe").of_probe("timeout {} s"),
        whole_number("probe_rise", {}, 1, 100, "passed probes in a row until up").of_probe("rise {}"),
        whole_number("probe_fall", {}, 1, 100, "failed probes in a row until down").of_probe("fall {}"),
        one_of("probe_tls", {}, {"off", "try", "require"}, "STARTTLS: never; where offered; always")
            .of_probe("tls {}"),
    }};

inline constexpr ColumnTable mail_addresses{"mail_addresses", std::array{
                                                                  key("address", ColumnKind::address),
                                                                  health,
                                                                  free_text("reason").of_health(),
                                                              }};

inline constexpr ColumnTable pools{
    "pools",
    std::array{
        key("name", ColumnKind::pool_name),
        whole_number("ttl", 60, 0, most_of_a_day, "of the records that it publishes, in seconds"),
        one_of("mx_policy", "auto", {"auto", "equal", "ranked"},
               "equal: one preference for a tier; ranked: weights obeyed by drawn preferences; auto: what the "
               "weights need")
            .with(&Column::label, "MX policy"),
        one_of("address_policy", "auto", {"auto", "all", "subset"},
               "all: every live address; subset: some, drawn by weight; auto: what the weights need"),
        whole_number("max_addresses", 8, 1, 64, "of one family in an answer"),
        whole_number("min_live", 1, 1, most_16_bits,
                     "with fewer live members than this, draining ones help out, or all are answered"),
        whole_number("slow_start", 0, 0, most_of_a_day,
                     "seconds over which the weight of a server that came up rises"),
    }};

inline constexpr ColumnTable pool_members{
    "pool_members",
    std::array{
        key("server", ColumnKind::owner_name),
        whole_number("preference", 10, 0, most_16_bits,
                     "of their MX records; members with a higher one are a backup tier (new members: 10)"),
        whole_number("weight", {}, 0, most_16_bits, "in this pool, instead of the server's own").or_null(),
    }};

inline constexpr ColumnTable pool_names{"pool_names",
                                        std::array{
                                            key("name", ColumnKind::owner_name),
                                            one_of("kind", {}, {"MX", "A"}).with(&Column::is_key, true),
                                            Column{.name = "pool", .kind = ColumnKind::pool_name, .otherwise = ""},
                                        }};

}  // namespace mxbalance::db::columns
