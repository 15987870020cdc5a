-- A database as the migrations up to 0003_mail_rules made it, with a little of everything in it (sqlite3 .dump).
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
INSERT INTO mail_servers VALUES('mail1.older.example',70,'enabled','up','',60,1700000000,1);
INSERT INTO mail_servers VALUES('mail2.older.example',30,'drain','unknown','maintenance',60,1700000000,1);
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
CREATE TABLE schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL);
INSERT INTO schema_migrations VALUES(1,'0001_powerdns','3d2964b72fbacf7a0df23d47e0bff995c7641fa4abf6809dc385dbcca473ba5f',1700000000);
INSERT INTO schema_migrations VALUES(2,'0002_mail_tables','1e83753790b121030d9343f5a3014a442ed3c52619f413fd0034da63cb91bbbf',1700000000);
INSERT INTO schema_migrations VALUES(3,'0003_mail_rules','29deb4a9bb8335b693f5fe12d793cb8a301f361731eb1123a58f1013c0e81b4a',1700000000);
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
CREATE TRIGGER pools_renamed AFTER UPDATE OF name ON pools WHEN NEW.name <> OLD.name BEGIN
  UPDATE pool_members SET pool = NEW.name WHERE pool = OLD.name;
  UPDATE pool_names SET pool = NEW.name WHERE pool = OLD.name;
END;
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
CREATE TRIGGER mail_addresses_changed AFTER UPDATE OF health ON mail_addresses WHEN OLD.health IS NOT NEW.health BEGIN
  INSERT INTO events (subject, field, before, after, reason) VALUES (NEW.server || ' ' || NEW.address, 'health', OLD.health, NEW.health, NEW.reason);
END;
CREATE TRIGGER pool_members_changed AFTER UPDATE OF weight ON pool_members WHEN OLD.weight IS NOT NEW.weight BEGIN
  INSERT INTO events (subject, field, before, after) VALUES (NEW.pool || '/' || NEW.server, 'weight', OLD.weight, NEW.weight);
END;
CREATE TRIGGER events_bounded AFTER INSERT ON events WHEN NEW.id % 1000 = 0 BEGIN DELETE FROM events WHERE id <= NEW.id - 100000; END;
COMMIT;
