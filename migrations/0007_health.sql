-- Health: how mail servers are probed, health that expires, slow start, and until when a server that was taken out may still get mail.
-- Empty (NULL) probe settings are the defaults of `mxbalance serve`. Probes write mail_addresses.health; mail_servers.health belongs to people.
ALTER TABLE mail_servers ADD COLUMN probe TEXT
  CONSTRAINT "mail_servers.probe must be smtp, tcp, none or empty (NULL: the default of mxbalance serve)" CHECK (probe IS NULL OR probe IN ('smtp','tcp','none'));
ALTER TABLE mail_servers ADD COLUMN probe_port INTEGER
  CONSTRAINT "mail_servers.probe_port must be empty (NULL) or a whole number from 1 to 65535" CHECK (probe_port IS NULL OR typeof(probe_port) = 'integer' AND probe_port BETWEEN 1 AND 65535);
ALTER TABLE mail_servers ADD COLUMN probe_interval REAL       -- seconds
  CONSTRAINT "mail_servers.probe_interval must be empty (NULL) or a number of seconds from 0.01 to 86400" CHECK (probe_interval IS NULL OR typeof(probe_interval) = 'real' AND probe_interval BETWEEN 0.01 AND 86400);
ALTER TABLE mail_servers ADD COLUMN probe_timeout REAL        -- seconds
  CONSTRAINT "mail_servers.probe_timeout must be empty (NULL) or a number of seconds from 0.01 to 3600" CHECK (probe_timeout IS NULL OR typeof(probe_timeout) = 'real' AND probe_timeout BETWEEN 0.01 AND 3600);
ALTER TABLE mail_servers ADD COLUMN probe_rise INTEGER
  CONSTRAINT "mail_servers.probe_rise must be empty (NULL) or a whole number from 1 to 100" CHECK (probe_rise IS NULL OR typeof(probe_rise) = 'integer' AND probe_rise BETWEEN 1 AND 100);
ALTER TABLE mail_servers ADD COLUMN probe_fall INTEGER
  CONSTRAINT "mail_servers.probe_fall must be empty (NULL) or a whole number from 1 to 100" CHECK (probe_fall IS NULL OR typeof(probe_fall) = 'integer' AND probe_fall BETWEEN 1 AND 100);
ALTER TABLE mail_servers ADD COLUMN probe_tls TEXT
  CONSTRAINT "mail_servers.probe_tls must be off, try, require or empty (NULL)" CHECK (probe_tls IS NULL OR probe_tls IN ('off','try','require'));
ALTER TABLE mail_servers ADD COLUMN health_until INTEGER      -- seconds since 1970: then health is unknown again
  CONSTRAINT "mail_servers.health_until must be empty (NULL) or a whole number of seconds since 1970" CHECK (health_until IS NULL OR typeof(health_until) = 'integer');
ALTER TABLE mail_servers ADD COLUMN came_up_at INTEGER;       -- its own health was down before; kept by triggers
ALTER TABLE mail_servers ADD COLUMN safe_at INTEGER;          -- when resolvers have forgotten it, once it is not enabled; kept by triggers
ALTER TABLE mail_addresses ADD COLUMN probed INTEGER NOT NULL DEFAULT 0;    -- 1: its health was found by a probe
ALTER TABLE mail_addresses ADD COLUMN changed_at INTEGER;     -- its health
ALTER TABLE mail_addresses ADD COLUMN came_up_at INTEGER;     -- it was down before; kept by triggers
ALTER TABLE pools ADD COLUMN slow_start INTEGER NOT NULL DEFAULT 0    -- seconds until a server that came up has its whole weight
  CONSTRAINT "pools.slow_start must be a whole number of seconds from 0 to 86400" CHECK (typeof(slow_start) = 'integer' AND slow_start BETWEEN 0 AND 86400);

-- Nobody has asked for probes of the servers that are here already.
UPDATE mail_servers SET probe = 'none';

CREATE TRIGGER mail_servers_health_set AFTER UPDATE OF health ON mail_servers WHEN OLD.health IS NOT NEW.health BEGIN
  UPDATE mail_servers SET came_up_at = CASE WHEN OLD.health = 'down' THEN CAST(strftime('%s','now') AS INTEGER) END WHERE name = NEW.name AND (OLD.health = 'down' OR NEW.health = 'down');
  UPDATE mail_servers SET health_until = NULL WHERE name = NEW.name AND (NEW.health_until IS OLD.health_until OR NEW.health = 'unknown');   -- it was the former setting's
END;

-- Resolvers keep what a pool has answered for its ttl.
CREATE TRIGGER mail_servers_left AFTER UPDATE OF state ON mail_servers WHEN (OLD.state = 'enabled') <> (NEW.state = 'enabled') BEGIN
  UPDATE mail_servers SET safe_at = CASE WHEN NEW.state <> 'enabled' THEN CAST(strftime('%s','now') AS INTEGER) + 1 + coalesce((
      SELECT max(p.ttl) FROM pool_members m JOIN pools p ON p.name = m.pool
       WHERE m.server = NEW.name AND EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name)), -1) END
   WHERE name = NEW.name;
END;

-- Events of a published pool whose health is no longer believed, and is again: fewer members are live than it wants.
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

-- What a probe found is written when the store can be written, with the time when it was found.
DROP TRIGGER mail_addresses_changed;
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
