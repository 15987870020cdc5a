-- An answer never runs empty: the members, servers and addresses without which a published pool would have nothing to
-- say cannot go, and a pool without them cannot be published.

-- The sentences of more than one trigger.
CREATE VIEW refusals (why) AS SELECT NULL;
CREATE TRIGGER refusals_said INSTEAD OF INSERT ON refusals BEGIN
  SELECT RAISE(ABORT,
    'this is the last enabled server of a published pool, and mail would have nowhere to go: enable another member, or delete the pool''s rows in pool_names first')
   WHERE NEW.why = 'last server';
  SELECT RAISE(ABORT,
    'this is the last enabled member of a published pool, and mail would have nowhere to go: add another member, or delete the pool''s rows in pool_names first')
   WHERE NEW.why = 'last member';
  SELECT RAISE(ABORT, 'this is the last address that a pool published as A has: insert another address first')
   WHERE NEW.why = 'last address';
  SELECT RAISE(ABORT,
    'mail_servers.name is a name where a pool is published as A: give the server a host name of its own')
   WHERE NEW.why = 'name taken';
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
BEGIN INSERT INTO refusals VALUES ('last server'); END;
CREATE TRIGGER mail_servers_last_replaced BEFORE INSERT ON mail_servers
WHEN NEW.state <> 'enabled' AND EXISTS (SELECT 1 FROM last_members WHERE server = NEW.name)
BEGIN INSERT INTO refusals VALUES ('last server'); END;
CREATE TRIGGER pool_members_last BEFORE DELETE ON pool_members
WHEN EXISTS (SELECT 1 FROM last_members WHERE pool = OLD.pool AND server = OLD.server)
BEGIN INSERT INTO refusals VALUES ('last member'); END;
CREATE TRIGGER pool_members_last_moved BEFORE UPDATE OF pool, server ON pool_members
WHEN EXISTS (SELECT 1 FROM pools WHERE name = OLD.pool)   -- else the pool itself was renamed
     AND EXISTS (SELECT 1 FROM last_members l WHERE l.pool = OLD.pool AND l.server = OLD.server
                    AND NOT (NEW.pool = OLD.pool
                             AND EXISTS (SELECT 1 FROM mail_servers s WHERE s.name = NEW.server AND s.state = 'enabled')
                             AND (l.kind = 'MX'
                                  OR EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = NEW.server))))
BEGIN INSERT INTO refusals VALUES ('last member'); END;
CREATE TRIGGER mail_addresses_last BEFORE DELETE ON mail_addresses
WHEN EXISTS (SELECT 1 FROM last_members WHERE server = OLD.server AND kind = 'A')
     AND EXISTS (SELECT 1 FROM mail_servers WHERE name = OLD.server)
     AND NOT EXISTS (SELECT 1 FROM mail_addresses WHERE server = OLD.server AND address <> OLD.address)
BEGIN INSERT INTO refusals VALUES ('last address'); END;
CREATE TRIGGER mail_addresses_last_moved BEFORE UPDATE OF server ON mail_addresses
WHEN NEW.server <> OLD.server AND EXISTS (SELECT 1 FROM last_members WHERE server = OLD.server AND kind = 'A')
     AND NOT EXISTS (SELECT 1 FROM mail_addresses WHERE server = OLD.server AND address <> OLD.address)
BEGIN INSERT INTO refusals VALUES ('last address'); END;

CREATE VIEW pool_name_edits (name, kind, pool) AS SELECT name, kind, pool FROM pool_names;
CREATE TRIGGER pool_name_edits_refer INSTEAD OF INSERT ON pool_name_edits BEGIN
  SELECT RAISE(ABORT, 'pool_names.pool names no pool: insert it into pools first')
   WHERE NOT EXISTS (SELECT 1 FROM pools WHERE name = NEW.pool);
  SELECT RAISE(ABORT, 'pool_names.pool has no enabled member: insert one into pool_members first')
   WHERE NOT EXISTS (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
                      WHERE m.pool = NEW.pool);
  SELECT RAISE(ABORT,
    'pool_names.pool has no enabled member with an address to publish as A: insert one into mail_addresses first')
   WHERE NEW.kind = 'A'
     AND NOT EXISTS (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server AND s.state = 'enabled'
                       JOIN mail_addresses a ON a.server = m.server WHERE m.pool = NEW.pool);
  SELECT RAISE(ABORT,
    'pool_names.name is the host name of a mail server, which has addresses of its own: publish the pool at another name')
   WHERE NEW.kind = 'A' AND EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.name);
END;
CREATE TRIGGER pool_names_refer BEFORE INSERT ON pool_names
BEGIN INSERT INTO pool_name_edits VALUES (NEW.name, NEW.kind, NEW.pool); END;
CREATE TRIGGER pool_names_refer_again BEFORE UPDATE OF name, kind, pool ON pool_names
BEGIN INSERT INTO pool_name_edits VALUES (NEW.name, NEW.kind, NEW.pool); END;
CREATE TRIGGER mail_servers_name_taken BEFORE INSERT ON mail_servers
WHEN EXISTS (SELECT 1 FROM pool_names WHERE name = NEW.name AND kind = 'A')
BEGIN INSERT INTO refusals VALUES ('name taken'); END;
CREATE TRIGGER mail_servers_name_taken_again BEFORE UPDATE OF name ON mail_servers
WHEN EXISTS (SELECT 1 FROM pool_names WHERE name = NEW.name AND kind = 'A')
BEGIN INSERT INTO refusals VALUES ('name taken'); END;
