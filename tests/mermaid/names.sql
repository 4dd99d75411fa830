-- Names and types that Mermaid's grammar has other plans for.
CREATE SCHEMA shop;
CREATE SCHEMA lib;
CREATE TABLE shop.item (id int PRIMARY KEY, "PK" int, "fk" int NOT NULL UNIQUE, "uk-1" int, "Fk(2)" int, pkx int);
CREATE TABLE lib.item (id int PRIMARY KEY, other int REFERENCES shop.item (id), own int UNIQUE REFERENCES lib.item (id));
CREATE TABLE "direction TB" (id int PRIMARY KEY, "direction LR" int REFERENCES lib.item (id), "größe" numeric(10, 2));
CREATE TABLE "per % cent \ ""quoted"" {a}" (
    id int PRIMARY KEY, "1st" text, "a b" text, "a""b" text, "a'b`c" text, "%%" text, "title" text, "style" text,
    "😀" text, "a.b,c" double precision, tags text[][], at timestamp(3) with time zone, kind "My ""Type"""
);
CREATE TABLE "title" ("end" int PRIMARY KEY, "class" int REFERENCES "direction TB" (id), "subgraph" int, "accTitle: x" int);
CREATE TABLE "a.b" (id int PRIMARY KEY);
CREATE TABLE "erDiagram" (id int REFERENCES "a.b" (id), "one or more" int REFERENCES "title" ("end"));
