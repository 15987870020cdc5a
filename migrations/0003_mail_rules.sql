-- What one row may not say alone: references, and changes that would empty an answer. They hold with foreign keys off.
-- RAISE takes only a fixed text, so a sentence says what to do; the command line also names the pool.

-- References.
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

-- An answer never runs empty: the members without which a published pool would have nothing to say.
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
BEGIN SELECT RAISE(ABORT, 'this is the last enabled member of a published pool, and mail would have nowhere to go: add another member, or delete the pool''s rows in pool_names first'); END;
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

-- domain_id: the deepest zone here that holds the name. A new zone takes its names from the zones above it.
-- Parents are found by walking name_positions: a recursive query opens temporary tables, which made an insert into
-- domains 100 times slower. The triggers on inserts stand without views, because the shell compiles them again for
-- every statement.
CREATE TABLE name_positions (position INTEGER PRIMARY KEY);       -- 0 to 252: where in a name a parent may begin
INSERT INTO name_positions (position)
  WITH RECURSIVE n (position) AS (SELECT 0 UNION ALL SELECT position + 1 FROM n WHERE position < 252) SELECT position FROM n;
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

-- Events: what changed, when and why, for a bounded time.
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
