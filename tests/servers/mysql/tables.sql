-- history: columns and keys
CREATE TABLE `t` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `k` enum('a','b''c') DEFAULT 'a' COMMENT 'x, y; z',
  `d` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  `s` set('x','y') CHARACTER SET latin1 COLLATE latin1_bin NULL,
  n decimal(10,2) unsigned DEFAULT 0.00, f float, g double precision, b boolean NOT NULL DEFAULT false, bi bigint(20) DEFAULT '5',
  v varchar(191) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '', tx text, mt mediumtext, j json DEFAULT NULL, u binary(16), bl longblob,
  y year, ti tinyint(4), ti1 tinyint(1) DEFAULT 1, c char(3), bt bit(8), ts timestamp NULL DEFAULT NULL, ts2 timestamp NOT NULL DEFAULT current_timestamp(),
  gen int GENERATED ALWAYS AS (id2 + 1) VIRTUAL, id2 int, gen2 varchar(10) AS (left(v, 10)) STORED, m mediumint zerofill,
  PRIMARY KEY (`id`), UNIQUE KEY `u` (`k`), KEY `kk` (`v`(10), `n` DESC), FULLTEXT KEY ft (tx), INDEX (d), UNIQUE (v, d),
  CONSTRAINT positive CHECK (n >= 0), CHECK (f > 1)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='a; b';
--
ALTER TABLE t CHANGE k kind varchar(20) NOT NULL FIRST;
--
ALTER TABLE t MODIFY COLUMN d date AFTER id, ADD INDEX (id2), DROP KEY kk;
--
ALTER TABLE t ADD COLUMN (x int, y2 text NOT NULL), ADD z varchar(5) DEFAULT 'q' FIRST, ADD COLUMN w int AFTER x;
--
ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4, ENGINE=InnoDB, COMMENT 'x';
--
ALTER TABLE t ALTER COLUMN z SET DEFAULT 'zz', ALTER w DROP DEFAULT, ALTER x SET DEFAULT 3;
--
ALTER TABLE t RENAME COLUMN x TO xx, RENAME INDEX u TO uu;
--
ALTER TABLE t DROP COLUMN kind, DROP z;
--
ALTER TABLE t MODIFY id int unsigned NOT NULL, DROP PRIMARY KEY;
--
ALTER TABLE t ADD PRIMARY KEY (id, xx);
--
ALTER TABLE t DROP CONSTRAINT positive;
--
ALTER TABLE t RENAME TO s;
RENAME TABLE s TO r;
--
DROP INDEX ft ON r;
CREATE FULLTEXT INDEX ft2 ON r (tx);
CREATE UNIQUE INDEX q ON r (w) USING BTREE;
CREATE INDEX IF NOT EXISTS q ON r (w);
--
ALTER TABLE r DROP INDEX IF EXISTS absent, ADD COLUMN IF NOT EXISTS w text, DROP COLUMN IF EXISTS absent, ADD COLUMN IF NOT EXISTS fresh int;
--
TRUNCATE TABLE r;
DROP TABLE IF EXISTS absent, r;

-- history: foreign keys
CREATE TABLE p (id int PRIMARY KEY AUTO_INCREMENT, a int NOT NULL, b int, UNIQUE KEY ab (a, b)) ENGINE=InnoDB;
--
CREATE TABLE c (id int PRIMARY KEY, p_id int NOT NULL, FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE);
--
CREATE TABLE d (id int, p_id int, a int, b int, KEY own (p_id), CONSTRAINT d_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL, CONSTRAINT d_ab FOREIGN KEY (a, b) REFERENCES p (a, b));
--
ALTER TABLE c ADD COLUMN a int, ADD FOREIGN KEY (a) REFERENCES p (a);
--
ALTER TABLE c ADD CONSTRAINT named FOREIGN KEY (a) REFERENCES p (id) ON UPDATE CASCADE;
--
ALTER TABLE c DROP FOREIGN KEY c_ibfk_1;
--
ALTER TABLE c DROP KEY p_id;
--
CREATE INDEX explicit ON d (a, b, id);
--
ALTER TABLE p RENAME COLUMN a TO aa;
--
RENAME TABLE p TO parent;
--
ALTER TABLE d DROP FOREIGN KEY d_p, DROP COLUMN p_id;
--
SET FOREIGN_KEY_CHECKS = 0;
DROP TABLE parent;
SET FOREIGN_KEY_CHECKS = 1;

-- history: tables made of others, and views
CREATE TABLE base (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x', n int, UNIQUE KEY nn (name), KEY (n), CHECK (n > 0));
--
CREATE TABLE l1 LIKE base;
--
CREATE TABLE IF NOT EXISTS l2 (LIKE base);
--
CREATE TABLE q1 AS SELECT id, name AS label FROM base;
--
CREATE TABLE q2 (extra int, id bigint) SELECT id, n FROM base;
--
CREATE VIEW v AS SELECT id, name AS label FROM base WHERE n > 1;
--
CREATE OR REPLACE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `v` AS select `b`.`id` AS `id`,`b`.`n` AS `n` from `base` `b`;
--
ALTER VIEW v AS SELECT n AS number FROM base;
--
CREATE TEMPORARY TABLE tmp (a int); ALTER TABLE tmp ADD b int; DROP TEMPORARY TABLE tmp;
--
DROP VIEW IF EXISTS v;
--
ALTER TABLE base DROP PRIMARY KEY, MODIFY id int, ADD COLUMN uid char(36) NOT NULL PRIMARY KEY;

-- history: names that the database makes up
CREATE TABLE t (a int, b int, c int, UNIQUE (a), UNIQUE (a, b), KEY (a), INDEX (b), INDEX a_4 (a, c), KEY (a, b, c));
--
ALTER TABLE t ADD UNIQUE (b), ADD INDEX (b, c), ADD CHECK (a > 1), ADD CHECK (b > 1);
--
CREATE TABLE u (x int UNIQUE, y int KEY, z serial);
--
ALTER TABLE u ADD COLUMN w int UNIQUE, ADD INDEX w_2 (w);

-- history: what depends on a dropped column
CREATE TABLE t (a int, b int, c int, KEY ab (a, b), KEY ac (a, c), KEY only_a (a));
--
ALTER TABLE t DROP COLUMN a;
--
ALTER TABLE t CHANGE COLUMN `b` `b` bigint NOT NULL DEFAULT '0' COMMENT 'was int';
--
ALTER TABLE t MODIFY `c` varchar(10);

-- history: no value where none was said
CREATE TABLE t (a int NULL, b timestamp, c varchar(5) NOT NULL, d int DEFAULT NULL);
--
ALTER TABLE t MODIFY a int NOT NULL DEFAULT 4;
--
ALTER TABLE t MODIFY a int;
--
ALTER TABLE t ADD CONSTRAINT PRIMARY KEY (c);
--
ALTER TABLE t ADD CONSTRAINT uniq UNIQUE INDEX (d), ADD UNIQUE KEY uniq2 USING BTREE (a);
