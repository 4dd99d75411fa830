-- case: a view shows a column that is dropped
-- object: view v
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view filters by a column that is dropped
-- object: view v
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t WHERE a > 1;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view of a view shows a column that is dropped
-- object: view w
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id FROM v;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM w;

-- case: a view with a star stands for the columns of its time
-- object: view v
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT * FROM t;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view does not use the column that is dropped
-- object: view v
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view reads a table that is dropped
-- object: view v
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t;
-- change
DROP TABLE t;
-- use
SELECT * FROM v;

-- case: a view is made anew after its table
-- object: view v
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT a FROM t;
-- change
ALTER TABLE t DROP COLUMN a;
CREATE OR REPLACE VIEW v AS SELECT id FROM t;
-- use
SELECT * FROM v;

-- case: a view shows a column whose type changes
-- object: view v
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t MODIFY COLUMN a bigint;
-- use
SELECT * FROM v;

-- case: a view shows a column that is renamed
-- object: view v
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
SELECT a FROM v;

-- case: a view reads a table that is renamed
-- object: view v
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
RENAME TABLE t TO u;
-- use
SELECT a FROM v;

-- case: a view reads a table of another name that takes its place
-- object: view v
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t;
CREATE TABLE n (id int PRIMARY KEY);
-- change
DROP TABLE t;
RENAME TABLE n TO t;
-- use
SELECT * FROM v;

-- case: a column is computed from one that is dropped
-- object: column g
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT g FROM t;

-- case: a column is computed from one that is renamed
-- object: column g
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
SELECT g FROM t;

-- case: a column is computed from one whose type changes
-- object: column g
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) VIRTUAL);
-- change
ALTER TABLE t MODIFY COLUMN a bigint;
-- use
SELECT g FROM t;

-- case: an index over several columns
-- object: index i
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (b, a);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: an index over the column alone
-- object: index i
-- answer: taken
-- told: nothing, it is a part of the column
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (a);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a unique constraint over several columns
-- object: unique u
-- answer: refused
-- told: warning, MySQL takes the column out of the key (manual, 15.1.9)
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT u UNIQUE (a, b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a primary key over several columns
-- object: primary key PRIMARY
-- answer: refused
-- told: warning, MySQL takes the column out of the key (manual, 15.1.9)
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of several columns
-- object: check c
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a < b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of the column itself
-- object: check a
-- answer: taken
-- told: nothing, it is a part of the column
CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a > 0), b int);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of the table about the column alone
-- object: check c
-- answer: taken
-- told: nothing, it is about nothing else
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a > 0));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of a column that is renamed
-- object: check c
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a < b));
-- change
ALTER TABLE t RENAME COLUMN a TO x;
-- use
SELECT b FROM t;

-- case: a foreign key of another table references the column
-- object: foreign key f
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE);
CREATE TABLE o (id int PRIMARY KEY, t_a int, CONSTRAINT f FOREIGN KEY (t_a) REFERENCES t (a));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO o VALUES (1, NULL);

-- case: a foreign key of another table references the table
-- object: foreign key f
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
DROP TABLE t;
-- use
INSERT INTO o VALUES (1, NULL);

-- case: a foreign key of another table while keys are not looked at
-- object: foreign key f
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
SET FOREIGN_KEY_CHECKS = 0;
DROP TABLE t;
SET FOREIGN_KEY_CHECKS = 1;
-- use
INSERT INTO o VALUES (1, NULL);

-- case: both tables of a foreign key are dropped by one statement
-- object: foreign key f
-- answer: taken
-- told: nothing, it is dropped on purpose
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
DROP TABLE o, t;
-- use
SELECT 1;

-- case: the referenced table comes first in the statement that drops both
-- object: foreign key f
-- answer: refused
-- told: warning, MySQL looks at all tables of the statement (manual, 15.1.32)
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
DROP TABLE t, o;
-- use
SELECT 1;

-- case: a foreign key of the column itself
-- object: foreign key f
-- answer: refused
CREATE TABLE r (x int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES r (x));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT id FROM t;

-- case: a foreign key is dropped by the same statement
-- object: foreign key f
-- answer: taken
-- told: nothing, it is dropped on purpose
CREATE TABLE r (x int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES r (x));
-- change
ALTER TABLE t DROP FOREIGN KEY f, DROP COLUMN a;
-- use
SELECT id FROM t;

-- case: a foreign key of several columns of the table
-- object: foreign key f
-- answer: refused
CREATE TABLE r (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES r (x, y));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a foreign key's column changes its type
-- object: foreign key f
-- answer: refused
CREATE TABLE r (x int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES r (x));
-- change
ALTER TABLE t MODIFY COLUMN a bigint;
-- use
SELECT id FROM t;

-- case: a foreign key's referenced column changes its type
-- object: foreign key f
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
ALTER TABLE t MODIFY COLUMN id bigint;
-- use
SELECT id FROM t;

-- case: a foreign key's referenced column is renamed
-- object: foreign key f
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
ALTER TABLE t RENAME COLUMN id TO key_;
-- use
INSERT INTO o VALUES (1, NULL);

-- case: a trigger writes the column of its own row
-- object: trigger g
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger reads a column of its own row that is renamed
-- object: trigger g
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.b = NEW.a;
-- change
ALTER TABLE t RENAME COLUMN a TO c;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger writes the column of another table
-- object: trigger g
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE TABLE o (id int PRIMARY KEY);
CREATE TRIGGER g AFTER INSERT ON o FOR EACH ROW INSERT INTO t (id, a) VALUES (NEW.id, 1);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO o VALUES (1);

-- case: a trigger writes a table that is dropped
-- object: trigger g
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE TABLE o (id int PRIMARY KEY);
CREATE TRIGGER g AFTER INSERT ON o FOR EACH ROW INSERT INTO t (id, a) VALUES (NEW.id, 1);
-- change
DROP TABLE t;
-- use
INSERT INTO o VALUES (1);

-- case: a trigger writes a table that is renamed
-- object: trigger g
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE TABLE o (id int PRIMARY KEY);
CREATE TRIGGER g AFTER INSERT ON o FOR EACH ROW INSERT INTO t (id, a) VALUES (NEW.id, 1);
-- change
RENAME TABLE t TO u;
-- use
INSERT INTO o VALUES (1);

-- case: triggers go with their table
-- object: trigger g
-- answer: taken
-- told: nothing, they belong to it
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;
-- change
DROP TABLE t;
-- use
SELECT 1;

-- case: a function reads the column
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint READS SQL DATA RETURN (SELECT sum(a) FROM t);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT f();

-- case: a function reads a table that is dropped
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint READS SQL DATA RETURN (SELECT count(*) FROM t);
-- change
DROP TABLE t;
-- use
SELECT f();

-- case: a procedure writes the column
-- object: procedure p
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE PROCEDURE p() UPDATE t SET a = 0 WHERE a IS NULL;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
CALL p();

-- case: a procedure writes a column that is renamed
-- object: procedure p
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE PROCEDURE p() UPDATE t SET a = 0 WHERE a IS NULL;
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
CALL p();

-- case: a procedure is dropped before its column
-- object: procedure p
-- answer: taken
-- told: nothing, it is dropped on purpose
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE PROCEDURE p() UPDATE t SET a = 0 WHERE a IS NULL;
-- change
DROP PROCEDURE p;
ALTER TABLE t DROP COLUMN a;
-- use
CALL p();

-- case: a foreign key's referenced column changes its type while keys are not looked at
-- object: foreign key f
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
SET FOREIGN_KEY_CHECKS = 0;
ALTER TABLE t MODIFY COLUMN id bigint;
-- use
SELECT id FROM t;

-- case: a foreign key's column becomes required
-- object: foreign key f
-- answer: stays
CREATE TABLE r (x int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES r (x));
-- change
ALTER TABLE t MODIFY COLUMN a int NOT NULL;
-- use
SELECT id FROM t;

-- case: the computed column is dropped by the same statement, behind its source
-- object: column g
-- answer: taken
-- told: nothing, it is dropped on purpose
CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t DROP COLUMN a, DROP COLUMN g;
-- use
SELECT id FROM t;

-- case: the check is dropped by the same statement, behind its column
-- object: check c
-- answer: taken
-- told: nothing, it is dropped on purpose
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a < b));
-- change
ALTER TABLE t DROP COLUMN a, DROP CONSTRAINT c;
-- use
SELECT id FROM t;

-- case: a procedure with a block writes the column
-- object: procedure p
-- answer: fails
DELIMITER //
CREATE TABLE t (id int PRIMARY KEY, a int)//
CREATE PROCEDURE p() BEGIN DECLARE n int; SELECT count(*) INTO n FROM t; IF n > 0 THEN UPDATE t SET a = 0; END IF; INSERT INTO t (id, a) VALUES (1, 1); END//
DELIMITER ;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
CALL p();
