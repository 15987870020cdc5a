-- domain_id of names: the deepest zone here that holds the name. A new zone takes its names from the zones above it.
-- Parents are found by walking name_positions: a recursive query opens temporary tables, which made an insert into
-- domains 100 times slower. The triggers on inserts have that walk in them, and not in a view: the shell compiles them
-- again for every statement.

CREATE TABLE name_positions (position INTEGER PRIMARY KEY);       -- 0 to 252: where in a name a parent may begin
INSERT INTO name_positions (position)
  WITH RECURSIVE n (position) AS (SELECT 0 UNION ALL SELECT position + 1 FROM n WHERE position < 252)
  SELECT position FROM n;

CREATE VIEW mail_server_zones (name, domain_id) AS
  SELECT s.name, (SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(s.name, p.position + 1)
                   WHERE p.position < length(s.name) AND substr('.' || s.name, p.position + 1, 1) = '.'
                   ORDER BY p.position LIMIT 1)
    FROM mail_servers s;
CREATE VIEW pool_name_zones (name, kind, domain_id) AS
  SELECT n.name, n.kind,
         (SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(n.name, p.position + 1)
           WHERE p.position < length(n.name) AND substr('.' || n.name, p.position + 1, 1) = '.'
           ORDER BY p.position LIMIT 1)
    FROM pool_names n;
CREATE VIEW zones_above (domain_id, above) AS
  SELECT z.id, (SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(z.name, p.position + 1)
                 WHERE p.position < length(z.name) AND substr(z.name, p.position, 1) = '.'
                 ORDER BY p.position LIMIT 1)
    FROM domains z;

CREATE TRIGGER mail_servers_zone AFTER INSERT ON mail_servers BEGIN
  UPDATE mail_servers SET domain_id = (SELECT domain_id FROM mail_server_zones WHERE name = NEW.name)
   WHERE name = NEW.name;
END;
CREATE TRIGGER mail_servers_zone_again AFTER UPDATE OF name ON mail_servers BEGIN
  UPDATE mail_servers SET domain_id = (SELECT domain_id FROM mail_server_zones WHERE name = NEW.name)
   WHERE name = NEW.name;
END;
CREATE TRIGGER pool_names_zone AFTER INSERT ON pool_names BEGIN
  UPDATE pool_names SET domain_id = (
    SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(NEW.name, p.position + 1)
     WHERE p.position < length(NEW.name) AND substr('.' || NEW.name, p.position + 1, 1) = '.'
     ORDER BY p.position LIMIT 1)
   WHERE name = NEW.name AND kind = NEW.kind;
END;
CREATE TRIGGER pool_names_zone_again AFTER UPDATE OF name ON pool_names BEGIN
  UPDATE pool_names
     SET domain_id = (SELECT domain_id FROM pool_name_zones WHERE name = NEW.name AND kind = NEW.kind)
   WHERE name = NEW.name AND kind = NEW.kind;
END;

CREATE TRIGGER domains_take_servers AFTER INSERT ON domains
WHEN EXISTS (SELECT 1 FROM mail_servers WHERE substr('.' || name, -length(NEW.name) - 1) = '.' || lower(NEW.name)) BEGIN
  UPDATE mail_servers SET domain_id = NEW.id
   WHERE substr('.' || name, -length(NEW.name) - 1) = '.' || lower(NEW.name)
     AND coalesce((SELECT length(d.name) FROM domains d WHERE d.id = domain_id), 0) < length(NEW.name);
END;
CREATE TRIGGER domains_take_names AFTER INSERT ON domains
WHEN EXISTS (SELECT 1 FROM pool_names
              WHERE substr('.' || name, -length(NEW.name) - 1) = '.' || lower(NEW.name) AND domain_id IS (
       SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(NEW.name, p.position + 1)
        WHERE p.position < length(NEW.name) AND substr(NEW.name, p.position, 1) = '.'
        ORDER BY p.position LIMIT 1)) BEGIN
  UPDATE pool_names SET domain_id = NEW.id
   WHERE substr('.' || name, -length(NEW.name) - 1) = '.' || lower(NEW.name) AND domain_id IS (
       SELECT d.id FROM name_positions p CROSS JOIN domains d ON d.name = substr(NEW.name, p.position + 1)
        WHERE p.position < length(NEW.name) AND substr(NEW.name, p.position, 1) = '.'
        ORDER BY p.position LIMIT 1);
END;
CREATE TRIGGER domains_renamed AFTER UPDATE OF id, name ON domains BEGIN
  UPDATE mail_servers
     SET domain_id = (SELECT z.domain_id FROM mail_server_zones z WHERE z.name = mail_servers.name)
   WHERE domain_id = OLD.id OR domain_id IS (SELECT above FROM zones_above WHERE domain_id = NEW.id);
  UPDATE pool_names
     SET domain_id = (SELECT z.domain_id FROM pool_name_zones z
                       WHERE z.name = pool_names.name AND z.kind = pool_names.kind)
   WHERE domain_id = OLD.id OR domain_id IS (SELECT above FROM zones_above WHERE domain_id = NEW.id);
END;
CREATE TRIGGER domains_deleted AFTER DELETE ON domains BEGIN
  DELETE FROM records WHERE domain_id = OLD.id;
  DELETE FROM comments WHERE domain_id = OLD.id;
  DELETE FROM domainmetadata WHERE domain_id = OLD.id;
  DELETE FROM cryptokeys WHERE domain_id = OLD.id;
  DELETE FROM pool_names WHERE domain_id = OLD.id;
  UPDATE mail_servers
     SET domain_id = (SELECT z.domain_id FROM mail_server_zones z WHERE z.name = mail_servers.name)
   WHERE domain_id = OLD.id;
END;
