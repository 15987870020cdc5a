-- Mail servers and their addresses.
-- The files of this folder are one migration, in the order of their names. Editing by hand in the sqlite3 shell is
-- supported: the name of every rule is the sentence that a person reads, and it stands in one line, however long, as
-- SQL cannot break it. No STRICT tables and no unixepoch(): older shells must be able to open the file. Of several
-- triggers on one event, SQLite runs the one that was made last first, so their order matters.
PRAGMA application_id = 0x6d786230;

CREATE VIEW clock (now) AS SELECT CAST(strftime('%s', 'now') AS INTEGER);      -- seconds since 1970

-- Probe settings that are empty (NULL) are the defaults of `mxbalance serve`. Health is what people or their monitors
-- found; probes write the health of addresses.
CREATE TABLE mail_servers (
  name        TEXT NOT NULL PRIMARY KEY,
  weight      INTEGER NOT NULL DEFAULT 100,
  state       TEXT NOT NULL DEFAULT 'enabled',      -- what the operator wants
  health      TEXT NOT NULL DEFAULT 'unknown',
  reason      TEXT NOT NULL DEFAULT '',             -- why it has this health or state
  ttl         INTEGER NOT NULL DEFAULT 60,          -- of the host name's own A and AAAA records
  changed_at  INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)),
  domain_id   INTEGER,                              -- the zone that holds the name, if it is here; kept by triggers
  probe_port      INTEGER
    CONSTRAINT "mail_servers.probe_port must be empty (NULL) or a whole number from 1 to 65535"
      CHECK (probe_port IS NULL OR typeof(probe_port) = 'integer' AND probe_port BETWEEN 1 AND 65535),
  probe_interval  REAL                              -- seconds
    CONSTRAINT "mail_servers.probe_interval must be empty (NULL) or a number of seconds from 0.01 to 86400"
      CHECK (probe_interval IS NULL OR typeof(probe_interval) = 'real' AND probe_interval BETWEEN 0.01 AND 86400),
  probe_timeout   REAL                              -- seconds
    CONSTRAINT "mail_servers.probe_timeout must be empty (NULL) or a number of seconds from 0.01 to 3600"
      CHECK (probe_timeout IS NULL OR typeof(probe_timeout) = 'real' AND probe_timeout BETWEEN 0.01 AND 3600),
  probe_rise      INTEGER
    CONSTRAINT "mail_servers.probe_rise must be empty (NULL) or a whole number from 1 to 100"
      CHECK (probe_rise IS NULL OR typeof(probe_rise) = 'integer' AND probe_rise BETWEEN 1 AND 100),
  probe_fall      INTEGER
    CONSTRAINT "mail_servers.probe_fall must be empty (NULL) or a whole number from 1 to 100"
      CHECK (probe_fall IS NULL OR typeof(probe_fall) = 'integer' AND probe_fall BETWEEN 1 AND 100),
  probe_tls       TEXT
    CONSTRAINT "mail_servers.probe_tls must be off, try, require or empty (NULL)"
      CHECK (probe_tls IS NULL OR probe_tls IN ('off','try','require')),
  health_until    INTEGER                           -- seconds since 1970: then health is unknown again
    CONSTRAINT "mail_servers.health_until must be empty (NULL) or a whole number of seconds since 1970"
      CHECK (health_until IS NULL OR typeof(health_until) = 'integer'),
  came_up_at      INTEGER,                          -- its own health was down before; kept by triggers
  safe_at         INTEGER,                          -- when it is safe to stop, see 12_safe_times; kept by triggers
  probe           TEXT
    CONSTRAINT "mail_servers.probe must be smtp, smtps, tcp, none or empty (NULL: the default of mxbalance serve)"
      CHECK (probe IS NULL OR probe IN ('smtp','smtps','tcp','none')),
  CONSTRAINT "mail_servers.name must be a host name in lower case without a trailing dot, such as mail1.example.com"
    CHECK (typeof(name) = 'text' AND length(name) BETWEEN 1 AND 253 AND name NOT GLOB '*[^-a-z0-9.]*'
           AND name NOT GLOB '.*' AND name NOT GLOB '*.' AND name NOT GLOB '*..*'
           AND name NOT GLOB '-*' AND name NOT GLOB '*-' AND name NOT GLOB '*-.*' AND name NOT GLOB '*.-*'
           AND name GLOB '*[a-z]*' AND instr(name, char(0)) = 0
           -- no label of 64
           AND (length(name) < 64 OR name NOT GLOB '*' || replace(hex(zeroblob(32)), '0', '[^.]') || '*')),
  CONSTRAINT "mail_servers.weight must be a whole number from 0 to 65535"
    CHECK (typeof(weight) = 'integer' AND weight BETWEEN 0 AND 65535),
  CONSTRAINT "mail_servers.state must be enabled, drain or disabled" CHECK (state IN ('enabled','drain','disabled')),
  CONSTRAINT "mail_servers.health must be unknown, up or down" CHECK (health IN ('unknown','up','down')),
  CONSTRAINT "mail_servers.reason must be text" CHECK (typeof(reason) = 'text'),
  CONSTRAINT "mail_servers.ttl must be a whole number of seconds from 0 to 86400"
    CHECK (typeof(ttl) = 'integer' AND ttl BETWEEN 0 AND 86400)
) WITHOUT ROWID;
CREATE INDEX mail_servers_by_zone ON mail_servers (domain_id);

-- The octets of an IPv4 address are read as numbers of JSON, which have no leading zeros.
CREATE TABLE mail_addresses (
  server          TEXT NOT NULL,
  address         TEXT NOT NULL,
  health          TEXT NOT NULL DEFAULT 'unknown',
  reason          TEXT NOT NULL DEFAULT '',
  probed          INTEGER NOT NULL DEFAULT 0,       -- 1: its health was found by a probe
  changed_at      INTEGER,                          -- its health
  came_up_at      INTEGER,                          -- it was down before; kept by triggers
  unprobed_since  INTEGER                           -- seconds since 1970: this machine cannot reach it, and no probe of
                                                    -- it could be made since; its health is as it was
    CONSTRAINT "mail_addresses.unprobed_since must be empty (NULL) or a whole number of seconds since 1970"
      CHECK (unprobed_since IS NULL OR typeof(unprobed_since) = 'integer'),
  PRIMARY KEY (server, address),
  CONSTRAINT "mail_addresses.address must be an IPv4 address such as 192.0.2.1, or an IPv6 address in lower case such as 2001:db8::1"
    CHECK (CASE WHEN typeof(address) <> 'text' OR instr(address, char(0)) > 0 THEN 0
           WHEN address GLOB '*:*' THEN
             address NOT GLOB '*[^0-9a-f:]*' AND address NOT GLOB '*:::*'
             AND address NOT GLOB '*[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*'
             AND (address GLOB '::*' OR address NOT GLOB ':*') AND (address GLOB '*::' OR address NOT GLOB '*:')
             AND CASE length(address) - length(replace(address, '::', ':'))
                   WHEN 0 THEN length(address) - length(replace(address, ':', '')) = 7
                   WHEN 1 THEN length(address) - length(replace(address, ':', ''))
                               <= 7 + (address GLOB '::*' OR address GLOB '*::')
                   ELSE 0 END
           ELSE
             CASE WHEN address GLOB '*[^0-9.]*' OR NOT json_valid('[' || replace(address, '.', ',') || ']') THEN 0
                  ELSE json_array_length('[' || replace(address, '.', ',') || ']') = 4
                       AND max(json_extract('[' || replace(address, '.', ',') || ']', '$[0]'),
                               json_extract('[' || replace(address, '.', ',') || ']', '$[1]'),
                               json_extract('[' || replace(address, '.', ',') || ']', '$[2]'),
                               json_extract('[' || replace(address, '.', ',') || ']', '$[3]')) <= 255 END
           END),
  CONSTRAINT "mail_addresses.health must be unknown, up or down" CHECK (health IN ('unknown','up','down')),
  CONSTRAINT "mail_addresses.reason must be text" CHECK (typeof(reason) = 'text')
) WITHOUT ROWID;
