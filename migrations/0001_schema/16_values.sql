-- What no CHECK says: NOT NULL has no name that could be a sentence, and columns that are kept by triggers have none.
-- In a trigger before INSERT defaults are in place. Made last, these triggers are the first to run.

CREATE VIEW mail_server_values AS
  SELECT name, weight, state, health, reason, ttl, changed_at, came_up_at, safe_at FROM mail_servers;
CREATE TRIGGER mail_server_values_refused INSTEAD OF INSERT ON mail_server_values BEGIN
  SELECT RAISE(ABORT,
    'mail_servers.name must be a host name in lower case without a trailing dot, such as mail1.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.weight must be a whole number from 0 to 65535') WHERE NEW.weight IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.state must be enabled, drain or disabled') WHERE NEW.state IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'mail_servers.changed_at must be a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) <> 'integer';
  SELECT RAISE(ABORT, 'mail_servers.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_servers.safe_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.safe_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER mail_servers_rules BEFORE INSERT ON mail_servers
BEGIN
  INSERT INTO mail_server_values VALUES
    (NEW.name, NEW.weight, NEW.state, NEW.health, NEW.reason, NEW.ttl, NEW.changed_at, NEW.came_up_at, NEW.safe_at);
END;
CREATE TRIGGER mail_servers_rules_again BEFORE UPDATE OF
  name, weight, state, health, reason, ttl, changed_at, came_up_at, safe_at ON mail_servers
BEGIN
  INSERT INTO mail_server_values VALUES
    (NEW.name, NEW.weight, NEW.state, NEW.health, NEW.reason, NEW.ttl, NEW.changed_at, NEW.came_up_at, NEW.safe_at);
END;

CREATE VIEW mail_address_values AS
  SELECT address, health, reason, probed, changed_at, came_up_at FROM mail_addresses;
CREATE TRIGGER mail_address_values_refused INSTEAD OF INSERT ON mail_address_values BEGIN
  SELECT RAISE(ABORT,
    'mail_addresses.address must be an IPv4 address such as 192.0.2.1, or an IPv6 address in lower case such as 2001:db8::1')
   WHERE NEW.address IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.health must be unknown, up or down') WHERE NEW.health IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.reason must be text') WHERE NEW.reason IS NULL;
  SELECT RAISE(ABORT, 'mail_addresses.probed must be 0 or 1') WHERE NEW.probed IS NULL OR NEW.probed NOT IN (0, 1);
  SELECT RAISE(ABORT, 'mail_addresses.changed_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.changed_at) NOT IN ('integer', 'null');
  SELECT RAISE(ABORT, 'mail_addresses.came_up_at must be empty (NULL) or a whole number of seconds since 1970')
   WHERE typeof(NEW.came_up_at) NOT IN ('integer', 'null');
END;
CREATE TRIGGER mail_addresses_rules BEFORE INSERT ON mail_addresses
BEGIN
  INSERT INTO mail_address_values VALUES
    (NEW.address, NEW.health, NEW.reason, NEW.probed, NEW.changed_at, NEW.came_up_at);
END;
CREATE TRIGGER mail_addresses_rules_again BEFORE UPDATE OF
  address, health, reason, probed, changed_at, came_up_at ON mail_addresses
BEGIN
  INSERT INTO mail_address_values VALUES
    (NEW.address, NEW.health, NEW.reason, NEW.probed, NEW.changed_at, NEW.came_up_at);
END;

CREATE VIEW pool_values AS
  SELECT name, ttl, mx_policy, address_policy, max_addresses, min_live, slow_start FROM pools;
CREATE TRIGGER pool_values_refused INSTEAD OF INSERT ON pool_values BEGIN
  SELECT RAISE(ABORT, 'pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and .') WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pools.ttl must be a whole number of seconds from 0 to 86400') WHERE NEW.ttl IS NULL;
  SELECT RAISE(ABORT, 'pools.mx_policy must be auto, equal or ranked') WHERE NEW.mx_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.address_policy must be auto, all or subset') WHERE NEW.address_policy IS NULL;
  SELECT RAISE(ABORT, 'pools.max_addresses must be a whole number from 1 to 64') WHERE NEW.max_addresses IS NULL;
  SELECT RAISE(ABORT, 'pools.min_live must be a whole number from 1 to 65535') WHERE NEW.min_live IS NULL;
  SELECT RAISE(ABORT, 'pools.slow_start must be a whole number of seconds from 0 to 86400')
   WHERE NEW.slow_start IS NULL;
END;
CREATE TRIGGER pools_rules BEFORE INSERT ON pools
BEGIN
  INSERT INTO pool_values VALUES
    (NEW.name, NEW.ttl, NEW.mx_policy, NEW.address_policy, NEW.max_addresses, NEW.min_live, NEW.slow_start);
END;
CREATE TRIGGER pools_rules_again BEFORE UPDATE OF
  name, ttl, mx_policy, address_policy, max_addresses, min_live, slow_start ON pools
BEGIN
  INSERT INTO pool_values VALUES
    (NEW.name, NEW.ttl, NEW.mx_policy, NEW.address_policy, NEW.max_addresses, NEW.min_live, NEW.slow_start);
END;

CREATE TRIGGER pool_members_rules BEFORE INSERT ON pool_members
WHEN NEW.preference IS NULL BEGIN
  SELECT RAISE(ABORT, 'pool_members.preference must be a whole number from 0 to 65535') WHERE NEW.preference IS NULL;
END;
CREATE TRIGGER pool_members_rules_again BEFORE UPDATE OF preference ON pool_members
WHEN NEW.preference IS NULL BEGIN
  SELECT RAISE(ABORT, 'pool_members.preference must be a whole number from 0 to 65535') WHERE NEW.preference IS NULL;
END;

CREATE VIEW pool_name_values AS
  SELECT name, kind FROM pool_names;
CREATE TRIGGER pool_name_values_refused INSTEAD OF INSERT ON pool_name_values BEGIN
  SELECT RAISE(ABORT,
    'pool_names.name must be a name in lower case without a trailing dot, such as example.com or *.example.com')
   WHERE NEW.name IS NULL;
  SELECT RAISE(ABORT, 'pool_names.kind must be MX or A (A stands for A and AAAA)') WHERE NEW.kind IS NULL;
END;
CREATE TRIGGER pool_names_rules BEFORE INSERT ON pool_names
BEGIN INSERT INTO pool_name_values VALUES (NEW.name, NEW.kind); END;
CREATE TRIGGER pool_names_rules_again BEFORE UPDATE OF name, kind ON pool_names
BEGIN INSERT INTO pool_name_values VALUES (NEW.name, NEW.kind); END;

CREATE VIEW event_values AS
  SELECT at, subject, field, reason FROM events;
CREATE TRIGGER event_values_refused INSTEAD OF INSERT ON event_values BEGIN
  SELECT RAISE(ABORT, 'events.at must be a whole number of seconds since 1970') WHERE typeof(NEW.at) <> 'integer';
  SELECT RAISE(ABORT, 'events.subject must not be empty (NULL)') WHERE NEW.subject IS NULL;
  SELECT RAISE(ABORT, 'events.field must not be empty (NULL)') WHERE NEW.field IS NULL;
  SELECT RAISE(ABORT, 'events.reason must be text') WHERE NEW.reason IS NULL;
END;
CREATE TRIGGER events_rules BEFORE INSERT ON events
BEGIN INSERT INTO event_values VALUES (NEW.at, NEW.subject, NEW.field, NEW.reason); END;
CREATE TRIGGER events_rules_again BEFORE UPDATE OF at, subject, field, reason ON events
BEGIN INSERT INTO event_values VALUES (NEW.at, NEW.subject, NEW.field, NEW.reason); END;
