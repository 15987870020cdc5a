-- A database as the migrations up to 0001_powerdns made it, with a little of everything in it (sqlite3 .dump).
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
CREATE TABLE schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL);
INSERT INTO schema_migrations VALUES(1,'0001_powerdns','3d2964b72fbacf7a0df23d47e0bff995c7641fa4abf6809dc385dbcca473ba5f',1700000000);
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
COMMIT;
