-- References between servers, addresses, pools and members. They hold with foreign keys off. RAISE takes only a fixed
-- text, so a sentence says what to do; the command line also names the pool. What INSERT and UPDATE have in common is
-- a trigger of a view here and below: both insert into the view, which keeps nothing.

CREATE TRIGGER mail_addresses_refer BEFORE INSERT ON mail_addresses
WHEN NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server)
BEGIN SELECT RAISE(ABORT, 'mail_addresses.server names no mail server: insert it into mail_servers first'); END;
CREATE TRIGGER mail_addresses_refer_again BEFORE UPDATE OF server ON mail_addresses
WHEN NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server)
BEGIN SELECT RAISE(ABORT, 'mail_addresses.server names no mail server: insert it into mail_servers first'); END;

CREATE VIEW pool_member_edits (pool, server) AS SELECT pool, server FROM pool_members;
CREATE TRIGGER pool_member_edits_refer INSTEAD OF INSERT ON pool_member_edits BEGIN
  SELECT RAISE(ABORT, 'pool_members.pool names no pool: insert it into pools first')
   WHERE NOT EXISTS (SELECT 1 FROM pools WHERE name = NEW.pool);
  SELECT RAISE(ABORT, 'pool_members.server names no mail server: insert it into mail_servers first')
   WHERE NOT EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.server);
END;
CREATE TRIGGER pool_members_refer BEFORE INSERT ON pool_members
BEGIN INSERT INTO pool_member_edits VALUES (NEW.pool, NEW.server); END;
CREATE TRIGGER pool_members_refer_again BEFORE UPDATE OF pool, server ON pool_members
BEGIN INSERT INTO pool_member_edits VALUES (NEW.pool, NEW.server); END;

CREATE TRIGGER mail_servers_in_use BEFORE DELETE ON mail_servers
WHEN EXISTS (SELECT 1 FROM pool_members WHERE server = OLD.name)
BEGIN SELECT RAISE(ABORT, 'this mail server is a member of a pool: delete its rows in pool_members first'); END;
CREATE TRIGGER mail_servers_deleted AFTER DELETE ON mail_servers
BEGIN DELETE FROM mail_addresses WHERE server = OLD.name; END;
CREATE TRIGGER mail_servers_name_in_use BEFORE UPDATE OF name ON mail_servers
WHEN NEW.name <> OLD.name AND EXISTS (SELECT 1 FROM mail_servers WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'mail_servers.name is the name of another mail server: delete that one first'); END;

CREATE TRIGGER pools_in_use BEFORE DELETE ON pools WHEN EXISTS (SELECT 1 FROM pool_names WHERE pool = OLD.name)
BEGIN SELECT RAISE(ABORT, 'this pool is published: delete its rows in pool_names first'); END;
CREATE TRIGGER pools_deleted AFTER DELETE ON pools BEGIN DELETE FROM pool_members WHERE pool = OLD.name; END;
CREATE TRIGGER pools_name_in_use BEFORE UPDATE OF name ON pools
WHEN NEW.name <> OLD.name AND EXISTS (SELECT 1 FROM pools WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'pools.name is the name of another pool: delete that one first'); END;
