-- history: indexes say how they are kept
CREATE TABLE doc (id serial PRIMARY KEY, title varchar(80) NOT NULL, body text, tags text[], data jsonb, at timestamptz, ip inet, n int, code char(4));
--
CREATE INDEX doc_data ON doc USING gin (data jsonb_path_ops);
CREATE INDEX doc_tags ON doc USING GIN (tags);
CREATE INDEX doc_at ON doc USING brin (at) WITH (pages_per_range = 32);
CREATE INDEX doc_n ON doc USING hash (n);
CREATE INDEX doc_ip ON doc USING spgist (ip inet_ops);
CREATE INDEX ON doc USING btree (n);
--
CREATE INDEX doc_title ON doc (title varchar_pattern_ops, body COLLATE "C" text_pattern_ops DESC NULLS LAST, n NULLS FIRST, at ASC);
CREATE INDEX doc_body ON doc (body DESC);
--
CREATE UNIQUE INDEX doc_lower ON doc (lower(title));
CREATE UNIQUE INDEX ON doc (lower(title) text_pattern_ops, (n + 1) DESC, upper(body), md5(code));
CREATE INDEX ON doc ((data ->> 'a'), coalesce(body, ''), (n % 2));
--
CREATE UNIQUE INDEX doc_cover ON doc (n) INCLUDE (title, body) NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE n > 3;
--
ALTER TABLE doc RENAME COLUMN title TO name;
--
ALTER TABLE doc RENAME COLUMN n TO number;
--
ALTER TABLE doc DROP COLUMN body;
--
ALTER TABLE doc DROP COLUMN name;

-- history: exclusion constraints
CREATE TABLE stay (
    room int NOT NULL, during tsrange NOT NULL, c circle,
    EXCLUDE USING gist (during WITH &&),
    CONSTRAINT apart EXCLUDE USING gist (c WITH &&, (int4range(room, room + 1)) WITH &&) WHERE (room > 3)
);
--
ALTER TABLE stay ADD CONSTRAINT one_room EXCLUDE (room WITH =) DEFERRABLE INITIALLY DEFERRED;
--
ALTER TABLE stay ADD EXCLUDE USING gist (c WITH &&) INCLUDE (room);
--
ALTER TABLE stay RENAME CONSTRAINT apart TO asunder;
ALTER TABLE stay DROP CONSTRAINT one_room;
--
ALTER TABLE stay RENAME room TO place;
--
ALTER TABLE stay DROP COLUMN place CASCADE;

-- history: domains
CREATE DOMAIN mail AS text COLLATE "C" CHECK (VALUE ~ '@');
CREATE DOMAIN positive int DEFAULT 1 NOT NULL CONSTRAINT above CHECK (VALUE > 0) CHECK (VALUE < 1000);
--
CREATE SCHEMA kinds;
CREATE DOMAIN kinds.code AS varchar(4) NULL;
CREATE DOMAIN small AS positive CHECK (VALUE < 10);
CREATE TABLE person (id int PRIMARY KEY, address mail NOT NULL, "second" mail, age positive, k kinds.code, s small);
--
ALTER DOMAIN mail SET NOT NULL;
ALTER DOMAIN mail SET DEFAULT 'a@b';
ALTER DOMAIN positive DROP NOT NULL;
ALTER DOMAIN positive DROP DEFAULT;
--
ALTER DOMAIN positive ADD CONSTRAINT odd CHECK (VALUE % 2 = 1) NOT VALID;
ALTER DOMAIN positive VALIDATE CONSTRAINT odd;
ALTER DOMAIN positive DROP CONSTRAINT above;
ALTER DOMAIN positive DROP CONSTRAINT IF EXISTS absent;
ALTER DOMAIN positive RENAME CONSTRAINT positive_check TO below;
ALTER DOMAIN positive ADD CHECK (VALUE <> 5);
ALTER DOMAIN positive ADD CHECK (VALUE <> 7);
--
ALTER DOMAIN kinds.code RENAME TO letters;
--
ALTER DOMAIN kinds.letters SET SCHEMA public;
--
ALTER DOMAIN mail OWNER TO CURRENT_USER;
DROP DOMAIN IF EXISTS absent;
DROP DOMAIN small CASCADE;
--
ALTER TABLE person ALTER COLUMN address TYPE text;
--
ALTER TABLE person DROP COLUMN "second";
DROP DOMAIN mail;
--
DROP DOMAIN positive, letters CASCADE;

-- history: partitions say what they hold
CREATE TABLE event (id bigint NOT NULL, at date NOT NULL, kind text NOT NULL, PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
CREATE TABLE event_24 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (kind);
CREATE TABLE event_24_a PARTITION OF event_24 FOR VALUES IN ('a', 'b') WITH (fillfactor = 70);
CREATE TABLE event_24_rest PARTITION OF event_24 DEFAULT;
--
CREATE INDEX event_kind ON event (kind);
--
CREATE TABLE event_25 (kind text NOT NULL, id bigint NOT NULL, at date NOT NULL);
ALTER TABLE event ATTACH PARTITION event_25 FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
--
ALTER TABLE event_24 DETACH PARTITION event_24_rest;
--
ALTER TABLE event RENAME COLUMN kind TO sort;
--
CREATE TABLE spread (id int, v int) PARTITION BY HASH (id, v);
CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE spread_1 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 1) TABLESPACE pg_default;
--
CREATE TABLE keyed (id int, v int) PARTITION BY RANGE ((id + v), v);
CREATE TABLE keyed_0 PARTITION OF keyed (CHECK (v > 0)) FOR VALUES FROM (1, MINVALUE) TO (10, 5);
--
DROP TABLE event_24;

-- history: sequences go with what owns them
CREATE TABLE a (id serial PRIMARY KEY, n bigserial);
CREATE TABLE b (id int DEFAULT nextval('a_id_seq'), m int);
CREATE SEQUENCE IF NOT EXISTS lone START WITH 5;
CREATE SEQUENCE held OWNED BY b.m;
--
ALTER TABLE b ALTER COLUMN m SET DEFAULT nextval('lone');
CREATE TABLE c (x int DEFAULT nextval('held'), y int GENERATED ALWAYS AS IDENTITY);
--
CREATE SEQUENCE given AS smallint INCREMENT BY 2;
ALTER SEQUENCE given OWNED BY c.x;
ALTER SEQUENCE lone OWNED BY a.n;
--
ALTER SEQUENCE lone OWNED BY NONE;
ALTER TABLE a RENAME COLUMN n TO k;
ALTER TABLE a RENAME TO first;
--
DROP TABLE first CASCADE;
--
ALTER TABLE b DROP COLUMN m CASCADE;
--
CREATE SCHEMA s;
ALTER TABLE c SET SCHEMA s;
--
DROP SEQUENCE lone;
ALTER SCHEMA s RENAME TO t;
--
DROP SCHEMA t CASCADE;
--
CREATE TABLE p (id serial, q int);
CREATE TABLE r (id int DEFAULT nextval('p_id_seq'));
--
-- refused
DROP TABLE p;
--
-- refused
DROP SEQUENCE p_id_seq;
--
CREATE TABLE l (LIKE p INCLUDING ALL);
ALTER TABLE p ALTER id DROP DEFAULT;
