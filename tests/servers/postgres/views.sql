-- history: the columns of views
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

-- history: enums
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
