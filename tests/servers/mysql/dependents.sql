-- history: the index of a foreign key that was dropped
CREATE TABLE p (id int PRIMARY KEY, k int UNIQUE);
CREATE TABLE t (a int, b int, CONSTRAINT f1 FOREIGN KEY (a) REFERENCES p (id));
--
ALTER TABLE t DROP FOREIGN KEY f1;
--
ALTER TABLE t ADD COLUMN c int, ADD KEY c_key (c);
--
ALTER TABLE t ADD CONSTRAINT f2 FOREIGN KEY (a) REFERENCES p (id);
--
ALTER TABLE t DROP FOREIGN KEY f2;
ALTER TABLE t ADD KEY mine (a);
--
CREATE TABLE u (a int, b int, FOREIGN KEY (a) REFERENCES p (id));
--
ALTER TABLE u DROP FOREIGN KEY u_ibfk_1;
ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES p (k);
--
ALTER TABLE u DROP FOREIGN KEY u_ibfk_1;
ALTER TABLE u ADD INDEX ab (a, b);
--
ALTER TABLE u DROP INDEX ab;
--
CREATE TABLE w (a int, CONSTRAINT w1 FOREIGN KEY (a) REFERENCES p (id), CONSTRAINT w2 FOREIGN KEY (a) REFERENCES p (k));
--
ALTER TABLE w DROP FOREIGN KEY w2;
--
ALTER TABLE w ADD COLUMN b int, ADD UNIQUE w_b (b);

-- history: checks without names
CREATE TABLE t (a int CHECK (a > 0), b int, CHECK (b > 0), CHECK (b < 9));
--
ALTER TABLE t ADD CHECK (b <> 5), ADD CONSTRAINT named CHECK (a < b);
--
ALTER TABLE t DROP CONSTRAINT CONSTRAINT_2;
--
ALTER TABLE t DROP CONSTRAINT CONSTRAINT_1, DROP CONSTRAINT CONSTRAINT_3;

-- history: views are read anew
-- not in ddl: a `*` of a view stands for the columns that were there when it was made
CREATE TABLE t (a int NOT NULL, b varchar(10));
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW star AS SELECT * FROM v;
--
ALTER TABLE t MODIFY a bigint;
--
ALTER TABLE t ADD COLUMN c int;
--
CREATE OR REPLACE VIEW v AS SELECT a, b, c FROM t;
--
CREATE OR REPLACE VIEW v AS SELECT b, a, c FROM t;
--
ALTER VIEW v AS SELECT a, b, 1 AS d FROM t;
--
CREATE OR REPLACE VIEW v AS SELECT c AS a, b FROM t;

-- history: views of what is gone
-- not in ddl: views that no longer work
CREATE TABLE t (a int, b int);
CREATE VIEW v (x, y) AS SELECT a, b FROM t;
CREATE VIEW vv AS SELECT x FROM v;
--
ALTER TABLE t DROP COLUMN b;
--
ALTER TABLE t ADD COLUMN b varchar(3);
--
RENAME TABLE t TO u;
--
CREATE TABLE t (b int, a varchar(7));
--
DROP TABLE t;
--
DROP VIEW v;
