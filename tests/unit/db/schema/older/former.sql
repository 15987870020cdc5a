-- A database as the migrations up to 0009_members made it, with a little of everything in it (sqlite3 .dump).
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
INSERT INTO mail_servers VALUES('mail2.older.example',30,'drain','unknown','maintenance',60,1700000000,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795788963,'smtps');
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
INSERT INTO events VALUES(4,1795788842,'mail2.older.example','safe to stop',NULL,'2026-11-27T14:16:03Z','it is no longer answered');
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
INSERT INTO schema_migrations VALUES(9,'0009_members','c5d8faef1edb558280bb7e513d30056c049e2e4223a9352388c61d799ab0fd0b',1764200000);
CREATE TABLE server_standings (
  server  TEXT NOT NULL PRIMARY KEY,
  state   TEXT NOT NULL,
  weight  INTEGER NOT NULL,
  mx      INTEGER NOT NULL,
  a       INTEGER,
  aaaa    INTEGER,
  at      INTEGER NOT NULL                          -- when that was found
) WITHOUT ROWID;
INSERT INTO server_standings VALUES('mail1.older.example','enabled',70,2,2,2,1795788842);
INSERT INTO server_standings VALUES('mail2.older.example','drain',30,1,1,NULL,1795788842);
CREATE TABLE pool_counts (
  pool                TEXT NOT NULL PRIMARY KEY,
  mx_enabled          INTEGER NOT NULL DEFAULT 0,
  mx_live             INTEGER NOT NULL DEFAULT 0,   -- of the enabled ones
  mx_draining         INTEGER NOT NULL DEFAULT 0,
  mx_draining_live    INTEGER NOT NULL DEFAULT 0,
  mx_draining_up      INTEGER NOT NULL DEFAULT 0,
  a_enabled           INTEGER NOT NULL DEFAULT 0,
  a_live              INTEGER NOT NULL DEFAULT 0,
  a_draining          INTEGER NOT NULL DEFAULT 0,
  a_draining_live     INTEGER NOT NULL DEFAULT 0,
  a_draining_up       INTEGER NOT NULL DEFAULT 0,
  a_tier              INTEGER,
  a_draining_tier     INTEGER,
  aaaa_enabled        INTEGER NOT NULL DEFAULT 0,
  aaaa_live           INTEGER NOT NULL DEFAULT 0,
  aaaa_draining       INTEGER NOT NULL DEFAULT 0,
  aaaa_draining_live  INTEGER NOT NULL DEFAULT 0,
  aaaa_draining_up    INTEGER NOT NULL DEFAULT 0,
  aaaa_tier           INTEGER,
  aaaa_draining_tier  INTEGER
) WITHOUT ROWID;
INSERT INTO pool_counts VALUES('inbound',1,1,1,1,0,1,1,1,1,0,10,20,1,1,0,0,0,10,NULL);
CREATE TABLE pool_answers (
  pool      TEXT NOT NULL,
  kind      TEXT NOT NULL,                          -- MX, A or AAAA
  answered  TEXT NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (pool, kind)
) WITHOUT ROWID;
INSERT INTO pool_answers VALUES('inbound','A','live members',1795788842);
INSERT INTO pool_answers VALUES('inbound','AAAA','live members',1795788842);
INSERT INTO pool_answers VALUES('inbound','MX','live members',1795788842);
CREATE TABLE draining_answers (
  pool    TEXT NOT NULL,
  server  TEXT NOT NULL,
  PRIMARY KEY (pool, server)
) WITHOUT ROWID;
CREATE TABLE kept_servers (
  server  TEXT NOT NULL PRIMARY KEY,
  until   INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO kept_servers VALUES('mail2.older.example',1795788963);
CREATE TABLE postponements (id INTEGER PRIMARY KEY);
CREATE TABLE postponed_pools (pool TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('events',4);
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
CREATE VIEW clock (now) AS SELECT CAST(strftime('%s', 'now') AS INTEGER);
CREATE INDEX server_standings_not_enabled ON server_standings (server) WHERE state <> 'enabled';
CREATE VIEW address_healths (server, is_ipv6, is_probed, health) AS
  SELECT server, address GLOB '*:*', unprobed_since IS NULL, CASE health WHEN 'down' THEN 0 WHEN 'up' THEN 2 ELSE 1 END
    FROM mail_addresses;
CREATE VIEW address_standings (server, is_ipv6, standing) AS
  SELECT h.server, h.is_ipv6,
         CASE WHEN h.is_probed THEN h.health
              ELSE min(h.health, coalesce((SELECT max(p.health) FROM address_healths p
                                            WHERE p.server = h.server AND p.is_probed), h.health)) END
    FROM address_healths h;
CREATE VIEW current_standings (server, state, weight, mx, a, aaaa) AS
  SELECT name, state, weight,
         CASE WHEN own = 0 OR best = 0 THEN 0 ELSE max(own, coalesce(best, own)) END,
         CASE WHEN own = 0 OR ipv4 = 0 THEN min(ipv4, 0) ELSE max(own, ipv4) END,
         CASE WHEN own = 0 OR ipv6 = 0 THEN min(ipv6, 0) ELSE max(own, ipv6) END
    FROM (SELECT s.name, s.state, s.weight,
                 CASE s.health WHEN 'down' THEN 0 WHEN 'up' THEN 2 ELSE 1 END AS own,
                 (SELECT max(standing) FROM address_standings h WHERE h.server = s.name) AS best,
                 (SELECT max(standing) FROM address_standings h WHERE h.server = s.name AND NOT h.is_ipv6) AS ipv4,
                 (SELECT max(standing) FROM address_standings h WHERE h.server = s.name AND h.is_ipv6) AS ipv6
            FROM mail_servers s);
CREATE VIEW kind_counts (pool, kind, published_as, enabled, live, draining, draining_live, draining_up, tier,
                         draining_tier, other_live) AS
  SELECT pool, 'MX', 'MX', mx_enabled, mx_live, mx_draining, mx_draining_live, mx_draining_up, NULL, NULL, 0
    FROM pool_counts UNION ALL
  SELECT pool, 'A', 'A', a_enabled, a_live, a_draining, a_draining_live, a_draining_up, a_tier, a_draining_tier,
         CASE WHEN aaaa_enabled THEN aaaa_live ELSE aaaa_draining_live END
    FROM pool_counts UNION ALL
  SELECT pool, 'AAAA', 'A', aaaa_enabled, aaaa_live, aaaa_draining, aaaa_draining_live, aaaa_draining_up, aaaa_tier,
         aaaa_draining_tier, CASE WHEN a_enabled THEN a_live ELSE a_draining_live END
    FROM pool_counts;
CREATE VIEW pool_decisions (pool, kind, published_as, serving_state, serving, live, helping, needed, tier, answered) AS
  SELECT pool, kind, published_as, serving_state, serving, live, helping, max(1, min(min_live, serving)), tier,
         CASE WHEN live >= max(1, min(min_live, serving)) THEN 'live members'
              WHEN live + helping >= max(1, min(min_live, serving)) THEN 'draining members, too'
              WHEN live + helping = 0 AND other_live > 0 THEN 'no member'
              ELSE 'all members' END
    FROM (SELECT c.pool, c.kind, c.published_as, p.min_live, c.other_live,
                 CASE WHEN c.enabled THEN 'enabled' ELSE 'drain' END AS serving_state,
                 CASE WHEN c.enabled THEN c.enabled ELSE c.draining END AS serving,
                 CASE WHEN c.enabled THEN c.live ELSE c.draining_live END AS live,
                 CASE WHEN c.enabled THEN c.draining_up ELSE 0 END AS helping,
                 CASE WHEN c.enabled THEN c.tier ELSE c.draining_tier END AS tier
            FROM kind_counts c JOIN pools p ON p.name = c.pool WHERE c.enabled + c.draining > 0);
CREATE VIEW member_answers (pool, server, kind, published_as, state, is_answered) AS
  SELECT m.pool, m.server, d.kind, d.published_as, t.state,
         CASE WHEN t.state = 'disabled' OR d.answered = 'no member' THEN 0
              WHEN t.state <> d.serving_state
                THEN t.state = 'drain' AND d.answered <> 'live members'
                     AND 2 = CASE d.kind WHEN 'MX' THEN t.mx WHEN 'A' THEN t.a ELSE t.aaaa END
              WHEN d.answered <> 'all members' AND 0 = CASE d.kind WHEN 'MX' THEN t.mx WHEN 'A' THEN t.a ELSE t.aaaa END
                THEN 0
              WHEN d.answered <> 'all members' AND d.kind <> 'MX' AND m.preference <> d.tier THEN 0
              ELSE coalesce(m.weight, t.weight) > 0 OR NOT EXISTS
                (SELECT 1 FROM pool_members o JOIN server_standings u ON u.server = o.server
                  WHERE o.pool = m.pool AND u.state = d.serving_state AND coalesce(o.weight, u.weight) > 0
                    AND CASE d.kind WHEN 'MX' THEN u.mx WHEN 'A' THEN u.a ELSE u.aaaa END > 0
                    AND (o.preference = m.preference OR d.kind <> 'MX' AND d.answered = 'all members')) END
    FROM pool_members m JOIN server_standings t ON t.server = m.server CROSS JOIN pool_decisions d ON d.pool = m.pool
   WHERE d.kind = 'MX' OR CASE d.kind WHEN 'A' THEN t.a ELSE t.aaaa END IS NOT NULL;
CREATE VIEW mail_server_status (name, weight, state, health, reason) AS
  SELECT s.name, s.weight, s.state, CASE t.mx WHEN 0 THEN 'down' WHEN 2 THEN 'up' ELSE 'unknown' END,
         CASE WHEN t.mx = 0 AND s.health <> 'down'
              THEN 'all its addresses ' || CASE WHEN EXISTS (SELECT 1 FROM mail_addresses WHERE server = s.name
                     AND health <> 'down') THEN 'that can be probed ' ELSE '' END || 'are down' || coalesce(': ' || (
                SELECT CASE WHEN min(reason) = max(reason) THEN min(reason)
                            ELSE group_concat(address || ' ' || reason, '; ') END
                  FROM mail_addresses WHERE server = s.name AND reason <> '' AND health = 'down'), '')
              ELSE s.reason END
    FROM mail_servers s JOIN server_standings t ON t.server = s.name;
CREATE VIEW pool_status (pool, server, preference, weight, mx, a, aaaa, why) AS
SELECT pool, server, preference, weight,
       CASE WHEN in_mx THEN 'yes' ELSE 'no' END,
       CASE WHEN in_a THEN 'yes' WHEN a IS NULL THEN '-' ELSE 'no' END,
       CASE WHEN in_aaaa THEN 'yes' WHEN aaaa IS NULL THEN '-' ELSE 'no' END,
       CASE WHEN state = 'disabled' THEN 'disabled'
            WHEN state = 'drain' AND NOT (in_mx OR coalesce(in_a, 0) OR coalesce(in_aaaa, 0)) THEN 'draining'
            WHEN state = 'drain' AND NOT mx_enabled THEN 'draining, but no member is enabled'
            WHEN state = 'drain' AND (in_mx OR in_a AND a_enabled OR in_aaaa AND aaaa_enabled)
              THEN 'draining, but too few enabled members are live'
            WHEN state = 'drain' THEN 'draining, but no enabled member has such an address'
            WHEN mx = 0 AND in_mx THEN down_why || ', but too few members are live'
            WHEN mx = 0 THEN down_why
            WHEN NOT in_mx THEN 'weight 0: waits until no other member of its tier is live'
            WHEN a = 0 AND NOT in_a THEN 'its IPv4 addresses are down'
            WHEN aaaa = 0 AND NOT in_aaaa THEN 'its IPv6 addresses are down'
            WHEN coalesce(a, aaaa) IS NOT NULL AND NOT coalesce(in_a, 0) AND NOT coalesce(in_aaaa, 0)
              THEN 'backup tier: its addresses wait until a better tier is down'
            ELSE '' END
  FROM (SELECT m.pool, m.server, m.preference, coalesce(m.weight, t.weight) AS weight, t.state, t.mx, t.a, t.aaaa,
               c.mx_enabled, c.a_enabled, c.aaaa_enabled,
               (SELECT CASE WHEN h.health = 'down' THEN 'down' || CASE WHEN h.reason <> '' THEN ': ' ELSE '' END
                            ELSE '' END || s.reason
                  FROM mail_server_status s JOIN mail_servers h ON h.name = s.name WHERE s.name = m.server) AS down_why,
               (SELECT is_answered FROM member_answers n
                 WHERE n.pool = m.pool AND n.server = m.server AND n.kind = 'MX') AS in_mx,
               (SELECT is_answered FROM member_answers n
                 WHERE n.pool = m.pool AND n.server = m.server AND n.kind = 'A') AS in_a,
               (SELECT is_answered FROM member_answers n
                 WHERE n.pool = m.pool AND n.server = m.server AND n.kind = 'AAAA') AS in_aaaa
          FROM pool_members m JOIN server_standings t ON t.server = m.server JOIN pool_counts c ON c.pool = m.pool);
CREATE INDEX draining_answers_by_server ON draining_answers (server);
CREATE INDEX kept_servers_by_time ON kept_servers (until);
CREATE VIEW answer_words (pool, kind, reason) AS
  SELECT pool, kind, live || ' of ' || serving || CASE serving_state WHEN 'enabled' THEN ' enabled' ELSE ' draining' END
         || ' members are live' || CASE WHEN needed > 1 THEN ', ' || needed || ' are wanted' ELSE '' END
         || CASE WHEN helping > 0 THEN ', and ' || helping || ' draining '
                   || CASE helping WHEN 1 THEN 'one is' ELSE 'ones are' END || ' up' ELSE '' END
    FROM pool_decisions;
CREATE VIEW answer_events (at, pool, kind, before, after) AS
  SELECT at, pool, kind, answered, answered FROM pool_answers;
CREATE TRIGGER answer_events_told INSTEAD OF INSERT ON answer_events BEGIN
  UPDATE events SET subject = 'other pools (' || (CAST(substr(subject, 14) AS INTEGER) + 1) || ')'
   WHERE id > (SELECT max(id) FROM events) - 200 AND at = NEW.at AND field = 'answered as ' || NEW.kind
     AND before = NEW.before AND after = NEW.after AND subject GLOB 'other pools (*';
  INSERT INTO events (at, subject, field, before, after, reason)
    SELECT NEW.at, CASE WHEN told < 20 THEN NEW.pool ELSE 'other pools (1)' END, 'answered as ' || NEW.kind, NEW.before,
           NEW.after, CASE WHEN told < 20 THEN w.reason ELSE 'the view pool_status shows them' END
      FROM answer_words w,
           (SELECT count(*) AS told FROM events
             WHERE id > (SELECT max(id) FROM events) - 200 AND at = NEW.at AND field = 'answered as ' || NEW.kind
               AND before = NEW.before AND after = NEW.after)
     WHERE w.pool = NEW.pool AND w.kind = NEW.kind AND told < 21;
END;
CREATE TRIGGER pool_answers_begun AFTER INSERT ON pool_answers WHEN NEW.answered <> 'live members'
BEGIN INSERT INTO answer_events VALUES (NEW.at, NEW.pool, NEW.kind, 'live members', NEW.answered); END;
CREATE TRIGGER pool_answers_changed AFTER UPDATE OF answered ON pool_answers WHEN NEW.answered <> OLD.answered
BEGIN INSERT INTO answer_events VALUES (NEW.at, NEW.pool, NEW.kind, OLD.answered, NEW.answered); END;
CREATE TRIGGER postponements_over AFTER DELETE ON postponements BEGIN
  INSERT INTO pool_edits SELECT pool, at FROM postponed_pools;
  DELETE FROM postponed_pools;
END;
CREATE VIEW pool_edits (pool, at) AS SELECT name, 0 FROM pools;
CREATE TRIGGER pool_edits_postponed INSTEAD OF INSERT ON pool_edits WHEN EXISTS (SELECT 1 FROM postponements) BEGIN
  UPDATE postponed_pools SET at = max(at, NEW.at) WHERE pool = NEW.pool;
  INSERT INTO postponed_pools
    SELECT NEW.pool, NEW.at WHERE NOT EXISTS (SELECT 1 FROM postponed_pools WHERE pool = NEW.pool);
END;
CREATE TRIGGER pool_edits_judged INSTEAD OF INSERT ON pool_edits WHEN NOT EXISTS (SELECT 1 FROM postponements) BEGIN
  INSERT INTO pool_counts (pool)
    SELECT name FROM pools WHERE name = NEW.pool AND NOT EXISTS (SELECT 1 FROM pool_counts WHERE pool = NEW.pool);
  UPDATE pool_counts SET
      (mx_enabled, mx_live, mx_draining, mx_draining_live, mx_draining_up,
       a_enabled, a_live, a_draining, a_draining_live, a_draining_up, a_tier, a_draining_tier,
       aaaa_enabled, aaaa_live, aaaa_draining, aaaa_draining_live, aaaa_draining_up, aaaa_tier, aaaa_draining_tier) =
      (SELECT count(CASE WHEN t.state = 'enabled' THEN t.mx END),
              count(CASE WHEN t.state = 'enabled' AND t.mx > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' THEN t.mx END),
              count(CASE WHEN t.state = 'drain' AND t.mx > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' AND t.mx = 2 THEN 1 END),
              count(CASE WHEN t.state = 'enabled' THEN t.a END),
              count(CASE WHEN t.state = 'enabled' AND t.a > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' THEN t.a END),
              count(CASE WHEN t.state = 'drain' AND t.a > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' AND t.a = 2 THEN 1 END),
              min(CASE WHEN t.state = 'enabled' AND t.a > 0 THEN m.preference END),
              min(CASE WHEN t.state = 'drain' AND t.a > 0 THEN m.preference END),
              count(CASE WHEN t.state = 'enabled' THEN t.aaaa END),
              count(CASE WHEN t.state = 'enabled' AND t.aaaa > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' THEN t.aaaa END),
              count(CASE WHEN t.state = 'drain' AND t.aaaa > 0 THEN 1 END),
              count(CASE WHEN t.state = 'drain' AND t.aaaa = 2 THEN 1 END),
              min(CASE WHEN t.state = 'enabled' AND t.aaaa > 0 THEN m.preference END),
              min(CASE WHEN t.state = 'drain' AND t.aaaa > 0 THEN m.preference END)
         FROM pool_members m JOIN server_standings t ON t.server = m.server WHERE m.pool = NEW.pool)
   WHERE pool = NEW.pool;
  INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers
    WHERE pool = NEW.pool AND NOT EXISTS (SELECT 1 FROM pool_names WHERE pool = NEW.pool);
  DELETE FROM pool_answers WHERE pool = NEW.pool AND NOT EXISTS
    (SELECT 1 FROM pool_decisions d JOIN pool_names n ON n.pool = NEW.pool AND n.kind = d.published_as
      WHERE d.pool = NEW.pool AND d.kind = pool_answers.kind);
  UPDATE pool_answers SET at = NEW.at,
         answered = (SELECT d.answered FROM pool_decisions d WHERE d.pool = NEW.pool AND d.kind = pool_answers.kind)
   WHERE pool = NEW.pool;
  INSERT INTO pool_answers (pool, kind, answered, at)
    SELECT d.pool, d.kind, d.answered, NEW.at FROM pool_decisions d
     WHERE d.pool = NEW.pool AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = NEW.pool AND n.kind = d.published_as)
       AND NOT EXISTS (SELECT 1 FROM pool_answers a WHERE a.pool = NEW.pool AND a.kind = d.kind);
  INSERT INTO drain_edits VALUES (NEW.pool, NEW.at);
  DELETE FROM postponed_pools WHERE pool = NEW.pool;
END;
CREATE VIEW kept_answers (pool, server, until) AS
  SELECT m.pool, m.server, now + 1 + p.ttl
    FROM clock, pool_members m JOIN pools p ON p.name = m.pool
   WHERE EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = m.pool)
      OR EXISTS (SELECT 1 FROM pool_answers a WHERE a.pool = m.pool);
CREATE VIEW safe_times (server, at) AS
  SELECT s.name,
         max((SELECT now FROM clock),
             coalesce((SELECT max(until) FROM kept_answers k WHERE k.server = s.name), 0),
             coalesce((SELECT until FROM kept_servers k WHERE k.server = s.name), 0))
    FROM mail_servers s;
CREATE VIEW safe_words (server, safe_at, at) AS
  SELECT name, safe_at, strftime('%Y-%m-%dT%H:%M:%SZ', 2440587.5 + safe_at / 86400.0) FROM mail_servers;
CREATE VIEW drain_edits (pool, at) AS SELECT name, 0 FROM pools;
CREATE TRIGGER drain_edits_judged INSTEAD OF INSERT ON drain_edits
WHEN EXISTS (SELECT 1 FROM server_standings t JOIN pool_members m ON m.pool = NEW.pool AND m.server = t.server
              WHERE t.state <> 'enabled')
  OR EXISTS (SELECT 1 FROM draining_answers WHERE pool = NEW.pool) BEGIN
  DELETE FROM draining_answers WHERE pool = NEW.pool;
  INSERT INTO draining_answers (pool, server)
    SELECT DISTINCT a.pool, a.server FROM member_answers a
     WHERE a.pool = NEW.pool AND a.state = 'drain' AND a.is_answered
       AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = a.pool AND n.kind = a.published_as);
  INSERT INTO events (at, subject, field, before, reason)
    SELECT NEW.at, s.server, 'safe to stop', s.at, 'it is answered again in the pool ' || NEW.pool || ': ' ||
           (SELECT w.reason FROM answer_words w JOIN pool_answers p ON p.pool = w.pool AND p.kind = w.kind
              JOIN member_answers a ON a.pool = w.pool AND a.kind = w.kind AND a.server = s.server
             WHERE w.pool = NEW.pool AND a.is_answered LIMIT 1)
      FROM safe_words s JOIN draining_answers d ON d.server = s.server
     WHERE d.pool = NEW.pool AND s.safe_at IS NOT NULL;
  UPDATE mail_servers SET safe_at = NULL
   WHERE safe_at IS NOT NULL AND name IN (SELECT server FROM draining_answers WHERE pool = NEW.pool);
  INSERT INTO drained_servers      -- also one that has left the pool
    SELECT t.server, NEW.at FROM server_standings t JOIN mail_servers s ON s.name = t.server
     WHERE t.state <> 'enabled' AND s.safe_at IS NULL;
END
;
CREATE VIEW drained_servers (server, at) AS SELECT name, 0 FROM mail_servers;
CREATE TRIGGER drained_servers_forgotten INSTEAD OF INSERT ON drained_servers
WHEN EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server AND state <> 'enabled' AND safe_at IS NULL)
 AND NOT EXISTS (SELECT 1 FROM draining_answers WHERE server = NEW.server) BEGIN
  UPDATE mail_servers SET safe_at = (SELECT at FROM safe_times WHERE server = NEW.server) WHERE name = NEW.server;
  INSERT INTO events (at, subject, field, after, reason)
    SELECT NEW.at, server, 'safe to stop', at, 'it is no longer answered' FROM safe_words WHERE server = NEW.server;
END;
CREATE TRIGGER kept_answers_noted INSTEAD OF INSERT ON kept_answers
WHEN NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server AND state <> 'enabled' AND safe_at IS NOT NULL)
BEGIN INSERT INTO kept_edits VALUES (NEW.server, NEW.until); END;
CREATE VIEW kept_edits (server, until) AS SELECT server, until FROM kept_servers;
CREATE TRIGGER kept_edits_noted INSTEAD OF INSERT ON kept_edits WHEN NEW.until > (SELECT now FROM clock) BEGIN
  DELETE FROM kept_servers WHERE until <= (SELECT now FROM clock);
  UPDATE kept_servers SET until = max(until, NEW.until) WHERE server = NEW.server;
  INSERT INTO kept_servers
    SELECT NEW.server, NEW.until WHERE NOT EXISTS (SELECT 1 FROM kept_servers WHERE server = NEW.server);
END;
CREATE TRIGGER mail_servers_kept AFTER UPDATE OF safe_at ON mail_servers WHEN NEW.safe_at > coalesce(OLD.safe_at, 0)
BEGIN INSERT INTO kept_edits VALUES (NEW.name, NEW.safe_at); END;
CREATE VIEW server_edits (server, at) AS SELECT name, 0 FROM mail_servers;
CREATE TRIGGER server_edits_judged INSTEAD OF INSERT ON server_edits BEGIN
  DELETE FROM server_standings
   WHERE server = NEW.server AND NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server);
  UPDATE server_standings SET at = NEW.at,
         (state, weight, mx, a, aaaa) =
         (SELECT state, weight, mx, a, aaaa FROM current_standings WHERE server = NEW.server)
   WHERE server = NEW.server;
  INSERT INTO server_standings (server, state, weight, mx, a, aaaa, at)
    SELECT server, state, weight, mx, a, aaaa, NEW.at FROM current_standings
     WHERE server = NEW.server AND NOT EXISTS (SELECT 1 FROM server_standings WHERE server = NEW.server);
END;
CREATE TRIGGER server_standings_begun AFTER INSERT ON server_standings
BEGIN INSERT INTO pool_edits SELECT pool, NEW.at FROM pool_members WHERE server = NEW.server; END;
CREATE TRIGGER server_standings_changed AFTER UPDATE ON server_standings
WHEN OLD.state <> NEW.state OR (OLD.weight = 0) <> (NEW.weight = 0) OR (OLD.mx > 0) <> (NEW.mx > 0)
     OR (OLD.a > 0) IS NOT (NEW.a > 0) OR (OLD.aaaa > 0) IS NOT (NEW.aaaa > 0)
     OR NEW.state <> 'enabled' AND (OLD.mx <> NEW.mx OR OLD.a IS NOT NEW.a OR OLD.aaaa IS NOT NEW.aaaa)
BEGIN INSERT INTO pool_edits SELECT pool, NEW.at FROM pool_members WHERE server = NEW.server; END;
CREATE TRIGGER mail_servers_judged AFTER INSERT ON mail_servers BEGIN
  UPDATE mail_servers SET safe_at =
         CASE WHEN state <> 'enabled' AND NOT EXISTS (SELECT 1 FROM draining_answers WHERE server = NEW.name)
              THEN (SELECT at FROM safe_times WHERE server = NEW.name) END      -- it may have been replaced
   WHERE name = NEW.name;
  INSERT INTO server_edits SELECT NEW.name, now FROM clock;
END
;
CREATE TRIGGER mail_servers_judged_again AFTER UPDATE OF weight, health ON mail_servers
WHEN OLD.weight IS NOT NEW.weight OR OLD.health IS NOT NEW.health
BEGIN INSERT INTO server_edits SELECT NEW.name, now FROM clock; END;
CREATE TRIGGER mail_servers_left AFTER UPDATE OF state ON mail_servers WHEN OLD.state IS NOT NEW.state BEGIN
  UPDATE mail_servers SET safe_at =
         CASE WHEN NEW.state = 'enabled' THEN NULL
              WHEN OLD.state = 'enabled' OR safe_at IS NULL THEN (SELECT at FROM safe_times WHERE server = NEW.name)
              ELSE safe_at END
   WHERE name = NEW.name;
  INSERT INTO server_edits SELECT NEW.name, now FROM clock;
END;
CREATE TRIGGER mail_servers_judged_no_more AFTER DELETE ON mail_servers
BEGIN DELETE FROM server_standings WHERE server = OLD.name; END;
CREATE TRIGGER mail_servers_renamed AFTER UPDATE OF name ON mail_servers WHEN NEW.name <> OLD.name BEGIN
  UPDATE mail_addresses SET server = NEW.name WHERE server = OLD.name;
  INSERT INTO kept_edits SELECT NEW.name, until FROM kept_servers WHERE server = OLD.name;
  INSERT INTO server_edits SELECT NEW.name, now FROM clock;
  UPDATE pool_members SET server = NEW.name WHERE server = OLD.name;
  DELETE FROM server_standings WHERE server = OLD.name;
END;
CREATE TRIGGER mail_addresses_judged AFTER INSERT ON mail_addresses
BEGIN INSERT INTO server_edits SELECT NEW.server, now FROM clock; END;
CREATE TRIGGER mail_addresses_judged_again AFTER UPDATE OF server, address ON mail_addresses
WHEN OLD.server <> NEW.server OR OLD.address <> NEW.address
BEGIN
  INSERT INTO server_edits SELECT server, now FROM clock, (SELECT NEW.server AS server UNION SELECT OLD.server);
END;
CREATE TRIGGER mail_addresses_probing AFTER UPDATE OF unprobed_since ON mail_addresses
WHEN (OLD.unprobed_since IS NULL) <> (NEW.unprobed_since IS NULL)
BEGIN
  INSERT INTO server_edits SELECT NEW.server, now FROM clock;
  INSERT INTO server_changes VALUES (NEW.server);
END;
CREATE TRIGGER mail_addresses_judged_no_more AFTER DELETE ON mail_addresses
BEGIN INSERT INTO server_edits SELECT OLD.server, now FROM clock; END;
CREATE TRIGGER mail_addresses_changed AFTER UPDATE OF health ON mail_addresses WHEN OLD.health IS NOT NEW.health BEGIN
  UPDATE mail_addresses SET changed_at =
         CASE WHEN NEW.changed_at IS OLD.changed_at OR NEW.changed_at IS NULL THEN (SELECT now FROM clock)
              ELSE NEW.changed_at END
   WHERE server = NEW.server AND address = NEW.address;
  UPDATE mail_addresses SET came_up_at = CASE WHEN OLD.health = 'down' THEN changed_at END
   WHERE server = NEW.server AND address = NEW.address AND (OLD.health = 'down' OR NEW.health = 'down');
  INSERT INTO events (at, subject, field, before, after, reason)
    SELECT changed_at, NEW.server || ' ' || NEW.address, 'health', OLD.health, NEW.health, NEW.reason
      FROM mail_addresses WHERE server = NEW.server AND address = NEW.address;
  INSERT INTO server_edits
    SELECT server, changed_at FROM mail_addresses WHERE server = NEW.server AND address = NEW.address;
END;
CREATE TRIGGER pool_members_judged AFTER INSERT ON pool_members
BEGIN INSERT INTO pool_edits SELECT NEW.pool, now FROM clock; END;
CREATE TRIGGER pool_members_left_by_move BEFORE UPDATE OF pool, server ON pool_members
WHEN OLD.pool <> NEW.pool OR OLD.server <> NEW.server BEGIN
  INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.pool AND server = OLD.server;
END;
CREATE TRIGGER pool_members_judged_again AFTER UPDATE OF pool, server, preference, weight ON pool_members BEGIN
  INSERT INTO pool_edits SELECT pool, now FROM clock, (SELECT NEW.pool AS pool UNION SELECT OLD.pool);
END;
CREATE TRIGGER pool_members_left BEFORE DELETE ON pool_members BEGIN
  INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.pool AND server = OLD.server;
END;
CREATE TRIGGER pool_members_judged_no_more AFTER DELETE ON pool_members BEGIN
  INSERT INTO pool_edits SELECT OLD.pool, now FROM clock;
END;
CREATE TRIGGER pools_judged AFTER INSERT ON pools BEGIN INSERT INTO pool_edits SELECT NEW.name, now FROM clock; END;
CREATE TRIGGER pools_judged_again AFTER UPDATE OF min_live ON pools WHEN OLD.min_live <> NEW.min_live
BEGIN INSERT INTO pool_edits SELECT NEW.name, now FROM clock; END;
CREATE TRIGGER pools_kept BEFORE DELETE ON pools
BEGIN INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.name; END;
CREATE TRIGGER pools_kept_renamed BEFORE UPDATE OF name ON pools WHEN OLD.name <> NEW.name
BEGIN INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.name; END;
CREATE TRIGGER pools_judged_no_more AFTER DELETE ON pools BEGIN
  DELETE FROM pool_counts WHERE pool = OLD.name;
  DELETE FROM pool_answers WHERE pool = OLD.name;
END;
CREATE TRIGGER pools_judged_renamed AFTER UPDATE OF name ON pools WHEN OLD.name <> NEW.name BEGIN
  DELETE FROM pool_counts WHERE pool = OLD.name;
  DELETE FROM pool_answers WHERE pool = OLD.name;
  INSERT INTO pool_edits SELECT NEW.name, now FROM clock;
END;
CREATE TRIGGER pools_name_in_use BEFORE UPDATE OF name ON pools
WHEN NEW.name <> OLD.name AND EXISTS (SELECT 1 FROM pools WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'pools.name is the name of another pool: delete that one first'); END;
CREATE TRIGGER pools_ttl_falls BEFORE UPDATE OF ttl ON pools WHEN NEW.ttl < OLD.ttl
BEGIN INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = OLD.name; END;
CREATE TRIGGER pools_ttl_falls_by_replace BEFORE INSERT ON pools
WHEN EXISTS (SELECT 1 FROM pools WHERE name = NEW.name AND ttl > NEW.ttl)
BEGIN INSERT INTO kept_answers SELECT pool, server, until FROM kept_answers WHERE pool = NEW.name; END;
CREATE VIEW higher_ttls (pool) AS SELECT name FROM pools;
CREATE TRIGGER higher_ttls_noted INSTEAD OF INSERT ON higher_ttls BEGIN
  UPDATE mail_servers
     SET safe_at = max(safe_at, (SELECT until FROM kept_answers WHERE pool = NEW.pool AND server = name))
   WHERE safe_at > (SELECT now FROM clock) AND state <> 'enabled'
     AND name IN (SELECT server FROM kept_answers WHERE pool = NEW.pool);
END;
CREATE TRIGGER pools_ttl_rose AFTER UPDATE OF ttl ON pools WHEN NEW.ttl > OLD.ttl
BEGIN INSERT INTO higher_ttls VALUES (NEW.name); END;
CREATE TRIGGER pools_ttl_rose_by_replace AFTER INSERT ON pools BEGIN INSERT INTO higher_ttls VALUES (NEW.name); END;
CREATE TRIGGER pool_names_judged AFTER INSERT ON pool_names
WHEN NOT EXISTS (SELECT 1 FROM pool_answers a WHERE a.pool = NEW.pool AND (a.kind = 'MX') = (NEW.kind = 'MX'))
BEGIN
  INSERT INTO postponed_pools
    SELECT NEW.pool, now FROM clock WHERE NOT EXISTS (SELECT 1 FROM postponed_pools WHERE pool = NEW.pool);
END;
CREATE TRIGGER pool_names_judged_again AFTER UPDATE OF kind, pool ON pool_names
WHEN NEW.kind <> OLD.kind OR NEW.pool <> OLD.pool BEGIN
  INSERT INTO postponed_pools
    SELECT e.pool, now FROM clock, (SELECT NEW.pool AS pool UNION SELECT OLD.pool) e
     WHERE NOT EXISTS (SELECT 1 FROM postponed_pools p WHERE p.pool = e.pool);
END;
CREATE TRIGGER pool_names_judged_no_more AFTER DELETE ON pool_names
WHEN NOT EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = OLD.pool AND n.kind = OLD.kind) BEGIN
  INSERT INTO postponed_pools
    SELECT OLD.pool, now FROM clock WHERE NOT EXISTS (SELECT 1 FROM postponed_pools WHERE pool = OLD.pool);
END;
CREATE TRIGGER pool_names_taken BEFORE INSERT ON pool_names BEGIN
  INSERT INTO postponed_pools
    SELECT n.pool, now FROM clock, pool_names n
     WHERE n.name = NEW.name AND n.kind = NEW.kind AND n.pool <> NEW.pool
       AND NOT EXISTS (SELECT 1 FROM postponed_pools p WHERE p.pool = n.pool);
END;
CREATE TRIGGER pool_names_taken_by_update BEFORE UPDATE OF name, kind ON pool_names BEGIN
  INSERT INTO postponed_pools
    SELECT n.pool, now FROM clock, pool_names n
     WHERE n.name = NEW.name AND n.kind = NEW.kind AND n.pool <> NEW.pool
       AND NOT EXISTS (SELECT 1 FROM postponed_pools p WHERE p.pool = n.pool);
END;
CREATE TRIGGER mail_servers_rules BEFORE INSERT ON mail_servers
WHEN NEW.name IS NULL OR NEW.weight IS NULL OR NEW.state IS NULL OR NEW.health IS NULL OR NEW.reason IS NULL
     OR NEW.ttl IS NULL OR typeof(NEW.changed_at) <> 'integer' OR typeof(NEW.came_up_at) NOT IN ('integer', 'null')
     OR typeof(NEW.safe_at) NOT IN ('integer', 'null') BEGIN
  SELECT RAISE(ABORT,
    'mail_servers.name must be a host name in lower case without a trailing dot, such as mail1.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.weight must be a whole number from 0 to 65535') WHERE NEW.weight IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.state must be enabled, drain or disabled') WHERE NEW.state IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.changed_at must be a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) <> 'integer';
  SELECT RAISE(ABORT, 'mail_servers.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_servers.safe_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.safe_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER mail_servers_rules_again BEFORE UPDATE OF
  name, weight, state, health, reason, ttl, changed_at, came_up_at, safe_at ON mail_servers
WHEN NEW.name IS NULL OR NEW.weight IS NULL OR NEW.state IS NULL OR NEW.health IS NULL OR NEW.reason IS NULL
     OR NEW.ttl IS NULL OR typeof(NEW.changed_at) <> 'integer' OR typeof(NEW.came_up_at) NOT IN ('integer', 'null')
     OR typeof(NEW.safe_at) NOT IN ('integer', 'null') BEGIN
  SELECT RAISE(ABORT,
    'mail_servers.name must be a host name in lower case without a trailing dot, such as mail1.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.weight must be a whole number from 0 to 65535') WHERE NEW.weight IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.state must be enabled, drain or disabled') WHERE NEW.state IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.changed_at must be a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) <> 'integer';
  SELECT RAISE(ABORT, 'mail_servers.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_servers.safe_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.safe_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER mail_addresses_rules BEFORE INSERT ON mail_addresses
WHEN NEW.address IS NULL OR NEW.health IS NULL OR NEW.reason IS NULL OR NEW.probed IS NULL OR NEW.probed NOT IN (0, 1)
    OR typeof(NEW.changed_at) NOT IN ('integer', 'null') OR typeof(NEW.came_up_at) NOT IN ('integer', 'null') BEGIN
  SELECT RAISE(ABORT,
    'mail_addresses.address must be an IPv4 address such as 192.0.2.1, or an IPv6 address in lower case such as 2001:db8::1')
   WHERE NEW.address IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.probed must be 0 or 1') WHERE NEW.probed IS NULL OR NEW.probed NOT IN (0, 1);
  SELECT RAISE(ABORT, 'mail_addresses.changed_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_addresses.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER mail_addresses_rules_again BEFORE UPDATE OF
  address, health, reason, probed, changed_at, came_up_at ON mail_addresses
WHEN NEW.address IS NULL OR NEW.health IS NULL OR NEW.reason IS NULL OR NEW.probed IS NULL OR NEW.probed NOT IN (0, 1)
    OR typeof(NEW.changed_at) NOT IN ('integer', 'null') OR typeof(NEW.came_up_at) NOT IN ('integer', 'null') BEGIN
  SELECT RAISE(ABORT,
    'mail_addresses.address must be an IPv4 address such as 192.0.2.1, or an IPv6 address in lower case such as 2001:db8::1')
   WHERE NEW.address IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.probed must be 0 or 1') WHERE NEW.probed IS NULL OR NEW.probed NOT IN (0, 1);
  SELECT RAISE(ABORT, 'mail_addresses.changed_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_addresses.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER pools_rules BEFORE INSERT ON pools
WHEN NEW.name IS NULL OR NEW.ttl IS NULL OR NEW.mx_policy IS NULL OR NEW.address_policy IS NULL OR NEW.max_addresses
    IS NULL OR NEW.min_live IS NULL OR NEW.slow_start IS NULL BEGIN
  SELECT RAISE(ABORT, 'pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and .') WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pools.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'pools.mx_policy must be auto, equal or ranked') WHERE NEW.mx_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.address_policy must be auto, all or subset') WHERE NEW.address_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.max_addresses must be a whole number from 1 to 64') WHERE NEW.max_addresses IS NULL;
  SELECT RAISE(ABORT, 'pools.min_live must be a whole number from 1 to 65535') WHERE NEW.min_live IS NULL;
  SELECT RAISE(ABORT, 'pools.slow_start must be a whole number of seconds from 0 to 86400')
   WHERE NEW.slow_start IS NULL;
END;
CREATE TRIGGER pools_rules_again BEFORE UPDATE OF
  name, ttl, mx_policy, address_policy, max_addresses, min_live, slow_start ON pools
WHEN NEW.name IS NULL OR NEW.ttl IS NULL OR NEW.mx_policy IS NULL OR NEW.address_policy IS NULL OR NEW.max_addresses
    IS NULL OR NEW.min_live IS NULL OR NEW.slow_start IS NULL BEGIN
  SELECT RAISE(ABORT, 'pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and .') WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pools.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'pools.mx_policy must be auto, equal or ranked') WHERE NEW.mx_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.address_policy must be auto, all or subset') WHERE NEW.address_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.max_addresses must be a whole number from 1 to 64') WHERE NEW.max_addresses IS NULL;
  SELECT RAISE(ABORT, 'pools.min_live must be a whole number from 1 to 65535') WHERE NEW.min_live IS NULL;
  SELECT RAISE(ABORT, 'pools.slow_start must be a whole number of seconds from 0 to 86400')
   WHERE NEW.slow_start IS NULL;
END;
CREATE TRIGGER pool_members_rules BEFORE INSERT ON pool_members
WHEN NEW.preference IS NULL BEGIN
  SELECT RAISE(ABORT, 'pool_members.preference must be a whole number from 0 to 65535') WHERE NEW.preference IS NULL;
END;
CREATE TRIGGER pool_members_rules_again BEFORE UPDATE OF preference ON pool_members
WHEN NEW.preference IS NULL BEGIN
  SELECT RAISE(ABORT, 'pool_members.preference must be a whole number from 0 to 65535') WHERE NEW.preference IS NULL;
END;
CREATE TRIGGER pool_names_rules BEFORE INSERT ON pool_names
WHEN NEW.name IS NULL OR NEW.kind IS NULL BEGIN
  SELECT RAISE(ABORT,
    'pool_names.name must be a name in lower case without a trailing dot, such as example.com or *.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pool_names.kind must be MX or A (A stands for A and AAAA)') WHERE NEW.kind IS NULL;
END;
CREATE TRIGGER pool_names_rules_again BEFORE UPDATE OF name, kind ON pool_names
WHEN NEW.name IS NULL OR NEW.kind IS NULL BEGIN
  SELECT RAISE(ABORT,
    'pool_names.name must be a name in lower case without a trailing dot, such as example.com or *.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pool_names.kind must be MX or A (A stands for A and AAAA)') WHERE NEW.kind IS NULL;
END;
CREATE TRIGGER events_rules BEFORE INSERT ON events
WHEN typeof(NEW.at) <> 'integer' OR NEW.subject IS NULL OR NEW.field IS NULL OR NEW.reason IS NULL BEGIN
  SELECT RAISE(ABORT, 'events.at must be a whole number of seconds since 1970') WHERE typeof(NEW.at) <> 'integer';
  SELECT RAISE(ABORT, 'events.subject must not be empty (NULL)') WHERE NEW.subject IS NULL;
  SELECT RAISE(ABORT, 'events.field must not be empty (NULL)') WHERE NEW.field IS NULL;
  SELECT RAISE(ABORT, 'events.reason must be text') WHERE NEW.reason IS NULL;
END;
CREATE TRIGGER events_rules_again BEFORE UPDATE OF at, subject, field, reason ON events
WHEN typeof(NEW.at) <> 'integer' OR NEW.subject IS NULL OR NEW.field IS NULL OR NEW.reason IS NULL BEGIN
  SELECT RAISE(ABORT, 'events.at must be a whole number of seconds since 1970') WHERE typeof(NEW.at) <> 'integer';
  SELECT RAISE(ABORT, 'events.subject must not be empty (NULL)') WHERE NEW.subject IS NULL;
  SELECT RAISE(ABORT, 'events.field must not be empty (NULL)') WHERE NEW.field IS NULL;
  SELECT RAISE(ABORT, 'events.reason must be text') WHERE NEW.reason IS NULL;
END;
COMMIT;
