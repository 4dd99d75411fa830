-- history: a rename in steps
CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, old_name varchar(50) NOT NULL DEFAULT '');
--
ALTER TABLE t ADD COLUMN new_name varchar(50) AFTER old_name;
UPDATE t SET new_name = old_name;
ALTER TABLE t DROP old_name, MODIFY new_name varchar(50) NOT NULL;

-- history: tables swap their names
CREATE TABLE a (id int, x int); CREATE TABLE b (id int, y int);
--
RENAME TABLE a TO tmp, b TO a, tmp TO b;

-- history: conditions on what is there
CREATE TABLE IF NOT EXISTS t (id int);
CREATE TABLE IF NOT EXISTS t (other int);
--
ALTER TABLE t ADD COLUMN IF NOT EXISTS id int, ADD COLUMN IF NOT EXISTS n int, DROP COLUMN IF EXISTS absent;
ALTER TABLE IF EXISTS absent ADD COLUMN x int;
DROP INDEX IF EXISTS absent ON t;
CREATE INDEX IF NOT EXISTS i ON t (n);
--
ALTER TABLE t MODIFY COLUMN IF EXISTS absent int, CHANGE COLUMN IF EXISTS n m bigint;

-- history: keys by every spelling
CREATE TABLE t (a int, b int, c varchar(20), d text, g geometry NOT NULL, KEY k1 (a) COMMENT 'x', INDEX k2 USING BTREE (b), UNIQUE INDEX k3 (a, b), UNIQUE k4 (c(5)), FULLTEXT k5 (d), SPATIAL INDEX k6 (g));
--
ALTER TABLE t ADD KEY (c), ADD UNIQUE KEY k7 (b, c), ADD FULLTEXT INDEX k8 (c), ADD INDEX k9 (a, b, c(3));
--
ALTER TABLE t DROP INDEX k1, DROP KEY k2, RENAME KEY k3 TO k33;
--
DROP INDEX k9 ON t;

-- history: generated columns and checks
CREATE TABLE t (a int, b int AS (a + 1) PERSISTENT, c int AS (a * 2), CONSTRAINT pos CHECK (a > 0));
--
ALTER TABLE t ADD COLUMN d int GENERATED ALWAYS AS (a - 1) STORED, ADD CONSTRAINT big CHECK (a < 100);
--
ALTER TABLE t DROP CONSTRAINT pos, DROP COLUMN c, MODIFY b int;

-- history: partitions leave the columns alone
CREATE TABLE t (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (YEAR(at)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE);
--
ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (2030), PARTITION p2 VALUES LESS THAN MAXVALUE);
ALTER TABLE t TRUNCATE PARTITION p0;
ALTER TABLE t DROP PARTITION p0;
ALTER TABLE t REMOVE PARTITIONING;

-- history: views of every shape
CREATE TABLE u (id int NOT NULL PRIMARY KEY, name varchar(9) DEFAULT 'x');
CREATE VIEW v (a, b) AS SELECT id, name FROM u;
CREATE VIEW w AS SELECT v.a AS only_a FROM v JOIN u ON u.id = v.a;
--
CREATE OR REPLACE VIEW v AS SELECT id AS a, name AS b FROM u;
--
ALTER ALGORITHM = MERGE VIEW w AS SELECT b FROM v;
--
DROP VIEW v, w;

-- history: strings that look like code
CREATE TABLE t (a varchar(50) DEFAULT 'it\'s; -- not # a comment', b varchar(9) DEFAULT "d;q", `c;d` int COMMENT 'DROP TABLE t;');
--
INSERT INTO t (a) VALUES ('/* x */; ALTER TABLE t ADD no int;'), ("a\"b");
ALTER TABLE t ADD e int; # ALTER TABLE t ADD no int;
-- ALTER TABLE t ADD no int;
