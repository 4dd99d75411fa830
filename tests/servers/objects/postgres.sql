-- case: a view shows a column that is dropped
-- object: view v
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view filters by a column that is dropped
-- object: view v
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t WHERE a > 1;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: CASCADE takes a view with the column
-- object: view v
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t DROP COLUMN a CASCADE;
-- use
SELECT * FROM v;

-- case: CASCADE takes a view of a view with the column
-- object: view w
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id FROM v;
-- change
ALTER TABLE t DROP COLUMN a CASCADE;
-- use
SELECT * FROM w;

-- case: a view with a star stands for the columns of its time
-- object: view v
-- answer: refused
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

-- case: a materialised view shows a column that is dropped
-- object: view m
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM m;

-- case: a view reads a table that is dropped
-- object: view v
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t;
-- change
DROP TABLE t;
-- use
SELECT * FROM v;

-- case: CASCADE takes a view with the table
-- object: view v
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t;
-- change
DROP TABLE t CASCADE;
-- use
SELECT * FROM v;

-- case: a view is dropped by the same statement
-- object: view w
-- answer: taken
-- told: nothing, it is dropped on purpose
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id FROM t;
CREATE VIEW w AS SELECT id FROM v;
-- change
DROP VIEW v, w;
-- use
SELECT * FROM w;

-- case: a view is replaced before its column is dropped
-- object: view v
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT a FROM t;
-- change
DROP VIEW v;
CREATE VIEW v AS SELECT id FROM t;
ALTER TABLE t DROP COLUMN a;
-- use
SELECT * FROM v;

-- case: a view shows a column whose type changes
-- object: view v
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t ALTER COLUMN a TYPE bigint;
-- use
SELECT * FROM v;

-- case: a view shows a column that is renamed
-- object: view v
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
SELECT a FROM v;

-- case: a view reads a table that is renamed
-- object: view v
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT id, a FROM t;
-- change
ALTER TABLE t RENAME TO u;
-- use
SELECT a FROM v;

-- case: a column is computed from one that is dropped
-- object: column g
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT g FROM t;

-- case: CASCADE takes a computed column with its source
-- object: column g
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t DROP COLUMN a CASCADE;
-- use
SELECT g FROM t;

-- case: a column is computed from one whose type changes
-- object: column g
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t ALTER COLUMN a TYPE bigint;
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

-- case: an index over several columns
-- object: index i
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (b, a);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: an index whose condition names the column
-- object: index i
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (b) WHERE a IS NULL;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: an index over an expression of several columns
-- object: index i
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE INDEX i ON t ((a + b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: an index over a column whose type changes
-- object: index i
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE INDEX i ON t (b, a);
-- change
ALTER TABLE t ALTER COLUMN a TYPE bigint;
-- use
SELECT b FROM t;

-- case: a unique constraint over several columns
-- object: unique u
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT u UNIQUE (a, b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a primary key over several columns
-- object: primary key p
-- answer: taken
CREATE TABLE t (a int, b int, CONSTRAINT p PRIMARY KEY (a, b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of several columns
-- object: check c
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a < b));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a check of a column whose type changes
-- object: check c
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a < b));
-- change
ALTER TABLE t ALTER COLUMN a TYPE bigint;
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

-- case: CASCADE takes a foreign key of another table with the column
-- object: foreign key f
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE);
CREATE TABLE o (id int PRIMARY KEY, t_a int, CONSTRAINT f FOREIGN KEY (t_a) REFERENCES t (a));
-- change
ALTER TABLE t DROP COLUMN a CASCADE;
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

-- case: CASCADE takes a foreign key of another table with the table
-- object: foreign key f
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
DROP TABLE t CASCADE;
-- use
INSERT INTO o VALUES (1, NULL);

-- case: both tables of a foreign key are dropped by one statement
-- object: foreign key f
-- answer: taken
-- told: nothing, it is dropped on purpose
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE o (id int PRIMARY KEY, t_id int, CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t (id));
-- change
DROP TABLE t, o;
-- use
SELECT 1;

-- case: a foreign key of several columns of the table
-- object: foreign key f
-- answer: taken
CREATE TABLE r (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES r (x, y));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT b FROM t;

-- case: a trigger is about the column
-- object: trigger g
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO t (id) VALUES (1);

-- case: CASCADE takes a trigger with its column
-- object: trigger g
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();
-- change
ALTER TABLE t DROP COLUMN a CASCADE;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger's condition names the column
-- object: trigger g
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a IS NULL) EXECUTE FUNCTION f();
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger's condition names a column whose type changes
-- object: trigger g
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a IS NULL) EXECUTE FUNCTION f();
-- change
ALTER TABLE t ALTER COLUMN a TYPE bigint;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger's function reads the column of the new row
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.b := NEW.a; RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger's function reads a column of the new row that is renamed
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.b := NEW.a; RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
-- change
ALTER TABLE t RENAME COLUMN a TO c;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger's function writes the column of another table
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE TABLE o (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t (id, a) VALUES (NEW.id, 1); RETURN NEW; END $$;
CREATE TRIGGER g AFTER INSERT ON o FOR EACH ROW EXECUTE FUNCTION f();
-- change
ALTER TABLE t DROP COLUMN a;
-- use
INSERT INTO o VALUES (1);

-- case: a function in SQL keeps its text
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT sum(a) FROM t';
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT f();

-- case: a function in SQL keeps its text when a column is renamed
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT sum(a) FROM t';
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
SELECT f();

-- case: a function in PL/pgSQL keeps its text
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN SELECT sum(a) INTO n FROM t; RETURN n; END $$;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT f();

-- case: a function in PL/pgSQL reads a table that is dropped
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM t; RETURN n; END $$;
-- change
DROP TABLE t;
-- use
SELECT f();

-- case: a function in PL/pgSQL reads a table that is renamed
-- object: function f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM t; RETURN n; END $$;
-- change
ALTER TABLE t RENAME TO u;
-- use
SELECT f();

-- case: a function with a body of the standard is kept as a tree
-- object: function f
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(a) FROM t; END;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT f();

-- case: CASCADE takes a function with a body of the standard
-- object: function f
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(a) FROM t; END;
-- change
ALTER TABLE t DROP COLUMN a CASCADE;
-- use
SELECT f();

-- case: a function with a body of the standard follows a rename
-- object: function f
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(a) FROM t; END;
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
SELECT f();

-- case: a function is replaced before its column is dropped
-- object: function f
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT sum(a) FROM t';
-- change
CREATE OR REPLACE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
ALTER TABLE t DROP COLUMN a;
-- use
SELECT f();

-- case: a function returns rows of the table
-- object: function f
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
-- change
DROP TABLE t;
-- use
SELECT f();

-- case: a procedure keeps its text
-- object: procedure f
-- answer: fails
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET a = 0 WHERE a IS NULL; END $$;
-- change
ALTER TABLE t DROP COLUMN a;
-- use
CALL f();

-- case: triggers go with their table
-- object: trigger g
-- answer: taken
-- told: nothing, they belong to it
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
-- change
DROP TABLE t;
-- use
SELECT 1;

-- case: a trigger is about a column whose type changes
-- object: trigger g
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();
-- change
ALTER TABLE t ALTER COLUMN a TYPE bigint;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a trigger about the column follows a rename
-- object: trigger g
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION f();
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
INSERT INTO t (id) VALUES (1);

-- case: a function with a body of the standard names a column whose type changes
-- object: function f
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(a) FROM t; END;
-- change
ALTER TABLE t ALTER COLUMN a TYPE bigint;
-- use
SELECT f();

-- case: a function with a body of the standard reads a table that is dropped
-- object: function f
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM t);
-- change
DROP TABLE t;
-- use
SELECT f();

-- case: a policy names the column
-- object: policy p
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE POLICY p ON t USING (a > 0);
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT id FROM t;

-- case: CASCADE takes a policy with its column
-- object: policy p
-- answer: taken
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE POLICY p ON t FOR INSERT WITH CHECK (a > 0);
-- change
ALTER TABLE t DROP COLUMN a CASCADE;
-- use
SELECT id FROM t;

-- case: a policy names a column whose type changes
-- object: policy p
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE POLICY p ON t USING (a > 0);
-- change
ALTER TABLE t ALTER COLUMN a TYPE bigint;
-- use
SELECT id FROM t;

-- case: a policy follows a rename
-- object: policy p
-- answer: stays
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE POLICY p ON t USING (a > 0);
-- change
ALTER TABLE t RENAME COLUMN a TO b;
-- use
SELECT id FROM t;

-- case: a policy of another table reads the table
-- object: policy p
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE TABLE o (id int PRIMARY KEY);
CREATE POLICY p ON o USING (EXISTS (SELECT 1 FROM t WHERE t.a = o.id));
-- change
ALTER TABLE t DROP COLUMN a;
-- use
SELECT id FROM o;

-- case: the computed column is dropped by the same statement, behind its source
-- object: column g
-- answer: refused
CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
-- change
ALTER TABLE t DROP COLUMN a, DROP COLUMN g;
-- use
SELECT id FROM t;
