-- The served serial of a zone is the one in its SOA record plus one for each change since that record was written: a
-- record, a weight, a drain, a server going down. It never falls, whatever becomes of the SOA record or of what is
-- published. A secondary zone (kind SLAVE) has its primary's serial as it is.
-- Changes are counted at the zone, or at the pool that changed: one event in a pool must not write to each of its
-- zones. The triggers on inserts into records are few and short: the shell compiles them again for every statement.

CREATE TABLE zone_changes (
  domain_id    INTEGER PRIMARY KEY,
  serial       INTEGER,                             -- the served one (modulo 2^32), less what the zone's pools have
                                                    -- counted; NULL: no SOA record yet
  counting     INTEGER NOT NULL DEFAULT 0,          -- 0: being written, and nobody has what is written yet
  last_served  INTEGER,                             -- before what is being written
  notified_at  INTEGER NOT NULL DEFAULT 0,          -- when PowerDNS was last told to notify
  written      INTEGER,                             -- the triggers' own: the serial in the SOA record that was written
  published    INTEGER,                             -- last, and what the zone's pools had counted then
  contents     INTEGER NOT NULL DEFAULT 0           -- see zone_contents_changed
);
CREATE INDEX zone_changes_uncounted ON zone_changes (domain_id) WHERE NOT counting;
CREATE TABLE pool_changes (
  pool     TEXT NOT NULL PRIMARY KEY,
  changes  INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX domains_primary ON domains (id) WHERE upper(type) = 'MASTER';
CREATE INDEX domains_secondary ON domains (id) WHERE upper(type) = 'SLAVE';

-- What is derived from a zone's names (their DNSSEC order, empty non-terminals) is kept in memory, and holds as long as
-- zone_changes.contents is the same: a random number, another one after each change of the zone's records, published
-- names and mail servers, whoever makes it. So it says the same of a copy that was restored, and of a zone that was
-- deleted and came back. It says nothing before the zone's changes are counted.
CREATE TRIGGER zone_contents_changed AFTER UPDATE OF domain_id, serial, counting ON zone_changes
BEGIN UPDATE zone_changes SET contents = random() WHERE domain_id = NEW.domain_id; END;

-- What the pools have counted that a zone publishes, once for each name.
CREATE VIEW published_changes (domain_id, changes) AS
  SELECT z.domain_id, (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool
                        WHERE n.domain_id = z.domain_id)
    FROM zone_changes z;
CREATE VIEW counted_serials (domain_id, serial) AS
  SELECT z.domain_id, (z.serial + p.changes) & 4294967295
    FROM zone_changes z JOIN published_changes p ON p.domain_id = z.domain_id JOIN domains d ON d.id = z.domain_id
   WHERE z.serial IS NOT NULL AND upper(d.type) <> 'SLAVE';
CREATE VIEW zone_infos (id, name, type, master, notified_serial, last_check, soa, serial) AS
  SELECT d.id, d.name, d.type, d.master, d.notified_serial, d.last_check,
         (SELECT r.content FROM records r
           WHERE r.domain_id = d.id AND r.name = lower(d.name) AND upper(r.type) = 'SOA' AND NOT coalesce(r.disabled, 0)
           ORDER BY r.id LIMIT 1),
         (SELECT c.serial FROM counted_serials c WHERE c.domain_id = d.id)
    FROM domains d;
-- The serial is the third field of the SOA record's content. The trigger soa_edits_counted finds it in the same way: if
-- it asked a view instead, the shell would compile an insert into records half as fast.
CREATE VIEW soa_serials (domain_id, serial) AS
  SELECT id, CAST(ltrim(substr(from_second, instr(from_second, ' ') + 1)) AS INTEGER)
    FROM (SELECT id, ltrim(substr(from_first, instr(from_first, ' ') + 1)) AS from_second
            FROM (SELECT id, ltrim(replace(soa, char(9), ' ')) AS from_first FROM zone_infos WHERE soa IS NOT NULL));
CREATE VIEW zone_serials (domain_id, served) AS
  SELECT s.domain_id, coalesce(i.serial, s.serial) FROM soa_serials s JOIN zone_infos i ON i.id = s.domain_id;

-- Zones. Those of a database that PowerDNS made are here already.
INSERT INTO zone_changes (domain_id, serial, counting, contents)
  SELECT d.id, (SELECT s.serial FROM soa_serials s WHERE s.domain_id = d.id), 1, random() FROM domains d;
CREATE TRIGGER domains_counted AFTER INSERT ON domains
WHEN NOT EXISTS (SELECT 1 FROM zone_changes WHERE domain_id = NEW.id)
BEGIN INSERT INTO zone_changes (domain_id) VALUES (NEW.id); END;
CREATE TRIGGER domains_counted_again AFTER UPDATE OF id ON domains WHEN NEW.id <> OLD.id BEGIN
  DELETE FROM zone_changes WHERE domain_id = NEW.id;      -- of a zone that was replaced
  UPDATE zone_changes SET domain_id = NEW.id,     -- each name that goes along takes what its pool has counted out again
         serial = serial + counting + (SELECT changes FROM published_changes WHERE domain_id = OLD.id)
   WHERE domain_id = OLD.id;
END;
CREATE TRIGGER domains_uncounted AFTER DELETE ON domains
BEGIN DELETE FROM zone_changes WHERE domain_id = OLD.id; END;
CREATE TRIGGER domains_no_longer_secondary AFTER UPDATE OF type ON domains
WHEN upper(OLD.type) = 'SLAVE' AND upper(NEW.type) <> 'SLAVE' BEGIN
  UPDATE zone_changes SET published = (SELECT changes FROM published_changes WHERE domain_id = NEW.id),
         written = (SELECT s.serial FROM soa_serials s WHERE s.domain_id = NEW.id)
   WHERE domain_id = NEW.id;
  UPDATE zone_changes SET serial = written - published
   WHERE domain_id = NEW.id
     AND (serial IS NULL OR ((written - serial - published) & 4294967295) BETWEEN 1 AND 2147483647);
END;

-- Records. Empty non-terminals that PowerDNS's tools left are no content.
CREATE TRIGGER records_counted AFTER INSERT ON records WHEN NEW.type <> '' AND upper(NEW.type) <> 'SOA'
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = NEW.domain_id AND counting; END;
-- One goes, and none comes in its zone.
CREATE TRIGGER records_replaced BEFORE INSERT ON records WHEN EXISTS (SELECT 1 FROM records WHERE id = NEW.id) BEGIN
  UPDATE zone_changes SET serial = serial + 1
   WHERE counting
     AND domain_id = (SELECT domain_id FROM records
                       WHERE id = NEW.id AND (domain_id IS NOT NEW.domain_id OR coalesce(NEW.type, '') = ''));
END;
CREATE TRIGGER records_uncounted AFTER DELETE ON records WHEN OLD.type <> '' AND upper(OLD.type) <> 'SOA'
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = OLD.domain_id AND counting; END;
CREATE TRIGGER records_counted_again AFTER UPDATE OF domain_id, name, type, content, ttl, prio, disabled ON records
WHEN (coalesce(NEW.type, '') <> '' OR coalesce(OLD.type, '') <> '')
     AND upper(NEW.type) IS NOT 'SOA' AND upper(OLD.type) IS NOT 'SOA'
     AND (OLD.name IS NOT NEW.name OR OLD.type IS NOT NEW.type OR OLD.content IS NOT NEW.content
          OR OLD.ttl IS NOT NEW.ttl OR OLD.prio IS NOT NEW.prio OR OLD.disabled IS NOT NEW.disabled
          OR OLD.domain_id IS NOT NEW.domain_id)
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id IN (OLD.domain_id, NEW.domain_id) AND counting; END;

-- The SOA record: a serial that is ahead of the last served one is served as it stands, any other is served one ahead
-- of that.
CREATE VIEW soa_edits (domain_id, content) AS SELECT domain_id, content FROM records;
CREATE TRIGGER soa_edits_counted INSTEAD OF INSERT ON soa_edits BEGIN
  UPDATE zone_changes SET published = (SELECT changes FROM published_changes WHERE domain_id = NEW.domain_id),
         written = (
           SELECT CAST(ltrim(substr(from_second, instr(from_second, ' ') + 1)) AS INTEGER)
             FROM (SELECT ltrim(substr(from_first, instr(from_first, ' ') + 1)) AS from_second
                     FROM (SELECT ltrim(replace(NEW.content, char(9), ' ')) AS from_first)))
   WHERE domain_id = NEW.domain_id;
  UPDATE zone_changes SET serial =
         CASE WHEN serial IS NULL OR NOT counting
                OR (SELECT upper(type) FROM domains WHERE id = NEW.domain_id) = 'SLAVE'
                OR ((written - serial - published) & 4294967295) BETWEEN 1 AND 2147483647 THEN written - published
              ELSE serial + 1 END
   WHERE domain_id = NEW.domain_id;
END;
CREATE TRIGGER records_soa_written AFTER INSERT ON records
WHEN upper(NEW.type) = 'SOA' AND NOT coalesce(NEW.disabled, 0)
     AND NEW.name = (SELECT lower(name) FROM domains WHERE id = NEW.domain_id)
BEGIN INSERT INTO soa_edits VALUES (NEW.domain_id, NEW.content); END;
CREATE TRIGGER records_soa_written_again AFTER UPDATE OF domain_id, name, type, content, ttl, disabled ON records
WHEN upper(NEW.type) = 'SOA' AND NOT coalesce(NEW.disabled, 0)
     AND NEW.name = (SELECT lower(name) FROM domains WHERE id = NEW.domain_id)
     AND (OLD.content IS NOT NEW.content OR OLD.ttl IS NOT NEW.ttl OR OLD.disabled IS NOT NEW.disabled
          OR OLD.type IS NOT NEW.type OR OLD.name IS NOT NEW.name OR OLD.domain_id IS NOT NEW.domain_id)
BEGIN INSERT INTO soa_edits VALUES (NEW.domain_id, NEW.content); END;
-- Another SOA record stays.
CREATE TRIGGER records_soa_left AFTER DELETE ON records WHEN upper(OLD.type) = 'SOA' BEGIN
  UPDATE zone_changes SET serial = serial + 1
   WHERE domain_id = OLD.domain_id AND counting
     AND EXISTS (SELECT 1 FROM soa_serials s WHERE s.domain_id = OLD.domain_id);
END;
CREATE TRIGGER records_soa_left_again AFTER UPDATE OF domain_id, name, type, disabled ON records
WHEN upper(OLD.type) = 'SOA' AND OLD.name = (SELECT lower(name) FROM domains WHERE id = OLD.domain_id)
     AND (upper(NEW.type) IS NOT 'SOA' OR coalesce(NEW.disabled, 0) OR OLD.name IS NOT NEW.name
          OR OLD.domain_id IS NOT NEW.domain_id) BEGIN
  UPDATE zone_changes SET serial = serial + 1
   WHERE domain_id = OLD.domain_id AND counting
     AND EXISTS (SELECT 1 FROM soa_serials s WHERE s.domain_id = OLD.domain_id);
END;

-- Pools. What a pool has counted goes over to the zone when the zone no longer publishes it.
CREATE TRIGGER pools_counted AFTER INSERT ON pools BEGIN
  INSERT INTO pool_changes (pool) SELECT NEW.name WHERE NOT EXISTS (SELECT 1 FROM pool_changes WHERE pool = NEW.name);
  UPDATE pool_changes SET changes = changes + 1 WHERE pool = NEW.name;      -- it may have been replaced
END;
CREATE TRIGGER pools_counted_again AFTER UPDATE OF ttl, mx_policy, address_policy, max_addresses, min_live ON pools
BEGIN UPDATE pool_changes SET changes = changes + 1 WHERE pool = NEW.name; END;
CREATE TRIGGER pools_uncounted AFTER DELETE ON pools BEGIN DELETE FROM pool_changes WHERE pool = OLD.name; END;
CREATE TRIGGER pools_renamed AFTER UPDATE OF name ON pools WHEN NEW.name <> OLD.name BEGIN
  INSERT INTO pool_changes (pool)
    SELECT NEW.name WHERE NOT EXISTS (SELECT 1 FROM pool_changes WHERE pool = NEW.name);     -- else it was replaced
  UPDATE pool_changes SET changes = changes + (SELECT p.changes FROM pool_changes p WHERE p.pool = OLD.name)
   WHERE pool = NEW.name;
  UPDATE pool_members SET pool = NEW.name WHERE pool = OLD.name;
  UPDATE pool_names SET pool = NEW.name WHERE pool = OLD.name;
  DELETE FROM pool_changes WHERE pool = OLD.name;
END;
CREATE TRIGGER pool_members_counted AFTER INSERT ON pool_members
BEGIN UPDATE pool_changes SET changes = changes + 1 WHERE pool = NEW.pool; END;
CREATE TRIGGER pool_members_counted_again AFTER UPDATE OF pool, server, preference, weight ON pool_members
BEGIN UPDATE pool_changes SET changes = changes + 1 WHERE pool IN (OLD.pool, NEW.pool); END;
CREATE TRIGGER pool_members_uncounted AFTER DELETE ON pool_members
BEGIN UPDATE pool_changes SET changes = changes + 1 WHERE pool = OLD.pool; END;
CREATE TRIGGER pool_names_replaced BEFORE INSERT ON pool_names BEGIN
  UPDATE zone_changes SET serial = serial +
         (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool
           WHERE n.name = NEW.name AND n.kind = NEW.kind)
   WHERE domain_id = (SELECT domain_id FROM pool_names WHERE name = NEW.name AND kind = NEW.kind);
END;
CREATE TRIGGER pool_names_replaced_again BEFORE UPDATE OF name, kind ON pool_names
WHEN NEW.name <> OLD.name OR NEW.kind <> OLD.kind BEGIN
  UPDATE zone_changes SET serial = serial +
         (SELECT coalesce(sum(p.changes), 0) FROM pool_names n JOIN pool_changes p ON p.pool = n.pool
           WHERE n.name = NEW.name AND n.kind = NEW.kind)
   WHERE domain_id = (SELECT domain_id FROM pool_names WHERE name = NEW.name AND kind = NEW.kind);
END;
CREATE TRIGGER pool_names_moved AFTER UPDATE OF name, kind, pool, domain_id ON pool_names BEGIN
  UPDATE zone_changes
     SET serial = serial + counting + coalesce((SELECT changes FROM pool_changes WHERE pool = OLD.pool), 0)
   WHERE domain_id = OLD.domain_id;
  UPDATE zone_changes
     SET serial = serial + counting - coalesce((SELECT changes FROM pool_changes WHERE pool = NEW.pool), 0)
   WHERE domain_id = NEW.domain_id;
END;
CREATE TRIGGER pool_names_uncounted AFTER DELETE ON pool_names BEGIN
  UPDATE zone_changes
     SET serial = serial + counting + coalesce((SELECT changes FROM pool_changes WHERE pool = OLD.pool), 0)
   WHERE domain_id = OLD.domain_id;
END;

-- Mail servers: a change counts for their pools, and for the zone of their host name.
CREATE VIEW server_changes (server) AS SELECT name FROM mail_servers;
CREATE TRIGGER server_changes_counted INSTEAD OF INSERT ON server_changes BEGIN
  UPDATE pool_changes SET changes = changes + 1
   WHERE pool IN (SELECT pool FROM pool_members WHERE server = NEW.server);
  UPDATE zone_changes SET serial = serial + 1
   WHERE domain_id = (SELECT domain_id FROM mail_servers WHERE name = NEW.server) AND counting;
END;
CREATE TRIGGER mail_servers_counted AFTER INSERT ON mail_servers
BEGIN INSERT INTO server_changes VALUES (NEW.name); END;
CREATE TRIGGER mail_servers_counted_again AFTER UPDATE OF weight, state, health, ttl ON mail_servers
WHEN OLD.weight <> NEW.weight OR OLD.state <> NEW.state OR OLD.ttl <> NEW.ttl
     OR (OLD.health = 'down') <> (NEW.health = 'down')
BEGIN INSERT INTO server_changes VALUES (NEW.name); END;
CREATE TRIGGER mail_servers_moved AFTER UPDATE OF name, domain_id ON mail_servers
WHEN OLD.name <> NEW.name OR OLD.domain_id IS NOT NEW.domain_id
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id IN (OLD.domain_id, NEW.domain_id) AND counting; END;
CREATE TRIGGER mail_servers_uncounted AFTER DELETE ON mail_servers
BEGIN UPDATE zone_changes SET serial = serial + 1 WHERE domain_id = OLD.domain_id AND counting; END;
CREATE TRIGGER mail_addresses_counted AFTER INSERT ON mail_addresses
BEGIN INSERT INTO server_changes VALUES (NEW.server); END;
CREATE TRIGGER mail_addresses_counted_again AFTER UPDATE OF server, address, health ON mail_addresses
WHEN OLD.address <> NEW.address OR OLD.server <> NEW.server OR (OLD.health = 'down') <> (NEW.health = 'down') BEGIN
  INSERT INTO server_changes VALUES (NEW.server);
  INSERT INTO server_changes SELECT OLD.server WHERE OLD.server <> NEW.server;
END;
CREATE TRIGGER mail_addresses_uncounted AFTER DELETE ON mail_addresses
BEGIN INSERT INTO server_changes VALUES (OLD.server); END;
