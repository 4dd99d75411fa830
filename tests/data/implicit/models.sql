-- The tables of models.py.
CREATE TABLE animals (
    id SERIAL NOT NULL,
    name VARCHAR,
    type VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE boxes (
    id SERIAL NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE emps (
    id SERIAL NOT NULL,
    name VARCHAR,
    type VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE emps2 (
    id SERIAL NOT NULL,
    name VARCHAR,
    type VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE groups (
    id SERIAL NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE kactive (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE kcall (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE kcomputed (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR GENERATED ALWAYS AS (name),
    PRIMARY KEY (id)
);

CREATE TABLE kcp (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE kdef (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE kdefd (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE kexcl (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE kgroup (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE knull (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE konup (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE ksql (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE ksrv (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR DEFAULT 'x',
    PRIMARY KEY (id)
);

CREATE TABLE ksrveager (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR DEFAULT 'x',
    PRIMARY KEY (id)
);

CREATE TABLE ksrvnoeager (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy VARCHAR DEFAULT 'x',
    PRIMARY KEY (id)
);

CREATE TABLE kver (
    id SERIAL NOT NULL,
    name VARCHAR,
    legacy INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE owners (
    id SERIAL NOT NULL,
    name VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE users (
    id SERIAL NOT NULL,
    name VARCHAR NOT NULL,
    n INTEGER,
    legacy VARCHAR,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TABLE children (
    id SERIAL NOT NULL,
    title VARCHAR,
    legacy_fk INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(legacy_fk) REFERENCES owners (id)
);

CREATE TABLE eager (
    id SERIAL NOT NULL,
    user_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE TABLE eager_s (
    id SERIAL NOT NULL,
    user_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE TABLE engs (
    id INTEGER NOT NULL,
    skill VARCHAR,
    legacy VARCHAR,
    PRIMARY KEY (id),
    FOREIGN KEY(id) REFERENCES emps (id)
);

CREATE TABLE engs2 (
    id INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(id) REFERENCES emps2 (id)
);

CREATE TABLE items (
    id SERIAL NOT NULL,
    name VARCHAR,
    box_id INTEGER,
    legacy VARCHAR,
    PRIMARY KEY (id),
    FOREIGN KEY(box_id) REFERENCES boxes (id)
);

CREATE TABLE mgrs (
    id INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(id) REFERENCES emps (id)
);

CREATE TABLE posts (
    id SERIAL NOT NULL,
    title VARCHAR,
    user_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE TABLE user_group (
    user_id INTEGER,
    group_id INTEGER,
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(group_id) REFERENCES groups (id)
);
