-- case: a view shows a column that is dropped
-- object: view v
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view filters by a column that is dropped
-- object: view v
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t WHERE a > 1;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view of a view shows a column that is dropped
-- object: view w
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id FROM v;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM w;

-- case: a view with a star is read anew
-- object: view v
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE VIEW v AS SELECT * FROM t;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view reads a table that is dropped
-- object: view v
-- answer: fails
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t;
-- change
DROP TABLE t;
-- use
SELECT * FROM v;

-- case: a view shows a column that is renamed
-- object: view v
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
SELECT * FROM v;

-- case: a view reads a table that is renamed
-- object: view v
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t RENAME TO u;
-- use
SELECT a FROM v;

-- case: a table is made anew under a view
-- object: view v
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TABLE new_t (id INTEGER PRIMARY KEY, a int);
-- change
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
-- use
SELECT * FROM v;

-- case: a table is made anew under a view by SQLite's old rules
-- object: view v
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TABLE new_t (id INTEGER PRIMARY KEY, a int);
-- change
PRAGMA legacy_alter_table = ON;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
-- use
SELECT * FROM v;

-- case: another table is renamed beside a view whose table is gone
-- object: view v
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TABLE o (id INTEGER PRIMARY KEY, a int);
-- change
DROP TABLE t;
ALTER TABLE o RENAME TO p;
-- use
SELECT * FROM v;

-- case: another table loses a column beside a view whose table is gone
-- object: view v
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TABLE o (id INTEGER PRIMARY KEY, a int);
-- change
DROP TABLE t;
ALTER TABLE o DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a column is computed from one that is dropped
-- object: column g
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT g FROM t;

-- case: a column is computed from one that is renamed
-- object: column g
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
SELECT g FROM t;

-- case: an index over several columns
-- object: index i
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (b, a);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: an index over the column alone
-- object: index i
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (a);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: an index is dropped before its column
-- object: index i
-- answer: taken
-- told: nothing, it is dropped on purpose
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (a);
-- change
DROP INDEX i;
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: an index whose condition names the column
-- object: index i
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (b) WHERE a IS NULL;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: an index over an expression of the column
-- object: index i
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (a + b);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a unique constraint over several columns
-- object: unique u
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int, CONSTRAINT u UNIQUE (a, b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a unique column
-- object: unique a
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int UNIQUE, b int);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a primary key over several columns
-- object: primary key t
-- answer: refused
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of several columns
-- object: check c
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a < b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of the table about the column alone
-- object: check c
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a > 0));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of the column itself
-- object: check a
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int CHECK (a > 0), b int);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a foreign key of the column itself
-- object: foreign key f
-- answer: stays
CREATE TABLE r (x INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a int REFERENCES r (x), b int);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a foreign key of the table over the column
-- object: foreign key f
-- answer: refused
CREATE TABLE r (x INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int, CONSTRAINT f FOREIGN KEY (a) REFERENCES r (x));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a foreign key of another table references the column
-- object: foreign key f
-- answer: fails
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE UNIQUE INDEX i ON t (a);
CREATE TABLE o (id INTEGER PRIMARY KEY, t_a int, CONSTRAINT f FOREIGN KEY (t_a) REFERENCES t (a));
-- change
DROP INDEX i;
ALTER TABLE t DROP COLUMN a;
PRAGMA foreign_keys = ON;
-- use
INSERT INTO o VALUES (1, 1);

-- case: a foreign key of another table references the table
-- object: foreign key f
-- answer: fails
CREATE TABLE t (id INTEGER PRIMARY KEY);
CREATE TABLE o (id INTEGER PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
DROP TABLE t;
PRAGMA foreign_keys = ON;
-- use
INSERT INTO o VALUES (1, NULL);

-- case: a table is made anew under a foreign key
-- object: foreign key f
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE TABLE o (id INTEGER PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
CREATE TABLE new_t (id INTEGER PRIMARY KEY);
-- change
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
PRAGMA foreign_keys = ON;
-- use
INSERT INTO o VALUES (1, NULL);

-- case: a trigger is about the column
-- object: trigger g
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE TRIGGER g AFTER UPDATE OF a ON t BEGIN SELECT 1; END;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger's condition names the column
-- object: trigger g
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE TRIGGER g AFTER INSERT ON t WHEN NEW.a IS NULL BEGIN SELECT 1; END;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger reads the column of its own row
-- object: trigger g
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET b = NEW.a WHERE id = NEW.id; END;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger follows a rename
-- object: trigger g
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET b = NEW.a WHERE id = NEW.id; END;
-- change
ALTER TABLE t RENAME COLUMN a TO c;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger writes the column of another table
-- object: trigger g
-- answer: fails
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE TABLE o (id INTEGER PRIMARY KEY);
CREATE TRIGGER g AFTER INSERT ON o BEGIN INSERT INTO t (id, a) VALUES (NEW.id, 1); END;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO o VALUES (1);

-- case: a trigger writes a table that is dropped
-- object: trigger g
-- answer: fails
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE TABLE o (id INTEGER PRIMARY KEY);
CREATE TRIGGER g AFTER INSERT ON o BEGIN INSERT INTO t (id, a) VALUES (NEW.id, 1); END;
-- change
DROP TABLE t;
-- use
INSERT INTO o VALUES (1);

-- case: a trigger writes a table that is renamed
-- object: trigger g
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE TABLE o (id INTEGER PRIMARY KEY);
CREATE TRIGGER g AFTER INSERT ON o BEGIN INSERT INTO t (id, a) VALUES (NEW.id, 1); END;
-- change
ALTER TABLE t RENAME TO u;
-- use
INSERT INTO o VALUES (1);

-- case: a table is made anew under a trigger that writes it
-- object: trigger g
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE TABLE o (id INTEGER PRIMARY KEY);
CREATE TRIGGER g AFTER INSERT ON o BEGIN INSERT INTO t (id) VALUES (NEW.id); END;
CREATE TABLE new_t (id INTEGER PRIMARY KEY);
-- change
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
-- use
INSERT INTO o VALUES (1);

-- case: triggers go with a table that is made anew
-- object: trigger g
-- answer: taken
-- told: nothing, they belong to the table that was dropped
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;
CREATE TABLE new_t (id INTEGER PRIMARY KEY);
-- change
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger of another table sets the column
-- object: trigger g
-- answer: fails
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE TABLE o (id INTEGER PRIMARY KEY);
CREATE TRIGGER g AFTER INSERT ON o BEGIN UPDATE t SET a = 1; END;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO o VALUES (1);

-- case: a trigger of another table reads the column
-- object: trigger g
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int);
CREATE TABLE o (id INTEGER PRIMARY KEY, n int);
CREATE TRIGGER g AFTER INSERT ON o BEGIN UPDATE o SET n = (SELECT max(a) FROM t); END;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO o (id) VALUES (1);

-- case: another table gets a column beside a view whose table is gone
-- object: view v
-- answer: fails
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TABLE o (id INTEGER PRIMARY KEY, a int);
-- change
DROP TABLE t;
ALTER TABLE o ADD COLUMN x int;
-- use
SELECT * FROM v;

-- case: another table's column is renamed beside a view whose table is gone
-- object: view v
-- answer: refused
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TABLE o (id INTEGER PRIMARY KEY, a int);
-- change
DROP TABLE t;
ALTER TABLE o RENAME COLUMN a TO x;
-- use
SELECT * FROM v;

-- case: the view is dropped before its table is made anew
-- object: view v
-- answer: stays
CREATE TABLE t (id INTEGER PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE TABLE new_t (id INTEGER PRIMARY KEY, a int);
-- change
DROP VIEW v;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
CREATE VIEW v AS SELECT id, a FROM t;
-- use
SELECT * FROM v;
