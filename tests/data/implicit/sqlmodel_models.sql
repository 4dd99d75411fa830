-- The tables of sqlmodel_models.py and flask_models.py.
CREATE TABLE kdef (
    id SERIAL NOT NULL,
    name VARCHAR NOT NULL,
    legacy VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE kfac (
    id SERIAL NOT NULL,
    name VARCHAR NOT NULL,
    legacy VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE ksrv (
    id SERIAL NOT NULL,
    name VARCHAR NOT NULL,
    legacy VARCHAR DEFAULT 'x',
    PRIMARY KEY (id)
);

CREATE TABLE users (
    id SERIAL NOT NULL,
    name VARCHAR NOT NULL,
    n INTEGER,
    legacy VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE posts (
    id SERIAL NOT NULL,
    title VARCHAR NOT NULL,
    user_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(user_id) REFERENCES users (id)
);
