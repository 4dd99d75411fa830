-- history: the columns of views
-- not in ddl: the reader does not know the type of a column of two tables that are joined by USING
CREATE TABLE u (id int PRIMARY KEY, name varchar(20) NOT NULL, at timestamptz);
CREATE TABLE p (id int, u_id int, title text, name text);
--
CREATE VIEW v AS SELECT u.*, p.id AS post, count(*), lower(u.name) low FROM u JOIN p ON p.u_id = u.id GROUP BY u.id, p.id;
--
CREATE VIEW listed (a, b) AS SELECT id, name FROM u;
--
CREATE OR REPLACE VIEW listed AS SELECT id AS a, name AS b, at AS c FROM u;
--
CREATE MATERIALIZED VIEW m (x, y) AS WITH c AS (SELECT id, name FROM u) SELECT * FROM c WITH NO DATA;
--
CREATE VIEW un AS SELECT id, title FROM p UNION ALL SELECT id, name FROM u ORDER BY 1;
--
CREATE VIEW casts AS SELECT id::text, at::date AS day, CASE WHEN id > 1 THEN 'x' END, coalesce(name, 'y'), 1, now(), CAST(id AS bigint) AS big, id + 1 AS next FROM u;
--
CREATE VIEW sub AS SELECT s.n, (SELECT max(id) FROM p) AS top FROM (SELECT name AS n FROM u) s;
--
CREATE VIEW lat AS SELECT u.id, x.title FROM u LEFT JOIN LATERAL (SELECT title FROM p WHERE p.u_id = u.id LIMIT 1) x ON true;
--
CREATE VIEW nat AS SELECT u.*, p.title FROM u JOIN p USING (id);
--
CREATE RECURSIVE VIEW nums (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM nums WHERE n < 5;
--
CREATE VIEW vals AS VALUES (1, 'a'), (2, 'b');
--
CREATE VIEW fn AS SELECT g.* FROM generate_series(1, 3) AS g (i);
--
ALTER VIEW listed RENAME COLUMN a TO aa;
--
ALTER VIEW listed RENAME TO listed2;
--
CREATE UNIQUE INDEX m_x ON m (x);
--
ALTER TABLE u RENAME COLUMN name TO title;
--
REFRESH MATERIALIZED VIEW m;
DROP VIEW IF EXISTS listed2, absent;
--
DROP MATERIALIZED VIEW m;
--
CREATE VIEW again WITH (security_barrier = true) AS SELECT title FROM u WITH LOCAL CHECK OPTION;
--
ALTER VIEW again SET (security_invoker = true);
ALTER VIEW IF EXISTS absent RENAME TO other;

-- history: names of computed columns
CREATE TABLE u (id int PRIMARY KEY, name text, at timestamptz, n numeric);
CREATE VIEW v1 AS SELECT (SELECT name FROM u LIMIT 1), EXISTS (SELECT 1), 5::bigint, 'x'::varchar(3), true, (id), max(n) OVER () FROM u;
--
CREATE VIEW v2 AS SELECT CASE WHEN id > 1 THEN 1 ELSE id END, ARRAY[1, 2], extract(year FROM at), (SELECT count(*) FROM u) FROM u;
--
CREATE VIEW v3 AS SELECT substring(name FROM 1 FOR 2), trim(name), -id, coalesce(name, ''), nullif(id, 1), name COLLATE "C", date_trunc('day', at) FROM u;
--
CREATE VIEW v4 AS SELECT name IS NULL AS empty, row_number() OVER (ORDER BY id), id::text || name AS joined, greatest(id, 1) FROM u;

-- history: views over views and joins
CREATE TABLE a (id int, x int, shared text);
CREATE TABLE b (id int, a_id int, y varchar(9));
CREATE VIEW j AS SELECT a.id AS a_id, b.y, x FROM a LEFT OUTER JOIN b ON b.a_id = a.id;
CREATE VIEW jj AS SELECT * FROM j WHERE y IS NOT NULL;
--
CREATE VIEW three AS SELECT j.*, b.id AS b_id FROM j, b;
CREATE VIEW nested AS SELECT q.* FROM (SELECT x, shared FROM a) AS q (one, two);
--
CREATE VIEW cte AS WITH r (k, v) AS (SELECT id, shared FROM a), s AS (SELECT k FROM r) SELECT s.k, r.v FROM s JOIN r ON r.k = s.k;
--
ALTER TABLE b RENAME COLUMN y TO why;
--
DROP VIEW j CASCADE;
--
DROP TABLE a CASCADE;

-- history: enums
-- not in ddl: a range type
CREATE TYPE "Role" AS ENUM ('A', 'B');
CREATE TABLE t (id int, r "Role" NOT NULL DEFAULT 'A', rs "Role"[]);
--
ALTER TYPE "Role" ADD VALUE IF NOT EXISTS 'C' BEFORE 'B';
--
ALTER TYPE "Role" ADD VALUE 'D';
ALTER TYPE "Role" ADD VALUE IF NOT EXISTS 'D';
--
ALTER TYPE "Role" RENAME VALUE 'A' TO 'Z';
--
BEGIN;
CREATE TYPE "Role_new" AS ENUM ('Z', 'B');
ALTER TABLE "t" ALTER COLUMN "r" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "r" TYPE "Role_new" USING ("r"::text::"Role_new");
ALTER TABLE "t" ALTER COLUMN "rs" TYPE "Role_new"[] USING ("rs"::text::"Role_new"[]);
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
ALTER TABLE "t" ALTER COLUMN "r" SET DEFAULT 'Z';
COMMIT;
--
CREATE TYPE empty AS ENUM ();
CREATE TYPE rng AS RANGE (subtype = float8);
CREATE TYPE comp AS (a int, b "Role");
ALTER TABLE t ADD COLUMN c comp, ADD d rng, ADD e empty;
--
ALTER TYPE comp RENAME TO comp2;
--
DROP TYPE IF EXISTS absent, empty CASCADE;
--
CREATE TYPE currency AS ENUM ('USD', 'EUR');
ALTER TABLE t ADD COLUMN money currency NOT NULL DEFAULT E'USD', ADD kept currency DEFAULT 'EUR';
ALTER TABLE t ALTER COLUMN money TYPE text, ALTER kept DROP DEFAULT, ALTER kept TYPE varchar(5), ALTER kept SET DEFAULT 'EUR';
--
DROP TYPE currency CASCADE;
--
CREATE TABLE twice (k text PRIMARY KEY NOT NULL, v int UNIQUE, CONSTRAINT k_unique UNIQUE (k), CONSTRAINT v_unique UNIQUE (v));
CREATE INDEX ON twice (lower(k), v, upper(k));
