-- history: an index over an expression goes with its columns
CREATE TABLE t (id int PRIMARY KEY, name text, mail text, lower text, n int);
CREATE INDEX by_name ON t (lower(name));
CREATE UNIQUE INDEX by_both ON t (id, (coalesce(name, '') || mail));
CREATE INDEX by_sum ON t ((n + id)) WHERE mail IS NOT NULL;
CREATE INDEX by_cast ON t ((n::text));
--
ALTER TABLE t RENAME COLUMN name TO title;
--
ALTER TABLE t DROP COLUMN lower;
--
ALTER TABLE t DROP COLUMN title;
--
ALTER TABLE t ADD COLUMN text text, DROP COLUMN mail;
--
ALTER TABLE t DROP COLUMN text;
--
ALTER TABLE t DROP COLUMN n;

-- history: computed columns and their sources
CREATE TABLE t (a int, b int, twice int GENERATED ALWAYS AS (a * 2) STORED, both_ int GENERATED ALWAYS AS (a + b) STORED NOT NULL, UNIQUE (twice));
CREATE VIEW v AS SELECT both_ FROM t;
CREATE VIEW w AS SELECT b FROM t;
--
-- refused
ALTER TABLE t DROP COLUMN a;
--
ALTER TABLE t RENAME a TO aa;
--
ALTER TABLE t DROP COLUMN aa CASCADE;
--
ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (b) STORED, ADD d int;
--
ALTER TABLE t ALTER c DROP EXPRESSION;
--
DROP VIEW w;
ALTER TABLE t DROP COLUMN b;

-- history: sequences with CASCADE
CREATE TABLE t (id serial PRIMARY KEY, n int, m bigserial, "Odd Name" serial);
CREATE SEQUENCE s;
CREATE SEQUENCE "Q" INCREMENT 2 START 7;
ALTER TABLE t ALTER n SET DEFAULT nextval('s');
ALTER TABLE t ADD COLUMN o int DEFAULT nextval('public.s'::regclass);
--
-- refused
DROP SEQUENCE s;
--
DROP SEQUENCE s CASCADE;
--
ALTER TABLE t RENAME TO u;
DROP SEQUENCE t_id_seq CASCADE;
--
ALTER SEQUENCE t_m_seq RENAME TO other;
DROP SEQUENCE IF EXISTS t_m_seq CASCADE;
--
DROP SEQUENCE IF EXISTS other CASCADE;
--
ALTER TABLE u ALTER n SET DEFAULT 5;
CREATE TABLE copy (LIKE u INCLUDING DEFAULTS);
--
DROP SEQUENCE "t_Odd Name_seq" CASCADE;

-- history: sequences in schemas, and serial columns whose sequence's name is taken
CREATE SCHEMA s;
CREATE SEQUENCE s.q;
CREATE TABLE s.t (a int DEFAULT nextval('s.q'), b serial);
--
CREATE TABLE a_b (c serial);
CREATE TABLE a (b_c serial);
--
DROP SEQUENCE a_b_c_seq CASCADE;
--
ALTER SEQUENCE s.q SET SCHEMA public;
DROP SEQUENCE q CASCADE;
--
DROP SEQUENCE s.t_b_seq CASCADE;

-- history: tables of composite types
CREATE TYPE address AS (street text, zip varchar(10), since timestamptz(3));
CREATE TABLE plain OF address;
CREATE TABLE keyed OF address (PRIMARY KEY (street), zip WITH OPTIONS NOT NULL DEFAULT '0', CHECK (zip <> ''));
CREATE TABLE holder (id int, home address, others address[]);
--
ALTER TYPE address RENAME ATTRIBUTE street TO road CASCADE;
--
ALTER TABLE holder DROP COLUMN home, DROP COLUMN others;
ALTER TYPE address ADD ATTRIBUTE city text CASCADE, DROP ATTRIBUTE IF EXISTS since CASCADE;
--
ALTER TYPE address ALTER ATTRIBUTE zip SET DATA TYPE varchar(20) CASCADE;
--
ALTER TYPE address RENAME TO place;
ALTER TABLE holder ADD COLUMN at place;
--
CREATE SCHEMA s;
ALTER TYPE place SET SCHEMA s;
--
CREATE TABLE IF NOT EXISTS third OF s.place (city WITH OPTIONS UNIQUE);
ALTER TABLE holder ADD COLUMN rest int;
--
DROP TYPE s.place CASCADE;

-- history: what views use cannot be dropped alone
CREATE TABLE a (id int PRIMARY KEY, x int, y text, z date);
CREATE TABLE b (id int PRIMARY KEY, a_id int, x int, shown text, hidden text);
CREATE VIEW v AS SELECT a.y, q.shown FROM a JOIN b q ON q.a_id = a.id WHERE a.x > 1 ORDER BY q.x;
CREATE VIEW vv AS SELECT v.y || 'x' AS y2 FROM v;
CREATE MATERIALIZED VIEW m AS WITH c AS (SELECT id AS cid, z FROM a) SELECT max(z) AS last FROM c;
CREATE VIEW star AS SELECT * FROM b;
CREATE VIEW nested AS SELECT s.n FROM (SELECT a.z AS n FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.hidden = a.y)) s;
--
-- refused
ALTER TABLE b DROP COLUMN x;
--
-- refused
ALTER TABLE b DROP COLUMN a_id;
--
-- refused
ALTER TABLE b ALTER COLUMN hidden TYPE varchar(9);
--
-- refused
DROP TABLE b;
--
-- refused
DROP VIEW v;
--
DROP VIEW star;
DROP VIEW v, vv;
--
ALTER TABLE b DROP COLUMN shown;
--
-- refused
ALTER TABLE b DROP COLUMN hidden;
--
-- refused
ALTER TABLE a DROP COLUMN id;
--
ALTER TABLE a RENAME COLUMN z TO at;
--
-- refused
ALTER TABLE a DROP COLUMN at;
--
ALTER TABLE b DROP COLUMN hidden CASCADE;
--
ALTER TABLE a ADD COLUMN z int;
ALTER TABLE a DROP COLUMN z CASCADE;
--
ALTER TABLE a DROP COLUMN at CASCADE;

-- history: views follow renames and moves
CREATE TABLE t (id int, name text, other text);
CREATE VIEW v AS SELECT id, name FROM t;
CREATE VIEW w AS SELECT name FROM v;
CREATE MATERIALIZED VIEW m AS SELECT id, lower(name) AS low FROM t;
CREATE INDEX m_low ON m (low);
--
ALTER TABLE t RENAME TO tt;
ALTER TABLE tt RENAME COLUMN name TO title;
--
ALTER VIEW v RENAME COLUMN name TO called;
--
ALTER TABLE tt DROP COLUMN other;
--
CREATE SCHEMA s;
ALTER TABLE tt SET SCHEMA s;
--
-- refused
ALTER TABLE s.tt DROP COLUMN title;
--
CREATE OR REPLACE VIEW v AS SELECT id, title AS called, 1 AS one FROM s.tt;
--
ALTER MATERIALIZED VIEW m RENAME COLUMN low TO lowered;
--
ALTER MATERIALIZED VIEW m RENAME TO mm;
--
DROP VIEW v CASCADE;
--
DROP TABLE s.tt CASCADE;

-- history: a union and joins by USING
CREATE TABLE a (id int, k int, u text);
CREATE TABLE b (id int, k int, w text);
CREATE VIEW v AS SELECT id FROM a UNION ALL SELECT k FROM b;
CREATE VIEW j AS SELECT u FROM a JOIN b USING (id);
--
ALTER TABLE a DROP COLUMN k;
--
ALTER TABLE b DROP COLUMN w;
--
ALTER TABLE b DROP COLUMN id CASCADE;
--
ALTER TABLE b DROP COLUMN k CASCADE;
