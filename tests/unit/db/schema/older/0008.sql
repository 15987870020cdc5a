-- A database as the migrations up to 0008_probes made it, with a little of everything in it (sqlite3 .dump).
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
  domain_id   INTEGER, probe_port INTEGER
  CONSTRAINT "mail_servers.probe_port must be empty (NULL) or a whole number from 1 to 65535" CHECK (probe_port IS NULL OR typeof(probe_port) = 'integer' AND probe_port BETWEEN 1 AND 65535), probe_interval REAL       -- seconds
  CONSTRAINT "mail_servers.probe_interval must be empty (NULL) or a number of seconds from 0.01 to 86400" CHECK (probe_interval IS NULL OR typeof(probe_interval) = 'real' AND probe_interval BETWEEN 0.01 AND 86400), probe_timeout REAL        -- seconds
  CONSTRAINT "mail_servers.probe_timeout must be empty (NULL) or a number of seconds from 0.01 to 3600" CHECK (probe_timeout IS NULL OR typeof(probe_timeout) = 'real' AND probe_timeout BETWEEN 0.01 AND 3600), probe_rise INTEGER
  CONSTRAINT "mail_servers.probe_rise must be empty (NULL) or a whole number from 1 to 100" CHECK (probe_rise IS NULL OR typeof(probe_rise) = 'integer' AND probe_rise BETWEEN 1 AND 100), probe_fall INTEGER
  CONSTRAINT "mail_servers.probe_fall must be empty (NULL) or a whole number from 1 to 100" CHECK (probe_fall IS NULL OR typeof(probe_fall) = 'integer' AND probe_fall BETWEEN 1 AND 100), probe_tls TEXT
  CONSTRAINT "mail_servers.probe_tls must be off, try, require or empty (NULL)" CHECK (probe_tls IS NULL OR probe_tls IN ('off','try','require')), health_until INTEGER      -- seconds since 1970: then health is unknown again
  CONSTRAINT "mail_servers.health_until must be empty (NULL) or a whole number of seconds since 1970" CHECK (health_until IS NULL OR typeof(health_until) = 'integer'), came_up_at INTEGER, safe_at INTEGER, probe TEXT
  CONSTRAINT "mail_servers.probe must be smtp, smtps, tcp, none or empty (NULL: the default of mxbalance serve)" CHECK (probe IS NULL OR probe IN ('smtp','smtps','tcp','none')),                              -- the zone that holds the name, if it is here; kept by triggers
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
INSERT INTO mail_servers VALUES('mail1.older.example',70,'enabled','up','',60,1700000000,1,2525,5.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'smtp');
INSERT INTO mail_servers VALUES('mail2.older.example',30,'drain','unknown','maintenance',60,1700000000,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'smtps');
CREATE TABLE mail_addresses (
  server   TEXT NOT NULL,
  address  TEXT NOT NULL,
  health   TEXT NOT NULL DEFAULT 'unknown',
  reason   TEXT NOT NULL DEFAULT '', probed INTEGER NOT NULL DEFAULT 0, changed_at INTEGER, came_up_at INTEGER, unprobed_since INTEGER      -- seconds since 1970: no probe of it could be made since; its health is as it was
  CONSTRAINT "mail_addresses.unprobed_since must be empty (NULL) or a whole number of seconds since 1970" CHECK (unprobed_since IS NULL OR typeof(unprobed_since) = 'integer'),
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
INSERT INTO mail_addresses VALUES('mail1.older.example','192.0.2.11','unknown','',0,NULL,NULL,NULL);
INSERT INTO mail_addresses VALUES('mail1.older.example','2001:db8::11','unknown','',0,NULL,NULL,NULL);
INSERT INTO mail_addresses VALUES('mail2.older.example','192.0.2.12','unknown','',0,NULL,NULL,1764000000);
CREATE TABLE pools (
  name            TEXT NOT NULL PRIMARY KEY,
  ttl             INTEGER NOT NULL DEFAULT 60,       -- of the records that it publishes
  mx_policy       TEXT NOT NULL DEFAULT 'auto',
  address_policy  TEXT NOT NULL DEFAULT 'auto',
  max_addresses   INTEGER NOT NULL DEFAULT 8,        -- of one family in an answer
  min_live        INTEGER NOT NULL DEFAULT 1, slow_start INTEGER NOT NULL DEFAULT 0    -- seconds until a server that came up has its whole weight
  CONSTRAINT "pools.slow_start must be a whole number of seconds from 0 to 86400" CHECK (typeof(slow_start) = 'integer' AND slow_start BETWEEN 0 AND 86400),        -- fewer live members than this: all enabled ones are answered
  CONSTRAINT "pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and ."
    CHECK (typeof(name) = 'text' AND length(name) BETWEEN 1 AND 63 AND name NOT GLOB '*[^-a-z0-9_.]*' AND instr(name, char(0)) = 0),
  CONSTRAINT "pools.ttl must be a whole number of seconds from 0 to 86400" CHECK (typeof(ttl) = 'integer' AND ttl BETWEEN 0 AND 86400),
  CONSTRAINT "pools.mx_policy must be auto, equal or ranked" CHECK (mx_policy IN ('auto','equal','ranked')),
  CONSTRAINT "pools.address_policy must be auto, all or subset" CHECK (address_policy IN ('auto','all','subset')),
  CONSTRAINT "pools.max_addresses must be a whole number from 1 to 64" CHECK (typeof(max_addresses) = 'integer' AND max_addresses BETWEEN 1 AND 64),
  CONSTRAINT "pools.min_live must be a whole number from 1 to 65535" CHECK (typeof(min_live) = 'integer' AND min_live BETWEEN 1 AND 65535)
) WITHOUT ROWID;
INSERT INTO pools VALUES('inbound',120,'ranked','auto',8,1,300);
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
INSERT INTO pool_names VALUES('mx.older.example','A','inbound',1);
INSERT INTO pool_names VALUES('older.example','MX','inbound',1);
CREATE TABLE events (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  at       INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)),
  subject  TEXT NOT NULL,                            -- a mail server, "server address", or "pool/server"
  field    TEXT NOT NULL,
  before   TEXT,
  after    TEXT,
  reason   TEXT NOT NULL DEFAULT ''
);
INSERT INTO events VALUES(1,1795539439,'mail1.older.example','added',NULL,'weight 70, enabled','');
INSERT INTO events VALUES(2,1795539439,'mail2.older.example','added',NULL,'weight 30, drain','');
INSERT INTO events VALUES(3,1700000001,'mail2.older.example','state','enabled','drain','maintenance');
CREATE TABLE name_positions (position INTEGER PRIMARY KEY);
INSERT INTO name_positions VALUES(0);
INSERT INTO name_positions VALUES(1);
INSERT INTO name_positions VALUES(2);
INSERT INTO name_positions VALUES(3);
INSERT INTO name_positions VALUES(4);
INSERT INTO name_positions VALUES(5);
INSERT INTO name_positions VALUES(6);
INSERT INTO name_positions VALUES(7);
INSERT INTO name_positions VALUES(8);
INSERT INTO name_positions VALUES(9);
INSERT INTO name_positions VALUES(10);
INSERT INTO name_positions VALUES(11);
INSERT INTO name_positions VALUES(12);
INSERT INTO name_positions VALUES(13);
INSERT INTO name_positions VALUES(14);
INSERT INTO name_positions VALUES(15);
INSERT INTO name_positions VALUES(16);
INSERT INTO name_positions VALUES(17);
INSERT INTO name_positions VALUES(18);
INSERT INTO name_positions VALUES(19);
INSERT INTO name_positions VALUES(20);
INSERT INTO name_positions VALUES(21);
INSERT INTO name_positions VALUES(22);
INSERT INTO name_positions VALUES(23);
INSERT INTO name_positions VALUES(24);
INSERT INTO name_positions VALUES(25);
INSERT INTO name_positions VALUES(26);
INSERT INTO name_positions VALUES(27);
INSERT INTO name_positions VALUES(28);
INSERT INTO name_positions VALUES(29);
INSERT INTO name_positions VALUES(30);
INSERT INTO name_positions VALUES(31);
INSERT INTO name_positions VALUES(32);
INSERT INTO name_positions VALUES(33);
INSERT INTO name_positions VALUES(34);
INSERT INTO name_positions VALUES(35);
INSERT INTO name_positions VALUES(36);
INSERT INTO name_positions VALUES(37);
INSERT INTO name_positions VALUES(38);
INSERT INTO name_positions VALUES(39);
INSERT INTO name_positions VALUES(40);
INSERT INTO name_positions VALUES(41);
INSERT INTO name_positions VALUES(42);
INSERT INTO name_positions VALUES(43);
INSERT INTO name_positions VALUES(44);
INSERT INTO name_positions VALUES(45);
INSERT INTO name_positions VALUES(46);
INSERT INTO name_positions VALUES(47);
INSERT INTO name_positions VALUES(48);
INSERT INTO name_positions VALUES(49);
INSERT INTO name_positions VALUES(50);
INSERT INTO name_positions VALUES(51);
INSERT INTO name_positions VALUES(52);
INSERT INTO name_positions VALUES(53);
INSERT INTO name_positions VALUES(54);
INSERT INTO name_positions VALUES(55);
INSERT INTO name_positions VALUES(56);
INSERT INTO name_positions VALUES(57);
INSERT INTO name_positions VALUES(58);
INSERT INTO name_positions VALUES(59);
INSERT INTO name_positions VALUES(60);
INSERT INTO name_positions VALUES(61);
INSERT INTO name_positions VALUES(62);
INSERT INTO name_positions VALUES(63);
INSERT INTO name_positions VALUES(64);
INSERT INTO name_positions VALUES(65);
INSERT INTO name_positions VALUES(66);
INSERT INTO name_positions VALUES(67);
INSERT INTO name_positions VALUES(68);
INSERT INTO name_positions VALUES(69);
INSERT INTO name_positions VALUES(70);
INSERT INTO name_positions VALUES(71);
INSERT INTO name_positions VALUES(72);
INSERT INTO name_positions VALUES(73);
INSERT INTO name_positions VALUES(74);
INSERT INTO name_positions VALUES(75);
INSERT INTO name_positions VALUES(76);
INSERT INTO name_positions VALUES(77);
INSERT INTO name_positions VALUES(78);
INSERT INTO name_positions VALUES(79);
INSERT INTO name_positions VALUES(80);
INSERT INTO name_positions VALUES(81);
INSERT INTO name_positions VALUES(82);
INSERT INTO name_positions VALUES(83);
INSERT INTO name_positions VALUES(84);
INSERT INTO name_positions VALUES(85);
INSERT INTO name_positions VALUES(86);
INSERT INTO name_positions VALUES(87);
INSERT INTO name_positions VALUES(88);
INSERT INTO name_positions VALUES(89);
INSERT INTO name_positions VALUES(90);
INSERT INTO name_positions VALUES(91);
INSERT INTO name_positions VALUES(92);
INSERT INTO name_positions VALUES(93);
INSERT INTO name_positions VALUES(94);
INSERT INTO name_positions VALUES(95);
INSERT INTO name_positions VALUES(96);
INSERT INTO name_positions VALUES(97);
INSERT INTO name_positions VALUES(98);
INSERT INTO name_positions VALUES(99);
INSERT INTO name_positions VALUES(100);
INSERT INTO name_positions VALUES(101);
INSERT INTO name_positions VALUES(102);
INSERT INTO name_positions VALUES(103);
INSERT INTO name_positions VALUES(104);
INSERT INTO name_positions VALUES(105);
INSERT INTO name_positions VALUES(106);
INSERT INTO name_positions VALUES(107);
INSERT INTO name_positions VALUES(108);
INSERT INTO name_positions VALUES(109);
INSERT INTO name_positions VALUES(110);
INSERT INTO name_positions VALUES(111);
INSERT INTO name_positions VALUES(112);
INSERT INTO name_positions VALUES(113);
INSERT INTO name_positions VALUES(114);
INSERT INTO name_positions VALUES(115);
INSERT INTO name_positions VALUES(116);
INSERT INTO name_positions VALUES(117);
INSERT INTO name_positions VALUES(118);
INSERT INTO name_positions VALUES(119);
INSERT INTO name_positions VALUES(120);
INSERT INTO name_positions VALUES(121);
INSERT INTO name_positions VALUES(122);
INSERT INTO name_positions VALUES(123);
INSERT INTO name_positions VALUES(124);
INSERT INTO name_positions VALUES(125);
INSERT INTO name_positions VALUES(126);
INSERT INTO name_positions VALUES(127);
INSERT INTO name_positions VALUES(128);
INSERT INTO name_positions VALUES(129);
INSERT INTO name_positions VALUES(130);
INSERT INTO name_positions VALUES(131);
INSERT INTO name_positions VALUES(132);
INSERT INTO name_positions VALUES(133);
INSERT INTO name_positions VALUES(134);
INSERT INTO name_positions VALUES(135);
INSERT INTO name_positions VALUES(136);
INSERT INTO name_positions VALUES(137);
INSERT INTO name_positions VALUES(138);
INSERT INTO name_positions VALUES(139);
INSERT INTO name_positions VALUES(140);
INSERT INTO name_positions VALUES(141);
INSERT INTO name_positions VALUES(142);
INSERT INTO name_positions VALUES(143);
INSERT INTO name_positions VALUES(144);
INSERT INTO name_positions VALUES(145);
INSERT INTO name_positions VALUES(146);
INSERT INTO name_positions VALUES(147);
INSERT INTO name_positions VALUES(148);
INSERT INTO name_positions VALUES(149);
INSERT INTO name_positions VALUES(150);
INSERT INTO name_positions VALUES(151);
INSERT INTO name_positions VALUES(152);
INSERT INTO name_positions VALUES(153);
INSERT INTO name_positions VALUES(154);
INSERT INTO name_positions VALUES(155);
INSERT INTO name_positions VALUES(156);
INSERT INTO name_positions VALUES(157);
INSERT INTO name_positions VALUES(158);
INSERT INTO name_positions VALUES(159);
INSERT INTO name_positions VALUES(160);
INSERT INTO name_positions VALUES(161);
INSERT INTO name_positions VALUES(162);
INSERT INTO name_positions VALUES(163);
INSERT INTO name_positions VALUES(164);
INSERT INTO name_positions VALUES(165);
INSERT INTO name_positions VALUES(166);
INSERT INTO name_positions VALUES(167);
INSERT INTO name_positions VALUES(168);
INSERT INTO name_positions VALUES(169);
INSERT INTO name_positions VALUES(170);
INSERT INTO name_positions VALUES(171);
INSERT INTO name_positions VALUES(172);
INSERT INTO name_positions VALUES(173);
INSERT INTO name_positions VALUES(174);
INSERT INTO name_positions VALUES(175);
INSERT INTO name_positions VALUES(176);
INSERT INTO name_positions VALUES(177);
INSERT INTO name_positions VALUES(178);
INSERT INTO name_positions VALUES(179);
INSERT INTO name_positions VALUES(180);
INSERT INTO name_positions VALUES(181);
INSERT INTO name_positions VALUES(182);
INSERT INTO name_positions VALUES(183);
INSERT INTO name_positions VALUES(184);
INSERT INTO name_positions VALUES(185);
INSERT INTO name_positions VALUES(186);
INSERT INTO name_positions VALUES(187);
INSERT INTO name_positions VALUES(188);
INSERT INTO name_positions VALUES(189);
INSERT INTO name_positions VALUES(190);
INSERT INTO name_positions VALUES(191);
INSERT INTO name_positions VALUES(192);
INSERT INTO name_positions VALUES(193);
INSERT INTO name_positions VALUES(194);
INSERT INTO name_positions VALUES(195);
INSERT INTO name_positions VALUES(196);
INSERT INTO name_positions VALUES(197);
INSERT INTO name_positions VALUES(198);
INSERT INTO name_positions VALUES(199);
INSERT INTO name_positions VALUES(200);
INSERT INTO name_positions VALUES(201);
INSERT INTO name_positions VALUES(202);
INSERT INTO name_positions VALUES(203);
INSERT INTO name_positions VALUES(204);
INSERT INTO name_positions VALUES(205);
INSERT INTO name_positions VALUES(206);
INSERT INTO name_positions VALUES(207);
INSERT INTO name_positions VALUES(208);
INSERT INTO name_positions VALUES(209);
INSERT INTO name_positions VALUES(210);
INSERT INTO name_positions VALUES(211);
INSERT INTO name_positions VALUES(212);
INSERT INTO name_positions VALUES(213);
INSERT INTO name_positions VALUES(214);
INSERT INTO name_positions VALUES(215);
INSERT INTO name_positions VALUES(216);
INSERT INTO name_positions VALUES(217);
INSERT INTO name_positions VALUES(218);
INSERT INTO name_positions VALUES(219);
INSERT INTO name_positions VALUES(220);
INSERT INTO name_positions VALUES(221);
INSERT INTO name_positions VALUES(222);
INSERT INTO name_positions VALUES(223);
INSERT INTO name_positions VALUES(224);
INSERT INTO name_positions VALUES(225);
INSERT INTO name_positions VALUES(226);
INSERT INTO name_positions VALUES(227);
INSERT INTO name_positions VALUES(228);
INSERT INTO name_positions VALUES(229);
INSERT INTO name_positions VALUES(230);
INSERT INTO name_positions VALUES(231);
INSERT INTO name_positions VALUES(232);
INSERT INTO name_positions VALUES(233);
INSERT INTO name_positions VALUES(234);
INSERT INTO name_positions VALUES(235);
INSERT INTO name_positions VALUES(236);
INSERT INTO name_positions VALUES(237);
INSERT INTO name_positions VALUES(238);
INSERT INTO name_positions VALUES(239);
INSERT INTO name_positions VALUES(240);
INSERT INTO name_positions VALUES(241);
INSERT INTO name_positions VALUES(242);
INSERT INTO name_positions VALUES(243);
INSERT INTO name_positions VALUES(244);
INSERT INTO name_positions VALUES(245);
INSERT INTO name_positions VALUES(246);
INSERT INTO name_positions VALUES(247);
INSERT INTO name_positions VALUES(248);
INSERT INTO name_positions VALUES(249);
INSERT INTO name_positions VALUES(250);
INSERT INTO name_positions VALUES(251);
INSERT INTO name_positions VALUES(252);
CREATE TABLE zone_changes (
  domain_id    INTEGER PRIMARY KEY,
  serial       INTEGER,                             -- the served one (modulo 2^32), less what the zone's pools have counted; NULL: no SOA record yet
  counting     INTEGER NOT NULL DEFAULT 0,          -- 0: being written, and nobody has what is written yet
  last_served  INTEGER,                             -- before what is being written
  notified_at  INTEGER NOT NULL DEFAULT 0,          -- when PowerDNS was last told to notify
  written      INTEGER,                             -- the triggers' own: the serial in the SOA record that was written last,
  published    INTEGER                              -- and what the zone's pools had counted then
, contents INTEGER NOT NULL DEFAULT 0);
INSERT INTO zone_changes VALUES(1,2025010095,0,NULL,0,2025010101,0,8645410730593329749);
INSERT INTO zone_changes VALUES(2,7,0,NULL,0,7,0,-6736311529659330386);
INSERT INTO zone_changes VALUES(3,NULL,0,NULL,0,NULL,NULL,8989326987095533308);
CREATE TABLE pool_changes (
  pool     TEXT NOT NULL PRIMARY KEY,
  changes  INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO pool_changes VALUES('inbound',3);
CREATE TABLE schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL);
INSERT INTO schema_migrations VALUES(1,'0001_powerdns','3d2964b72fbacf7a0df23d47e0bff995c7641fa4abf6809dc385dbcca473ba5f',1700000000);
INSERT INTO schema_migrations VALUES(2,'0002_mail_tables','1e83753790b121030d9343f5a3014a442ed3c52619f413fd0034da63cb91bbbf',1700000000);
INSERT INTO schema_migrations VALUES(3,'0003_mail_rules','29deb4a9bb8335b693f5fe12d793cb8a301f361731eb1123a58f1013c0e81b4a',1700000000);
INSERT INTO schema_migrations VALUES(4,'0004_pool_status','e74e3ae465492a294d3ea8e4e2f937c3b2897b265507fd67e8f18e9c7da38407',1700000000);
INSERT INTO schema_migrations VALUES(5,'0005_serials','082f5634c062aa9bfbece707df660f1db01dd3a851cdc45406ea0946c2651716',1700000000);
INSERT INTO schema_migrations VALUES(6,'0006_zone_contents','640bd1e5660bd5e8b0a8b31a9dba84810d510242921daa665ba8cd0ca94508b5',1795544570);
INSERT INTO schema_migrations VALUES(7,'0007_health','301d5a78e67147da5a052e58bb66c385fd27b7062dbb471a5f07d7da0538db97',1795544570);
INSERT INTO schema_migrations VALUES(8,'0008_probes','508e54a6a906c8c61eff85f49604c66210a4640b1db90bbb5ba2c6ba8745e6e7',1795734880);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('events',3);
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
CREATE TRIGGER mail_addresses_refer BEFORE INSERT ON mail_addresses WHEN NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server)
BEGIN SELECT RAISE(ABORT, 'mail_addresses.server names no mail server: insert it into mail_servers first'); END;
CREATE TRIGGER mail_addresses_refer_again BEFORE UPDATE OF server ON mail_addresses WHEN NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server)
BEGIN SELECT RAISE(ABORT, 'mail_addresses.server names no mail server: insert it into mail_servers first'); END;
CREATE TRIGGER pool_members_refer BEFORE INSERT ON pool_members BEGIN
  SELECT RAISE(ABORT, 'pool_members.pool names no pool: insert it into pools first') WHERE NOT EXISTS (SELECT 1 FROM pools WHERE name = NEW.pool);
  SELECT RAISE(ABORT, 'pool_members.server names no mail server: insert it into mail_servers first') WHERE NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server);
END;
CREATE TRIGGER pool_members_refer_again BEFORE UPDATE OF pool, server ON pool_members BEGIN
  SELECT RAISE(ABORT, 'pool_members.pool names no pool: insert it into pools first') WHERE NOT EXISTS (SELECT 1 FROM pools WHERE name = NEW.pool);
  SELECT RAISE(ABORT, 'pool_members.server names no mail server: insert it into mail_servers first') WHERE NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server);
END;
CREATE TRIGGER mail_servers_in_use BEFORE DELETE ON mail_servers WHEN EXISTS (SELECT 1 FROM pool_members WHERE server = OLD.name)
BEGIN SELECT RAISE(ABORT, 'this mail server is a member of a pool: delete its rows in pool_members first'); END;
CREATE TRIGGER mail_servers_deleted AFTER DELETE ON mail_servers BEGIN DELETE FROM mail_addresses WHERE server = OLD.name; END;
CREATE TRIGGER mail_servers_renamed AFTER UPDATE OF name ON mail_servers WHEN NEW.name <> OLD.name BEGIN
  UPDATE mail_addresses SET server = NEW.name WHERE server = OLD.name;
  UPDATE pool_members SET server = NEW.name WHERE server = OLD.name;
END;
CREATE TRIGGER mail_servers_name_in_use BEFORE UPDATE OF name ON mail_servers
WHEN NEW.name <> OLD.name AND EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'mail_servers.name is the name of another mail server: delete that one first'); END;
CREATE TRIGGER pools_in_use BEFORE DELETE ON pools WHEN EXISTS (SELECT 1 FROM pool_names WHERE pool = OLD.name)
BEGIN SELECT RAISE(ABORT, 'this pool is published: delete its rows in pool_names first'); END;
CREATE TRIGGER pools_deleted AFTER DELETE ON pools BEGIN DELETE FROM pool_members WHERE pool = OLD.name; END;
CREATE VIEW last_members (pool, server, kind) AS
  SELECT m.pool, m.server, n.kind
    FROM pool_members m
    JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
    JOIN (SELECT 'MX' AS kind UNION ALL SELECT 'A') n
   WHERE EXISTS (SELECT 1 FROM pool_names p WHERE p.pool = m.pool AND p.kind = n.kind)
     AND (n.kind = 'MX' OR EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = m.server))
     AND NOT EXISTS (SELECT 1 FROM pool_members o JOIN mail_servers os ON os.name = o.server AND os.state = 'enabled'
                      WHERE o.pool = m.pool AND o.server <> m.server
                        AND (n.kind = 'MX' OR EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = o.server)));
CREATE TRIGGER mail_servers_last BEFORE UPDATE OF state ON mail_servers
WHEN OLD.state = 'enabled' AND NEW.state <> 'enabled' AND EXISTS (SELECT 1 FROM last_members WHERE server = OLD.name)
BEGIN SELECT RAISE(ABORT, 'this is the last enabled server of a published pool, and mail would have nowhere to go: enable another member, or delete the pool''s rows in pool_names first'); END;
CREATE TRIGGER mail_servers_last_replaced BEFORE INSERT ON mail_servers
WHEN NEW.state <> 'enabled' AND EXISTS (SELECT 1 FROM last_members WHERE server = NEW.name)
BEGIN SELECT RAISE(ABORT, 'this is the last enabled server of a published pool, and mail would have nowhere to go: enable another member, or delete the pool''s rows in pool_names first'); END;
CREATE TRIGGER pool_members_last BEFORE DELETE ON pool_members
WHEN EXISTS (SELECT 1 FROM last_members WHERE pool = OLD.pool AND server = OLD.server)
BEGIN SELECT RAISE(ABORT, 'this is the last enabled member of a published pool, and mail would have nowhere to go: add another member, or delete the pool''s rows in pool_names first'); END;
CREATE TRIGGER pool_members_last_moved BEFORE UPDATE OF pool, server ON pool_members
WHEN EXISTS (SELECT 1 FROM pools WHERE name = OLD.pool)   -- else the pool itself was renamed
     AND EXISTS (SELECT 1 FROM last_members l WHERE l.pool = OLD.pool AND l.server = OLD.server
                    AND NOT (NEW.pool = OLD.pool AND EXISTS (SELECT 1 FROM mail_servers s WHERE s.name = NEW.server AND s.state = 'enabled')
                             AND (l.kind = 'MX' OR EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = NEW.server))))
BEGIN SELECT RAISE(ABORT, 'this is the last enabled member of a published pool, and mail would have nowhere to go: add another member, or delete the pool''s rows in pool_names first'); END
;
CREATE TRIGGER mail_addresses_last BEFORE DELETE ON mail_addresses
WHEN EXISTS (SELECT 1 FROM last_members WHERE server = OLD.server AND kind = 'A')
     AND EXISTS (SELECT 1 FROM mail_servers WHERE name = OLD.server)
     AND NOT EXISTS (SELECT 1 FROM mail_addresses WHERE server = OLD.server AND address <> OLD.address)
BEGIN SELECT RAISE(ABORT, 'this is the last address that a pool published as A has: insert another address first'); END;
CREATE TRIGGER mail_addresses_last_moved BEFORE UPDATE OF server ON mail_addresses
WHEN NEW.server <> OLD.server AND EXISTS (SELECT 1 FROM last_members WHERE server = OLD.server AND kind = 'A')
     AND NOT EXISTS (SELECT 1 FROM mail_addresses WHERE server = OLD.server AND address <> OLD.address)
BEGIN SELECT RAISE(ABORT, 'this is the last address that a pool published as A has: insert another address first'); END;
CREATE TRIGGER pool_names_refer BEFORE INSERT ON pool_names BEGIN
  SELECT RAISE(ABORT, 'pool_names.pool names no pool: insert it into pools first') WHERE NOT EXISTS (SELECT 1 FROM pools WHERE name = NEW.pool);
  SELECT RAISE(ABORT, 'pool_names.pool has no enabled member: insert one into pool_members first') WHERE NOT EXISTS
    (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled' WHERE m.pool = NEW.pool);
  SELECT RAISE(ABORT, 'pool_names.pool has no enabled member with an address to publish as A: insert one into mail_addresses first') WHERE NEW.kind = 'A' AND NOT EXISTS
    (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled' JOIN mail_addresses a ON a.server = m.server WHERE m.pool = NEW.pool);
  SELECT RAISE(ABORT, 'pool_names.name is the host name of a mail server, which has addresses of its own: publish the pool at another name') WHERE NEW.kind = 'A' AND EXISTS
    (SELECT 1 FROM mail_servers WHERE name = NEW.name);
END;
CREATE TRIGGER pool_names_refer_again BEFORE UPDATE OF name, kind, pool ON pool_names BEGIN
  SELECT RAISE(ABORT, 'pool_names.pool names no pool: insert it into pools first') WHERE NOT EXISTS (SELECT 1 FROM pools WHERE name = NEW.pool);
  SELECT RAISE(ABORT, 'pool_names.pool has no enabled member: insert one into pool_members first') WHERE NOT EXISTS
    (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled' WHERE m.pool = NEW.pool);
  SELECT RAISE(ABORT, 'pool_names.pool has no enabled member with an address to publish as A: insert one into mail_addresses first') WHERE NEW.kind = 'A' AND NOT EXISTS
    (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled' JOIN mail_addresses a ON a.server = m.server WHERE m.pool = NEW.pool);
  SELECT RAISE(ABORT, 'pool_names.name is the host name of a mail server, which has addresses of its own: publish the pool at another name') WHERE NEW.kind = 'A' AND EXISTS
    (SELECT 1 FROM mail_servers WHERE name = NEW.name);
END;
CREATE TRIGGER mail_servers_name_taken BEFORE INSERT ON mail_servers WHEN EXISTS (SELECT 1 FROM pool_names WHERE name = NEW.name AND kind = 'A')
BEGIN SELECT RAISE(ABORT, 'mail_servers.name is a name where a pool is published as A: give the server a host name of its own'); END;
CREATE TRIGGER mail_servers_name_taken_again BEFORE UPDATE OF name ON mail_servers WHEN EXISTS (SELECT 1 FROM pool_names WHERE name = NEW.name AND kind = 'A')
BEGIN SELECT RAISE(ABORT, 'mail_servers.name is a name where a pool is published as A: give the server a host name of its own'); END;
CREATE VIEW mail_server_zones (name, domain_id) AS
  SELECT s.name, (SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(s.name, p.position + 1)
                   WHERE p.position < length(s.name) AND substr('.' || s.name, p.position + 1, 1) = '.' ORDER BY p.position LIMIT 1)
    FROM mail_servers s;
CREATE VIEW pool_name_zones (name, kind, domain_id) AS
  SELECT n.name, n.kind, (SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(n.name, p.position + 1)
                           WHERE p.position < length(n.name) AND substr('.' || n.name, p.position + 1, 1) = '.' ORDER BY p.position LIMIT 1)
    FROM pool_names n;
CREATE VIEW zones_above (domain_id, above) AS
  SELECT z.id, (SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(z.name, p.position + 1)
                 WHERE p.position < length(z.name) AND substr(z.name, p.position, 1) = '.' ORDER BY p.position LIMIT 1)
    FROM domains z;
CREATE TRIGGER mail_servers_zone AFTER INSERT ON mail_servers BEGIN
  UPDATE mail_servers SET domain_id = (SELECT domain_id FROM mail_server_zones WHERE name = NEW.name) WHERE name = NEW.name;
END;
CREATE TRIGGER mail_servers_zone_again AFTER UPDATE OF name ON mail_servers BEGIN
  UPDATE mail_servers SET domain_id = (SELECT domain_id FROM mail_server_zones WHERE name = NEW.name) WHERE name = NEW.name;
END;
CREATE TRIGGER pool_names_zone AFTER INSERT ON pool_names BEGIN
  UPDATE pool_names SET domain_id = (
    SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(NEW.name, p.position + 1)
     WHERE p.position < length(NEW.name) AND substr('.' || NEW.name, p.position + 1, 1) = '.' ORDER BY p.position LIMIT 1)
   WHERE name = NEW.name AND kind = NEW.kind;
END;
CREATE TRIGGER pool_names_zone_again AFTER UPDATE OF name ON pool_names BEGIN
  UPDATE pool_names SET domain_id = (SELECT domain_id FROM pool_name_zones WHERE name = NEW.name AND kind = NEW.kind) WHERE name = NEW.name AND kind = NEW.kind;
END;
CREATE TRIGGER domains_take_servers AFTER INSERT ON domains
WHEN EXISTS (SELECT 1 FROM mail_servers WHERE substr('.' || name, -length(NEW.name) - 1) = '.' || lower(NEW.name)) BEGIN
  UPDATE mail_servers SET domain_id = NEW.id
   WHERE substr('.' || name, -length(NEW.name) - 1) = '.' || lower(NEW.name)
     AND coalesce((SELECT length(d.name) FROM domains d WHERE d.id = domain_id), 0) < length(NEW.name);
END;
CREATE TRIGGER domains_take_names AFTER INSERT ON domains
WHEN EXISTS (SELECT 1 FROM pool_names WHERE substr('.' || name, -length(NEW.name) - 1) = '.' || lower(NEW.name) AND domain_id IS (
       SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(NEW.name, p.position + 1)
        WHERE p.position < length(NEW.name) AND substr(NEW.name, p.position, 1) = '.' ORDER BY p.position LIMIT 1)) BEGIN
  UPDATE pool_names SET domain_id = NEW.id
   WHERE substr('.' || name, -length(NEW.name) - 1) = '.' || lower(NEW.name) AND domain_id IS (
       SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(NEW.name, p.position + 1)
        WHERE p.position < length(NEW.name) AND substr(NEW.name, p.position, 1) = '.' ORDER BY p.position LIMIT 1);
END;
CREATE TRIGGER domains_renamed AFTER UPDATE OF id, name ON domains BEGIN
  UPDATE mail_servers SET domain_id = (SELECT z.domain_id FROM mail_server_zones z WHERE z.name = mail_servers.name)
   WHERE domain_id = OLD.id OR domain_id IS (SELECT above FROM zones_above WHERE domain_id = NEW.id);
  UPDATE pool_names SET domain_id = (SELECT z.domain_id FROM pool_name_zones z WHERE z.name = pool_names.name AND z.kind = pool_names.kind)
   WHERE domain_id = OLD.id OR domain_id IS (SELECT above FROM zones_above WHERE domain_id = NEW.id);
END;
CREATE TRIGGER domains_deleted AFTER DELETE ON domains BEGIN
  DELETE FROM records WHERE domain_id = OLD.id;
  DELETE FROM comments WHERE domain_id = OLD.id;
  DELETE FROM domainmetadata WHERE domain_id = OLD.id;
  DELETE FROM cryptokeys WHERE domain_id = OLD.id;
  DELETE FROM pool_names WHERE domain_id = OLD.id;
  UPDATE mail_servers SET domain_id = (SELECT z.domain_id FROM mail_server_zones z WHERE z.name = mail_servers.name) WHERE domain_id = OLD.id;
END;
CREATE TRIGGER mail_servers_changed AFTER UPDATE OF weight, state, health ON mail_servers
WHEN OLD.weight IS NOT NEW.weight OR OLD.state IS NOT NEW.state OR OLD.health IS NOT NEW.health BEGIN
  UPDATE mail_servers SET changed_at = CAST(strftime('%s','now') AS INTEGER) WHERE name = NEW.name;
  INSERT INTO events (subject, field, before, after, reason)
    SELECT NEW.name, 'weight', OLD.weight, NEW.weight, '' WHERE OLD.weight IS NOT NEW.weight UNION ALL
    SELECT NEW.name, 'state', OLD.state, NEW.state, NEW.reason WHERE OLD.state IS NOT NEW.state UNION ALL
    SELECT NEW.name, 'health', OLD.health, NEW.health, NEW.reason WHERE OLD.health IS NOT NEW.health;
END;
CREATE TRIGGER mail_servers_added AFTER INSERT ON mail_servers BEGIN
  INSERT INTO events (subject, field, after) VALUES (NEW.name, 'added', 'weight ' || NEW.weight || ', ' || NEW.state);
END;
CREATE TRIGGER mail_servers_removed AFTER DELETE ON mail_servers BEGIN
  INSERT INTO events (subject, field, before) VALUES (OLD.name, 'removed', 'weight ' || OLD.weight || ', ' || OLD.state);
END;
CREATE TRIGGER pool_members_changed AFTER UPDATE OF weight ON pool_members WHEN OLD.weight IS NOT NEW.weight BEGIN
  INSERT INTO events (subject, field, before, after) VALUES (NEW.pool || '/' || NEW.server, 'weight', OLD.weight, NEW.weight);
END;
CREATE TRIGGER events_bounded AFTER INSERT ON events WHEN NEW.id % 1000 = 0 BEGIN DELETE FROM events WHERE id <= NEW.id - 100000; END;
CREATE VIEW mail_server_status (name, weight, state, down, ipv4, ipv6, ipv4_live, ipv6_live, why) AS
SELECT s.name, s.weight, s.state,
       s.health = 'down' OR (a.n > 0 AND a.live = 0),
       a.n4, a.n - a.n4,
       CASE WHEN s.health = 'down' THEN 0 ELSE a.live4 END,
       CASE WHEN s.health = 'down' THEN 0 ELSE a.live - a.live4 END,
       CASE WHEN s.health = 'down' THEN 'down' || CASE WHEN s.reason <> '' THEN ': ' || s.reason ELSE '' END
            WHEN a.n > 0 AND a.live = 0 THEN 'all its addresses are down'
            ELSE '' END
  FROM mail_servers s
  JOIN (SELECT m.name AS server, count(x.address) AS n,
               coalesce(sum(x.health <> 'down'), 0) AS live,
               coalesce(sum(x.address NOT GLOB '*:*'), 0) AS n4,
               coalesce(sum(x.health <> 'down' AND x.address NOT GLOB '*:*'), 0) AS live4
          FROM mail_servers m LEFT JOIN mail_addresses x ON x.server = m.name GROUP BY m.name) a ON a.server = s.name;
CREATE VIEW pool_status (pool, server, preference, weight, mx, a, aaaa, why) AS
WITH
member AS (
  SELECT m.pool, m.server, m.preference, coalesce(m.weight, s.weight) AS weight, s.state, s.down, s.why AS down_why,
         s.ipv4, s.ipv6, s.ipv4_live, s.ipv6_live, p.min_live
    FROM pool_members m JOIN pools p ON p.name = m.pool JOIN mail_server_status s ON s.name = m.server),
chosen AS (              -- the state whose members serve: draining ones only where none is enabled
  SELECT pool, CASE WHEN max(state = 'enabled') THEN 'enabled' ELSE 'drain' END AS mx_state,
         CASE WHEN max(state = 'enabled' AND ipv4 + ipv6 > 0) THEN 'enabled' ELSE 'drain' END AS address_state
    FROM member GROUP BY pool),
candidate AS (
  SELECT member.*, member.state = mx_state AS is_mx, member.state = address_state AND ipv4 > 0 AS is_a, member.state = address_state AND ipv6 > 0 AS is_aaaa
    FROM member JOIN chosen ON chosen.pool = member.pool),
counted AS (             -- fail open: fewer live than asked for
  SELECT pool,
         sum(is_mx AND NOT down) = 0 OR sum(is_mx AND NOT down) < min(min_live, sum(is_mx)) AS mx_open,
         sum(is_a AND ipv4_live > 0) AS a_live, sum(is_aaaa AND ipv6_live > 0) AS aaaa_live,
         sum(is_a AND ipv4_live > 0) = 0 OR sum(is_a AND ipv4_live > 0) < min(min_live, sum(is_a)) AS a_open,
         sum(is_aaaa AND ipv6_live > 0) = 0 OR sum(is_aaaa AND ipv6_live > 0) < min(min_live, sum(is_aaaa)) AS aaaa_open,
         min(CASE WHEN is_a AND ipv4_live > 0 THEN preference END) AS a_tier,
         min(CASE WHEN is_aaaa AND ipv6_live > 0 THEN preference END) AS aaaa_tier
    FROM candidate GROUP BY pool),
weighted AS (            -- a live member with a weight: weight 0 waits. Address answers that fail open have no tiers
  SELECT c.pool, c.preference,
         max(c.is_mx AND NOT c.down AND c.weight > 0) AS mx,
         max(c.is_a AND c.ipv4_live > 0 AND c.weight > 0) AS a,
         max(c.is_aaaa AND c.ipv6_live > 0 AND c.weight > 0) AS aaaa
    FROM candidate c GROUP BY c.pool, c.preference),
weighted_pool AS (SELECT pool, max(a) AS a, max(aaaa) AS aaaa FROM weighted GROUP BY pool),
answered AS (
  SELECT c.*, n.mx_open, n.a_open, n.aaaa_open,
         c.is_mx AND (mx_open OR NOT down) AND (c.weight > 0 OR NOT w.mx) AS in_mx,
         c.is_a AND NOT (a_live = 0 AND aaaa_live > 0)
           AND CASE WHEN a_open THEN c.weight > 0 OR NOT p.a ELSE c.ipv4_live > 0 AND c.preference = a_tier AND (c.weight > 0 OR NOT w.a) END AS in_a,
         c.is_aaaa AND NOT (aaaa_live = 0 AND a_live > 0)
           AND CASE WHEN aaaa_open THEN c.weight > 0 OR NOT p.aaaa ELSE c.ipv6_live > 0 AND c.preference = aaaa_tier AND (c.weight > 0 OR NOT w.aaaa) END AS in_aaaa
    FROM candidate c
    JOIN counted n ON n.pool = c.pool
    JOIN weighted w ON w.pool = c.pool AND w.preference = c.preference
    JOIN weighted_pool p ON p.pool = c.pool)
SELECT pool, server, preference, weight,
       CASE WHEN in_mx THEN 'yes' ELSE 'no' END,
       CASE WHEN in_a THEN 'yes' WHEN ipv4 = 0 THEN '-' ELSE 'no' END,
       CASE WHEN in_aaaa THEN 'yes' WHEN ipv6 = 0 THEN '-' ELSE 'no' END,
       CASE WHEN state = 'disabled' THEN 'disabled'
            WHEN state = 'drain' AND in_mx THEN 'draining, but no member is enabled'
            WHEN state = 'drain' AND (in_a OR in_aaaa) THEN 'draining, but no enabled member has an address'
            WHEN state = 'drain' THEN 'draining'
            WHEN down AND in_mx THEN down_why || ', but too few members are live'
            WHEN down THEN down_why
            WHEN NOT in_mx THEN 'weight 0: waits until no other member of its tier is live'
            WHEN ipv4 > 0 AND ipv4_live = 0 AND NOT in_a THEN 'its IPv4 addresses are down'
            WHEN ipv6 > 0 AND ipv6_live = 0 AND NOT in_aaaa THEN 'its IPv6 addresses are down'
            WHEN ipv4 + ipv6 > 0 AND NOT in_a AND NOT in_aaaa THEN 'backup tier: its addresses wait until a better tier is down'
            ELSE '' END
  FROM answered
;
CREATE INDEX zone_changes_uncounted ON zone_changes (domain_id) WHERE NOT counting;
CREATE INDEX domains_primary ON domains (id) WHERE upper(type) = 'MASTER';
CREATE INDEX domains_secondary ON domains (id) WHERE upper(type) = 'SLAVE';
CREATE VIEW counted_serials (domain_id, serial) AS
  SELECT z.domain_id, (z.serial + coalesce((SELECT sum(p.changes) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool WHERE n.domain_id = z.domain_id), 0)) & 4294967295
    FROM zone_changes z JOIN domains d ON d.id = z.domain_id WHERE z.serial IS NOT NULL AND upper(d.type) <> 'SLAVE';
CREATE VIEW zone_infos (id, name, type, master, notified_serial, last_check, soa, serial) AS
  SELECT d.id, d.name, d.type, d.master, d.notified_serial, d.last_check,
         (SELECT r.content FROM records r WHERE r.domain_id = d.id AND r.name = lower(d.name) AND upper(r.type) = 'SOA' AND NOT coalesce(r.disabled, 0)
           ORDER BY r.id LIMIT 1),
         (SELECT c.serial FROM counted_serials c WHERE c.domain_id = d.id)
    FROM domains d;
CREATE VIEW soa_serials (domain_id, serial) AS     -- the third field of the SOA record's content
  SELECT id, CAST(ltrim(substr(ltrim(substr(ltrim(replace(soa, char(9), ' ')), instr(ltrim(replace(soa, char(9), ' ')), ' ') + 1)), instr(ltrim(substr(ltrim(replace(soa, char(9), ' ')), instr(ltrim(replace(soa, char(9), ' ')), ' ') + 1)), ' ') + 1)) AS INTEGER)
    FROM zone_infos WHERE soa IS NOT NULL
;
CREATE VIEW zone_serials (domain_id, served) AS SELECT s.domain_id, coalesce(i.serial, s.serial) FROM soa_serials s JOIN zone_infos i ON i.id = s.domain_id;
CREATE TRIGGER domains_counted AFTER INSERT ON domains WHEN NOT EXISTS (SELECT 1 FROM zone_changes WHERE domain_id = NEW.id)
BEGIN INSERT INTO zone_changes (domain_id) VALUES (NEW.id); END;
CREATE TRIGGER domains_counted_again AFTER UPDATE OF id ON domains WHEN NEW.id <> OLD.id BEGIN
  DELETE FROM zone_changes WHERE domain_id = NEW.id;      -- of a zone that was replaced
  UPDATE zone_changes SET domain_id = NEW.id,     -- each name that goes along takes what its pool has counted out again
         serial = serial + counting + (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool WHERE n.domain_id = OLD.id)
   WHERE domain_id = OLD.id;
END
;
CREATE TRIGGER domains_uncounted AFTER DELETE ON domains BEGIN DELETE FROM zone_changes WHERE domain_id = OLD.id; END;
CREATE TRIGGER domains_no_longer_secondary AFTER UPDATE OF type ON domains WHEN upper(OLD.type) = 'SLAVE' AND upper(NEW.type) <> 'SLAVE' BEGIN
  UPDATE zone_changes SET written = (SELECT s.serial FROM soa_serials s WHERE s.domain_id = NEW.id), published = (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool WHERE n.domain_id = NEW.id) WHERE domain_id = NEW.id;
  UPDATE zone_changes SET serial = written - published
   WHERE domain_id = NEW.id AND (serial IS NULL OR ((written - serial - published) & 4294967295) BETWEEN 1 AND 2147483647);
END;
CREATE TRIGGER records_counted AFTER INSERT ON records WHEN NEW.type <> '' AND upper(NEW.type) <> 'SOA'
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = NEW.domain_id AND counting; END;
CREATE TRIGGER records_replaced BEFORE INSERT ON records WHEN EXISTS (SELECT 1 FROM records WHERE id = NEW.id)      -- one goes, and none comes in its zone
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE counting AND domain_id = (SELECT domain_id FROM records WHERE id = NEW.id AND (domain_id IS NOT NEW.domain_id OR coalesce(NEW.type, '') = '')); END
;
CREATE TRIGGER records_uncounted AFTER DELETE ON records WHEN OLD.type <> '' AND upper(OLD.type) <> 'SOA'
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = OLD.domain_id AND counting; END;
CREATE TRIGGER records_counted_again AFTER UPDATE OF domain_id, name, type, content, ttl, prio, disabled ON records
WHEN (coalesce(NEW.type, '') <> '' OR coalesce(OLD.type, '') <> '') AND upper(NEW.type) IS NOT 'SOA' AND upper(OLD.type) IS NOT 'SOA'
     AND (OLD.name IS NOT NEW.name OR OLD.type IS NOT NEW.type OR OLD.content IS NOT NEW.content OR OLD.ttl IS NOT NEW.ttl
          OR OLD.prio IS NOT NEW.prio OR OLD.disabled IS NOT NEW.disabled OR OLD.domain_id IS NOT NEW.domain_id)
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id IN (OLD.domain_id, NEW.domain_id) AND counting; END;
CREATE TRIGGER records_soa_written AFTER INSERT ON records
WHEN upper(NEW.type) = 'SOA' AND NOT coalesce(NEW.disabled, 0) AND NEW.name = (SELECT lower(name) FROM domains WHERE id = NEW.domain_id) BEGIN
  UPDATE zone_changes SET published = (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool WHERE n.domain_id = NEW.domain_id),
         written = CAST(ltrim(substr(ltrim(substr(ltrim(replace(NEW.content, char(9), ' ')), instr(ltrim(replace(NEW.content, char(9), ' ')), ' ') + 1)), instr(ltrim(substr(ltrim(replace(NEW.content, char(9), ' ')), instr(ltrim(replace(NEW.content, char(9), ' ')), ' ') + 1)), ' ') + 1)) AS INTEGER)
   WHERE domain_id = NEW.domain_id;
  UPDATE zone_changes SET serial = CASE WHEN serial IS NULL OR NOT counting OR (SELECT upper(type) FROM domains WHERE id = NEW.domain_id) = 'SLAVE'
                            OR ((written - serial - published) & 4294967295) BETWEEN 1 AND 2147483647 THEN written - published
                       ELSE serial + 1 END
   WHERE domain_id = NEW.domain_id;
END;
CREATE TRIGGER records_soa_written_again AFTER UPDATE OF domain_id, name, type, content, ttl, disabled ON records
WHEN upper(NEW.type) = 'SOA' AND NOT coalesce(NEW.disabled, 0) AND NEW.name = (SELECT lower(name) FROM domains WHERE id = NEW.domain_id)
     AND (OLD.content IS NOT NEW.content OR OLD.ttl IS NOT NEW.ttl OR OLD.disabled IS NOT NEW.disabled OR OLD.type IS NOT NEW.type
          OR OLD.name IS NOT NEW.name OR OLD.domain_id IS NOT NEW.domain_id) BEGIN
  UPDATE zone_changes SET published = (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool WHERE n.domain_id = NEW.domain_id),
         written = CAST(ltrim(substr(ltrim(substr(ltrim(replace(NEW.content, char(9), ' ')), instr(ltrim(replace(NEW.content, char(9), ' ')), ' ') + 1)), instr(ltrim(substr(ltrim(replace(NEW.content, char(9), ' ')), instr(ltrim(replace(NEW.content, char(9), ' ')), ' ') + 1)), ' ') + 1)) AS INTEGER)
   WHERE domain_id = NEW.domain_id;
  UPDATE zone_changes SET serial = CASE WHEN serial IS NULL OR NOT counting OR (SELECT upper(type) FROM domains WHERE id = NEW.domain_id) = 'SLAVE'
                            OR ((written - serial - published) & 4294967295) BETWEEN 1 AND 2147483647 THEN written - published
                       ELSE serial + 1 END
   WHERE domain_id = NEW.domain_id;
END;
CREATE TRIGGER records_soa_left AFTER DELETE ON records WHEN upper(OLD.type) = 'SOA' BEGIN      -- and another one stays
  UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = OLD.domain_id AND counting AND EXISTS (SELECT 1 FROM soa_serials s WHERE s.domain_id = OLD.domain_id);
END
;
CREATE TRIGGER records_soa_left_again AFTER UPDATE OF domain_id, name, type, disabled ON records
WHEN upper(OLD.type) = 'SOA' AND OLD.name = (SELECT lower(name) FROM domains WHERE id = OLD.domain_id) AND (upper(NEW.type) IS NOT 'SOA' OR coalesce(NEW.disabled, 0) OR OLD.name IS NOT NEW.name OR OLD.domain_id IS NOT NEW.domain_id) BEGIN
  UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = OLD.domain_id AND counting AND EXISTS (SELECT 1 FROM soa_serials s WHERE s.domain_id = OLD.domain_id);
END;
CREATE TRIGGER pools_counted AFTER INSERT ON pools BEGIN
  INSERT INTO pool_changes (pool) SELECT NEW.name WHERE NOT EXISTS (SELECT 1 FROM pool_changes WHERE pool = NEW.name);
  UPDATE pool_changes SET changes = changes + 1 WHERE pool = NEW.name;      -- it may have been replaced
END
;
CREATE TRIGGER pools_counted_again AFTER UPDATE OF ttl, mx_policy, address_policy, max_addresses, min_live ON pools
BEGIN UPDATE pool_changes SET changes = changes + 1 WHERE pool = NEW.name; END;
CREATE TRIGGER pools_uncounted AFTER DELETE ON pools BEGIN DELETE FROM pool_changes WHERE pool = OLD.name; END;
CREATE TRIGGER pools_renamed AFTER UPDATE OF name ON pools WHEN NEW.name <> OLD.name BEGIN
  INSERT INTO pool_changes (pool) SELECT NEW.name WHERE NOT EXISTS (SELECT 1 FROM pool_changes WHERE pool = NEW.name);     -- else it was replaced
  UPDATE pool_changes SET changes = changes + (SELECT p.changes FROM pool_changes p WHERE p.pool = OLD.name) WHERE pool = NEW.name;
  UPDATE pool_members SET pool = NEW.name WHERE pool = OLD.name;
  UPDATE pool_names SET pool = NEW.name WHERE pool = OLD.name;
  DELETE FROM pool_changes WHERE pool = OLD.name;
END
;
CREATE TRIGGER pool_members_counted AFTER INSERT ON pool_members
BEGIN UPDATE pool_changes SET changes = changes + 1 WHERE pool = NEW.pool; END;
CREATE TRIGGER pool_members_counted_again AFTER UPDATE OF pool, server, preference, weight ON pool_members
BEGIN UPDATE pool_changes SET changes = changes + 1 WHERE pool IN (OLD.pool, NEW.pool); END;
CREATE TRIGGER pool_members_uncounted AFTER DELETE ON pool_members
BEGIN UPDATE pool_changes SET changes = changes + 1 WHERE pool = OLD.pool; END;
CREATE TRIGGER pool_names_replaced BEFORE INSERT ON pool_names BEGIN
  UPDATE zone_changes SET serial = serial + (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool WHERE n.name = NEW.name AND n.kind = NEW.kind)
   WHERE domain_id = (SELECT domain_id FROM pool_names WHERE name = NEW.name AND kind = NEW.kind);
END;
CREATE TRIGGER pool_names_replaced_again BEFORE UPDATE OF name, kind ON pool_names WHEN NEW.name <> OLD.name OR NEW.kind <> OLD.kind BEGIN
  UPDATE zone_changes SET serial = serial + (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool WHERE n.name = NEW.name AND n.kind = NEW.kind)
   WHERE domain_id = (SELECT domain_id FROM pool_names WHERE name = NEW.name AND kind = NEW.kind);
END;
CREATE TRIGGER pool_names_moved AFTER UPDATE OF name, kind, pool, domain_id ON pool_names BEGIN
  UPDATE zone_changes SET serial = serial + counting + coalesce((SELECT changes FROM pool_changes WHERE pool = OLD.pool), 0) WHERE domain_id = OLD.domain_id;
  UPDATE zone_changes SET serial = serial + counting - coalesce((SELECT changes FROM pool_changes WHERE pool = NEW.pool), 0) WHERE domain_id = NEW.domain_id;
END;
CREATE TRIGGER pool_names_uncounted AFTER DELETE ON pool_names BEGIN
  UPDATE zone_changes SET serial = serial + counting + coalesce((SELECT changes FROM pool_changes WHERE pool = OLD.pool), 0) WHERE domain_id = OLD.domain_id;
END;
CREATE VIEW server_changes (server) AS SELECT name FROM mail_servers;
CREATE TRIGGER server_changes_counted INSTEAD OF INSERT ON server_changes BEGIN
  UPDATE pool_changes SET changes = changes + 1 WHERE pool IN (SELECT pool FROM pool_members WHERE server = NEW.server);
  UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = (SELECT domain_id FROM mail_servers WHERE name = NEW.server) AND counting;
END;
CREATE TRIGGER mail_servers_counted AFTER INSERT ON mail_servers BEGIN INSERT INTO server_changes VALUES (NEW.name); END;
CREATE TRIGGER mail_servers_counted_again AFTER UPDATE OF weight, state, health, ttl ON mail_servers
WHEN OLD.weight <> NEW.weight OR OLD.state <> NEW.state OR OLD.ttl <> NEW.ttl OR (OLD.health = 'down') <> (NEW.health = 'down')
BEGIN INSERT INTO server_changes VALUES (NEW.name); END;
CREATE TRIGGER mail_servers_moved AFTER UPDATE OF name, domain_id ON mail_servers
WHEN OLD.name <> NEW.name OR OLD.domain_id IS NOT NEW.domain_id
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id IN (OLD.domain_id, NEW.domain_id) AND counting; END;
CREATE TRIGGER mail_servers_uncounted AFTER DELETE ON mail_servers
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = OLD.domain_id AND counting; END;
CREATE TRIGGER mail_addresses_counted AFTER INSERT ON mail_addresses BEGIN INSERT INTO server_changes VALUES (NEW.server); END;
CREATE TRIGGER mail_addresses_counted_again AFTER UPDATE OF server, address, health ON mail_addresses
WHEN OLD.address <> NEW.address OR OLD.server <> NEW.server OR (OLD.health = 'down') <> (NEW.health = 'down') BEGIN
  INSERT INTO server_changes VALUES (NEW.server);
  INSERT INTO server_changes SELECT OLD.server WHERE OLD.server <> NEW.server;
END;
CREATE TRIGGER mail_addresses_uncounted AFTER DELETE ON mail_addresses BEGIN INSERT INTO server_changes VALUES (OLD.server); END;
CREATE TRIGGER zone_contents_changed AFTER UPDATE OF domain_id, serial, counting ON zone_changes
BEGIN UPDATE zone_changes SET contents = random() WHERE domain_id = NEW.domain_id; END;
CREATE TRIGGER mail_servers_health_set AFTER UPDATE OF health ON mail_servers WHEN OLD.health IS NOT NEW.health BEGIN
  UPDATE mail_servers SET came_up_at = CASE WHEN OLD.health = 'down' THEN CAST(strftime('%s','now') AS INTEGER) END WHERE name = NEW.name AND (OLD.health = 'down' OR NEW.health = 'down');
  UPDATE mail_servers SET health_until = NULL WHERE name = NEW.name AND (NEW.health_until IS OLD.health_until OR NEW.health = 'unknown');   -- it was the former setting's
END
;
CREATE TRIGGER mail_servers_left AFTER UPDATE OF state ON mail_servers WHEN (OLD.state = 'enabled') <> (NEW.state = 'enabled') BEGIN
  UPDATE mail_servers SET safe_at = CASE WHEN NEW.state <> 'enabled' THEN CAST(strftime('%s','now') AS INTEGER) + 1 + coalesce((
      SELECT max(p.ttl) FROM pool_members m JOIN pools p ON p.name = m.pool
       WHERE m.server = NEW.name AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name)), -1) END
   WHERE name = NEW.name;
END;
CREATE VIEW pool_liveness (pool, serving, live, wanted) AS
  SELECT p.name, count(*), sum(s.live), max(1, min(p.min_live, count(*)))
    FROM pools p JOIN pool_members m ON m.pool = p.name
    JOIN (SELECT name, health <> 'down' AND (NOT EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = name)
                 OR EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = name AND a.health <> 'down')) AS live
            FROM mail_servers WHERE state = 'enabled') s ON s.name = m.server
   GROUP BY p.name;
CREATE VIEW liveness_changes (server, live, at) AS SELECT name, 0, 0 FROM mail_servers;
CREATE TRIGGER liveness_changed INSTEAD OF INSERT ON liveness_changes BEGIN
  INSERT INTO events (at, subject, field, before, after, reason)
    SELECT NEW.at, l.pool, 'answered', CASE WHEN NEW.live THEN 'all enabled members' ELSE 'live members' END,
           CASE WHEN NEW.live THEN 'live members' ELSE 'all enabled members' END, l.live || ' of ' || l.serving || ' enabled members are live'
      FROM pool_liveness l JOIN pool_members m ON m.pool = l.pool
     WHERE m.server = NEW.server AND l.live = l.wanted - (NOT NEW.live) AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = l.pool);
END;
CREATE TRIGGER mail_servers_liveness AFTER UPDATE OF health ON mail_servers
WHEN NEW.state = 'enabled' AND (OLD.health = 'down') <> (NEW.health = 'down')
     AND (NOT EXISTS (SELECT 1 FROM mail_addresses WHERE server = NEW.name) OR EXISTS (SELECT 1 FROM mail_addresses WHERE server = NEW.name AND health <> 'down'))
BEGIN INSERT INTO liveness_changes VALUES (NEW.name, NEW.health <> 'down', CAST(strftime('%s','now') AS INTEGER)); END;
CREATE TRIGGER mail_addresses_changed AFTER UPDATE OF health ON mail_addresses WHEN OLD.health IS NOT NEW.health BEGIN
  UPDATE mail_addresses SET changed_at = CASE WHEN NEW.changed_at IS NOT OLD.changed_at THEN NEW.changed_at ELSE CAST(strftime('%s','now') AS INTEGER) END
   WHERE server = NEW.server AND address = NEW.address;
  UPDATE mail_addresses SET came_up_at = CASE WHEN OLD.health = 'down' THEN changed_at END WHERE server = NEW.server AND address = NEW.address AND (OLD.health = 'down' OR NEW.health = 'down');
  INSERT INTO events (at, subject, field, before, after, reason)
    SELECT changed_at, NEW.server || ' ' || NEW.address, 'health', OLD.health, NEW.health, NEW.reason FROM mail_addresses WHERE server = NEW.server AND address = NEW.address;
  INSERT INTO liveness_changes
    SELECT NEW.server, NEW.health <> 'down', changed_at FROM mail_addresses
     WHERE server = NEW.server AND address = NEW.address AND (OLD.health = 'down') <> (NEW.health = 'down')
       AND EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server AND state = 'enabled' AND health <> 'down')
       AND NOT EXISTS (SELECT 1 FROM mail_addresses WHERE server = NEW.server AND address <> NEW.address AND health <> 'down');
END;
COMMIT;
