-- Mail servers, their addresses, pools of them, and the owner names where pools are published.
-- Editing by hand in the sqlite3 shell is a supported interface: every rule's name is the sentence that a person reads.
-- No STRICT tables, no unixepoch(): older shells must be able to open the file.
PRAGMA application_id = 0x6d786230;

CREATE TABLE mail_servers (
  name        TEXT NOT NULL PRIMARY KEY,
  weight      INTEGER NOT NULL DEFAULT 100,
  state       TEXT NOT NULL DEFAULT 'enabled',      -- what the operator wants
  health      TEXT NOT NULL DEFAULT 'unknown',      -- what people or their monitors found
  reason      TEXT NOT NULL DEFAULT '',             -- why it has this health or state
  ttl         INTEGER NOT NULL DEFAULT 60,          -- of the host name's own A and AAAA records
  changed_at  INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)),
  domain_id   INTEGER,                              -- the zone that holds the name, if it is here; kept by triggers
  CONSTRAINT "mail_servers.name must be a host name in lower case without a trailing dot, such as mail1.example.com"
    CHECK (typeof(name) = 'text' AND length(name) BETWEEN 1 AND 253 AND name NOT GLOB '*[^-a-z0-9.]*' AND name NOT GLOB '.*' AND name NOT GLOB '*.'
           AND name NOT GLOB '*..*' AND name NOT GLOB '-*' AND name NOT GLOB '*-' AND name NOT GLOB '*-.*' AND name NOT GLOB '*.-*' AND name GLOB '*[a-z]*'
           AND instr(name, char(0)) = 0 AND (length(name) < 64 OR name NOT GLOB '*' || replace(hex(zeroblob(32)), '0', '[^.]') || '*')),    -- no label of 64
  CONSTRAINT "mail_servers.weight must be a whole number from 0 to 65535"
    CHECK (typeof(weight) = 'integer' AND weight BETWEEN 0 AND 65535),
  CONSTRAINT "mail_servers.state must be enabled, drain or disabled" CHECK (state IN ('enabled','drain','disabled')),
  CONSTRAINT "mail_servers.health must be unknown, up or down" CHECK (health IN ('unknown','up','down')),
  CONSTRAINT "mail_servers.reason must be text" CHECK (typeof(reason) = 'text'),
  CONSTRAINT "mail_servers.ttl must be a whole number of seconds from 0 to 86400" CHECK (typeof(ttl) = 'integer' AND ttl BETWEEN 0 AND 86400)
) WITHOUT ROWID;
CREATE INDEX mail_servers_by_zone ON mail_servers (domain_id);

CREATE TABLE mail_addresses (
  server   TEXT NOT NULL,
  address  TEXT NOT NULL,
  health   TEXT NOT NULL DEFAULT 'unknown',
  reason   TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (server, address),
  CONSTRAINT "mail_addresses.address must be an IPv4 address such as 192.0.2.1, or an IPv6 address in lower case such as 2001:db8::1"
    CHECK (CASE WHEN typeof(address) <> 'text' OR instr(address, char(0)) > 0 THEN 0
           WHEN address GLOB '*:*' THEN
             address NOT GLOB '*[^0-9a-f:]*' AND address NOT GLOB '*:::*' AND address NOT GLOB '*[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*'
             AND (address GLOB '::*' OR address NOT GLOB ':*') AND (address GLOB '*::' OR address NOT GLOB '*:')
             AND CASE length(address) - length(replace(address, '::', ':'))
                   WHEN 0 THEN length(address) - length(replace(address, ':', '')) = 7
                   WHEN 1 THEN length(address) - length(replace(address, ':', '')) <= 7 + (address GLOB '::*' OR address GLOB '*::')
                   ELSE 0 END
           ELSE
             CASE WHEN address GLOB '*[^0-9.]*' OR NOT json_valid('[' || replace(address, '.', ',') || ']') THEN 0
                  ELSE json_array_length('[' || replace(address, '.', ',') || ']') = 4
                       AND max(json_extract('[' || replace(address, '.', ',') || ']', '$[0]'), json_extract('[' || replace(address, '.', ',') || ']', '$[1]'),
                               json_extract('[' || replace(address, '.', ',') || ']', '$[2]'), json_extract('[' || replace(address, '.', ',') || ']', '$[3]')) <= 255 END
           END),
  CONSTRAINT "mail_addresses.health must be unknown, up or down" CHECK (health IN ('unknown','up','down')),
  CONSTRAINT "mail_addresses.reason must be text" CHECK (typeof(reason) = 'text')
) WITHOUT ROWID;

CREATE TABLE pools (
  name            TEXT NOT NULL PRIMARY KEY,
  ttl             INTEGER NOT NULL DEFAULT 60,       -- of the records that it publishes
  mx_policy       TEXT NOT NULL DEFAULT 'auto',
  address_policy  TEXT NOT NULL DEFAULT 'auto',
  max_addresses   INTEGER NOT NULL DEFAULT 8,        -- of one family in an answer
  min_live        INTEGER NOT NULL DEFAULT 1,        -- fewer live members than this: all enabled ones are answered
  CONSTRAINT "pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and ."
    CHECK (typeof(name) = 'text' AND length(name) BETWEEN 1 AND 63 AND name NOT GLOB '*[^-a-z0-9_.]*' AND instr(name, char(0)) = 0),
  CONSTRAINT "pools.ttl must be a whole number of seconds from 0 to 86400" CHECK (typeof(ttl) = 'integer' AND ttl BETWEEN 0 AND 86400),
  CONSTRAINT "pools.mx_policy must be auto, equal or ranked" CHECK (mx_policy IN ('auto','equal','ranked')),
  CONSTRAINT "pools.address_policy must be auto, all or subset" CHECK (address_policy IN ('auto','all','subset')),
  CONSTRAINT "pools.max_addresses must be a whole number from 1 to 64" CHECK (typeof(max_addresses) = 'integer' AND max_addresses BETWEEN 1 AND 64),
  CONSTRAINT "pools.min_live must be a whole number from 1 to 65535" CHECK (typeof(min_live) = 'integer' AND min_live BETWEEN 1 AND 65535)
) WITHOUT ROWID;

CREATE TABLE pool_members (
  pool        TEXT NOT NULL,
  server      TEXT NOT NULL,
  preference  INTEGER NOT NULL DEFAULT 10,           -- of its MX record; a higher one is a backup tier
  weight      INTEGER,                               -- in this pool; NULL: the server's own
  PRIMARY KEY (pool, server),
  CONSTRAINT "pool_members.preference must be a whole number from 0 to 65535" CHECK (typeof(preference) = 'integer' AND preference BETWEEN 0 AND 65535),
  CONSTRAINT "pool_members.weight must be empty (NULL) or a whole number from 0 to 65535" CHECK (weight IS NULL OR typeof(weight) = 'integer' AND weight BETWEEN 0 AND 65535)
) WITHOUT ROWID;
CREATE INDEX pool_members_by_server ON pool_members (server);

CREATE TABLE pool_names (
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,                          -- MX, or A for A and AAAA
  pool       TEXT NOT NULL,
  domain_id  INTEGER,                                -- the zone that holds the name, if it is here; kept by triggers
  PRIMARY KEY (name, kind),
  CONSTRAINT "pool_names.name must be a name in lower case without a trailing dot, such as example.com or *.example.com"
    CHECK (typeof(name) = 'text' AND length(name) BETWEEN 1 AND 253 AND name NOT GLOB '*[^-a-z0-9_.*]*' AND name NOT GLOB '.*' AND name NOT GLOB '*.'
           AND name NOT GLOB '*..*' AND name NOT GLOB '?*[*]*' AND (name NOT GLOB '[*]*' OR name GLOB '[*].?*')
           AND instr(name, char(0)) = 0 AND (length(name) < 64 OR name NOT GLOB '*' || replace(hex(zeroblob(32)), '0', '[^.]') || '*')),    -- no label of 64
  CONSTRAINT "pool_names.kind must be MX or A (A stands for A and AAAA)" CHECK (kind IN ('MX','A'))
) WITHOUT ROWID;
CREATE INDEX pool_names_by_pool ON pool_names (pool, kind);
CREATE INDEX pool_names_by_zone ON pool_names (domain_id);

CREATE TABLE events (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  at       INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)),
  subject  TEXT NOT NULL,                            -- a mail server, "server address", or "pool/server"
  field    TEXT NOT NULL,
  before   TEXT,
  after    TEXT,
  reason   TEXT NOT NULL DEFAULT ''
);
