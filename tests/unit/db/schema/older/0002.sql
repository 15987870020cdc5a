-- A database as the migrations up to 0002_mail_tables made it, with a little of everything in it (sqlite3 .dump).
PRAGMA application_id = 0x6d786230;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE domains (
  id                    INTEGER PRIMARY KEY,
  name                  VARCHAR(255) NOT NULL COLLATE NOCASE,
  master                VARCHAR(128) DEFAULT NULL,
  last_check            INTEGER DEFAULT NULL,
  type                  VARCHAR(8) NOT NULL,
  notified_serial       INTEGER DEFAULT NULL,
  account               VARCHAR(40) DEFAULT NULL,
  options               VARCHAR(65535) DEFAULT NULL,
  catalog               VARCHAR(255) DEFAULT NULL
);
INSERT INTO domains VALUES(1,'older.example',NULL,NULL,'MASTER',NULL,'an account',NULL,NULL);
INSERT INTO domains VALUES(2,'signed.example',NULL,NULL,'NATIVE',NULL,NULL,NULL,NULL);
INSERT INTO domains VALUES(3,'secondary.example','192.0.2.53',1700000000,'SLAVE',NULL,NULL,NULL,NULL);
CREATE TABLE records (
  id                    INTEGER PRIMARY KEY,
  domain_id             INTEGER DEFAULT NULL,
  name                  VARCHAR(255) DEFAULT NULL,
  type                  VARCHAR(10) DEFAULT NULL,
  content               VARCHAR(65535) DEFAULT NULL,
  ttl                   INTEGER DEFAULT NULL,
  prio                  INTEGER DEFAULT NULL,
  disabled              BOOLEAN DEFAULT 0,
  ordername             VARCHAR(255),
  auth                  BOOL DEFAULT 1,
  FOREIGN KEY(domain_id) REFERENCES domains(id) ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO records VALUES(1,1,'older.example','SOA','ns1.older.example hostmaster.older.example 2025010101 10800 3600 604800 300',3600,0,0,NULL,1);
INSERT INTO records VALUES(2,1,'older.example','NS','ns1.older.example',3600,0,0,NULL,1);
INSERT INTO records VALUES(3,1,'ns1.older.example','A','192.0.2.1',3600,0,0,NULL,1);
INSERT INTO records VALUES(4,1,'other.older.example','MX','mail9.older.example',300,20,0,NULL,1);
INSERT INTO records VALUES(5,2,'signed.example','SOA','ns1.older.example hostmaster.older.example 7 10800 3600 604800 300',3600,0,0,NULL,1);
INSERT INTO records VALUES(6,2,'signed.example','NS','ns1.older.example',3600,NULL,0,NULL,1);
CREATE TABLE supermasters (
  ip                    VARCHAR(64) NOT NULL,
  nameserver            VARCHAR(255) NOT NULL COLLATE NOCASE,
  account               VARCHAR(40) NOT NULL
);
INSERT INTO supermasters VALUES('192.0.2.53','ns1.older.example','an account');
CREATE TABLE comments (
  id                    INTEGER PRIMARY KEY,
  domain_id             INTEGER NOT NULL,
  name                  VARCHAR(255) NOT NULL,
  type                  VARCHAR(10) NOT NULL,
  modified_at           INT NOT NULL,
  account               VARCHAR(40) DEFAULT NULL,
  comment               VARCHAR(65535) NOT NULL,
  FOREIGN KEY(domain_id) REFERENCES domains(id) ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO comments VALUES(1,1,'older.example','NS',1700000000,'me','a comment');
CREATE TABLE domainmetadata (
  id                    INTEGER PRIMARY KEY,
  domain_id             INT NOT NULL,
  kind                  VARCHAR(32) COLLATE NOCASE,
  content               TEXT,
  FOREIGN KEY(domain_id) REFERENCES domains(id) ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO domainmetadata VALUES(1,1,'ALSO-NOTIFY','192.0.2.54');
INSERT INTO domainmetadata VALUES(2,1,'ALSO-NOTIFY','192.0.2.55');
INSERT INTO domainmetadata VALUES(3,2,'SOA-EDIT','INCEPTION-INCREMENT');
CREATE TABLE cryptokeys (
  id                    INTEGER PRIMARY KEY,
  domain_id             INT NOT NULL,
  flags                 INT NOT NULL,
  active                BOOL,
  published             BOOL DEFAULT 1,
  content               TEXT,
  FOREIGN KEY(domain_id) REFERENCES domains(id) ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO cryptokeys VALUES(1,2,257,1,1,'Private-key-format: v1.2');
CREATE TABLE tsigkeys (
  id                    INTEGER PRIMARY KEY,
  name                  VARCHAR(255) COLLATE NOCASE,
  algorithm             VARCHAR(50) COLLATE NOCASE,
  secret                VARCHAR(255)
);
INSERT INTO tsigkeys VALUES(1,'transfer.example','hmac-sha256','c2VjcmV0');
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
INSERT INTO mail_servers VALUES('mail1.older.example',70,'enabled','up','',60,1700000000,NULL);
INSERT INTO mail_servers VALUES('mail2.older.example',30,'drain','unknown','maintenance',60,1700000000,NULL);
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
INSERT INTO mail_addresses VALUES('mail1.older.example','192.0.2.11','unknown','');
INSERT INTO mail_addresses VALUES('mail1.older.example','2001:db8::11','unknown','');
INSERT INTO mail_addresses VALUES('mail2.older.example','192.0.2.12','unknown','');
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
INSERT INTO pools VALUES('inbound',120,'ranked','auto',8,1);
CREATE TABLE pool_members (
  pool        TEXT NOT NULL,
  server      TEXT NOT NULL,
  preference  INTEGER NOT NULL DEFAULT 10,           -- of its MX record; a higher one is a backup tier
  weight      INTEGER,                               -- in this pool; NULL: the server's own
  PRIMARY KEY (pool, server),
  CONSTRAINT "pool_members.preference must be a whole number from 0 to 65535" CHECK (typeof(preference) = 'integer' AND preference BETWEEN 0 AND 65535),
  CONSTRAINT "pool_members.weight must be empty (NULL) or a whole number from 0 to 65535" CHECK (weight IS NULL OR typeof(weight) = 'integer' AND weight BETWEEN 0 AND 65535)
) WITHOUT ROWID;
INSERT INTO pool_members VALUES('inbound','mail1.older.example',10,NULL);
INSERT INTO pool_members VALUES('inbound','mail2.older.example',20,5);
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
INSERT INTO pool_names VALUES('mx.older.example','A','inbound',NULL);
INSERT INTO pool_names VALUES('older.example','MX','inbound',NULL);
CREATE TABLE events (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  at       INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)),
  subject  TEXT NOT NULL,                            -- a mail server, "server address", or "pool/server"
  field    TEXT NOT NULL,
  before   TEXT,
  after    TEXT,
  reason   TEXT NOT NULL DEFAULT ''
);
INSERT INTO events VALUES(1,1700000001,'mail2.older.example','state','enabled','drain','maintenance');
CREATE TABLE schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL);
INSERT INTO schema_migrations VALUES(1,'0001_powerdns','3d2964b72fbacf7a0df23d47e0bff995c7641fa4abf6809dc385dbcca473ba5f',1700000000);
INSERT INTO schema_migrations VALUES(2,'0002_mail_tables','1e83753790b121030d9343f5a3014a442ed3c52619f413fd0034da63cb91bbbf',1700000000);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('events',1);
CREATE UNIQUE INDEX name_index ON domains(name);
CREATE INDEX catalog_idx ON domains(catalog);
CREATE INDEX records_lookup_idx ON records(name, type);
CREATE INDEX records_lookup_id_idx ON records(domain_id, name, type);
CREATE INDEX records_order_idx ON records(domain_id, ordername);
CREATE UNIQUE INDEX ip_nameserver_pk ON supermasters(ip, nameserver);
CREATE INDEX comments_idx ON comments(domain_id, name, type);
CREATE INDEX comments_order_idx ON comments (domain_id, modified_at);
CREATE INDEX domainmetaidindex ON domainmetadata(domain_id);
CREATE INDEX domainidindex ON cryptokeys(domain_id);
CREATE UNIQUE INDEX namealgoindex ON tsigkeys(name, algorithm);
CREATE INDEX mail_servers_by_zone ON mail_servers (domain_id);
CREATE INDEX pool_members_by_server ON pool_members (server);
CREATE INDEX pool_names_by_pool ON pool_names (pool, kind);
CREATE INDEX pool_names_by_zone ON pool_names (domain_id);
COMMIT;
