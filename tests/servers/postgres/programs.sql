-- history: bodies of DO
CREATE TABLE t (a int);
--
DO $$ BEGIN
    CREATE TYPE status AS ENUM ('on', 'off');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
--
DO $body$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'b') THEN
        ALTER TABLE t ADD COLUMN b status DEFAULT 'on';
    END IF;
END $body$ LANGUAGE plpgsql;
--
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'zz') THEN
        ALTER TABLE t DROP COLUMN a;
    ELSE
        ALTER TABLE t RENAME COLUMN a TO c;
    END IF;
END $$;
--
DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD COLUMN d int'; EXECUTE $q$CREATE INDEX t_d ON t (d)$q$; END $$;
--
DO $$ BEGIN
    ALTER TABLE t ADD CONSTRAINT t_d_key UNIQUE (d);
    ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (c) REFERENCES t (d);
EXCEPTION WHEN duplicate_object THEN RAISE NOTICE 'no';
END; $$;
--
DO $$ DECLARE n int; BEGIN
    SELECT count(*) INTO n FROM t;
    IF n = 0 THEN
        CREATE TABLE from_block (id int PRIMARY KEY, t_d int);
        COMMENT ON TABLE from_block IS 'made in a block; ALTER TABLE nothing';
    END IF;
END $$;

-- history: routines and triggers are passed over
CREATE TABLE log (id serial PRIMARY KEY, msg text);
--
CREATE OR REPLACE FUNCTION touch() RETURNS trigger AS $$
BEGIN
    INSERT INTO log (msg) VALUES ('x; y');
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER log_touch BEFORE UPDATE ON log FOR EACH ROW EXECUTE FUNCTION touch();
--
CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT a + b; END;
CREATE PROCEDURE make() LANGUAGE sql AS 'CREATE TABLE IF NOT EXISTS other (x int)';
--
CALL make();
DROP TABLE other;
--
CREATE RULE r AS ON INSERT TO log DO ALSO (SELECT 1; SELECT 2);
ALTER TABLE log ENABLE ROW LEVEL SECURITY, DISABLE TRIGGER log_touch;
CREATE POLICY p ON log FOR SELECT USING (true);
COMMENT ON COLUMN log.msg IS 'a; b';
GRANT SELECT ON log TO PUBLIC;
ANALYZE log;
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE STATISTICS st (dependencies) ON id, msg FROM log;
ALTER TABLE log REPLICA IDENTITY FULL, SET (fillfactor = 70), OWNER TO CURRENT_USER, SET UNLOGGED;
--
DROP FUNCTION touch() CASCADE;
--
ALTER TABLE log ADD COLUMN after_all int;

-- history: the client's own commands, and data
\set x 1
CREATE TABLE t (id int, v text);
\echo making more
--
COPY t (id, v) FROM stdin;
1	a;b
2	CREATE TABLE no (x int);
\.
CREATE TABLE u (id int);
--
COPY t FROM STDIN WITH (FORMAT csv);
3,'it
4,"--"
\.
ALTER TABLE u ADD COLUMN w int;
--
\if :x
CREATE TABLE in_if (a int);
\endif
--
BEGIN; SAVEPOINT a; ALTER TABLE u ADD COLUMN in_tx int; RELEASE a; COMMIT;
--
INSERT INTO t VALUES (1, E'it\'s; fine'), (2, $$x;$$), (3, U&'\0041;');
/* a /* nested */ ; */ ALTER TABLE u /* here */ ADD -- there
  COLUMN commented int;

-- history: a rolled back transaction leaves nothing
CREATE TABLE t (id int);
BEGIN;
ALTER TABLE t ADD COLUMN gone int;
CREATE TABLE u (id int);
ROLLBACK;
--
BEGIN; ALTER TABLE t ADD COLUMN kept int; SAVEPOINT s; ALTER TABLE t ADD COLUMN lost int; ROLLBACK TO SAVEPOINT s; COMMIT;
