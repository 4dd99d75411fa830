-- The table of scenario_models.py.
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE "T5" (id SERIAL PRIMARY KEY, name TEXT NOT NULL, n INTEGER NOT NULL, e mood NOT NULL);
