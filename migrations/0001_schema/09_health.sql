-- Health: what a server's rows say of it, for MX and for each family.

CREATE TRIGGER mail_servers_health_set AFTER UPDATE OF health ON mail_servers WHEN OLD.health IS NOT NEW.health BEGIN
  UPDATE mail_servers SET came_up_at = CASE WHEN OLD.health = 'down' THEN (SELECT now FROM clock) END
   WHERE name = NEW.name AND (OLD.health = 'down' OR NEW.health = 'down');
  UPDATE mail_servers SET health_until = NULL      -- it was the former setting's
   WHERE name = NEW.name AND (NEW.health_until IS OLD.health_until OR NEW.health = 'unknown');
END;

-- NULL where it has no address of the family, 0 down, 1 unknown, 2 up. Triggers derive the row of a server anew at each
-- change of it, and count its pools: that takes less than a millisecond for a thousand members.
CREATE TABLE server_standings (
  server  TEXT NOT NULL PRIMARY KEY,
  state   TEXT NOT NULL,
  weight  INTEGER NOT NULL,
  mx      INTEGER NOT NULL,
  a       INTEGER,
  aaaa    INTEGER,
  at      INTEGER NOT NULL                          -- when that was found
) WITHOUT ROWID;
CREATE INDEX server_standings_not_enabled ON server_standings (server) WHERE state <> 'enabled';

CREATE VIEW address_healths (server, is_ipv6, is_probed, health) AS
  SELECT server, address GLOB '*:*', unprobed_since IS NULL, CASE health WHEN 'down' THEN 0 WHEN 'up' THEN 2 ELSE 1 END
    FROM mail_addresses;
-- An address that cannot be probed from here is no better than those of its server that can.
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
