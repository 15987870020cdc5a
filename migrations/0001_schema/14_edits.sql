-- Which edits are judged, table by table, and what they say of the time until a server is safe to stop.

CREATE TRIGGER mail_servers_judged AFTER INSERT ON mail_servers BEGIN
  UPDATE mail_servers SET safe_at =
         CASE WHEN state <> 'enabled' AND NOT EXISTS (SELECT 1 FROM draining_answers WHERE server = NEW.name)
              THEN (SELECT at FROM safe_times WHERE server = NEW.name) END      -- it may have been replaced
   WHERE name = NEW.name;
  INSERT INTO server_edits SELECT NEW.name, now FROM clock;
END;
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
-- What a probe found is written when the store can be written, with the time when it was found.
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
-- It may have ceased to be published just before.
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

-- Before a pool has a lower ttl, by UPDATE or REPLACE, and after it has a higher one.
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
-- A row that REPLACE puts out of its place fires no trigger of its own.
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
