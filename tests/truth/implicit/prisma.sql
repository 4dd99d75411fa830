-- The tables of tests/data/implicit/schema.prisma on SQLite, one column a line, and some rows. The column in question is
-- never the last: a line can be added after it.
CREATE TABLE "User" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL UNIQUE,
  "legacy" TEXT,
  "n" INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE "Post" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "title" TEXT NOT NULL,
  "n" INTEGER NOT NULL DEFAULT 0,
  "userId" INTEGER NOT NULL
);
CREATE TABLE "Profile" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "bio" TEXT NOT NULL,
  "userId" INTEGER UNIQUE
);
CREATE TABLE "Tag" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "label" TEXT NOT NULL UNIQUE
);
CREATE TABLE "_TagToUser" (
  "A" INTEGER NOT NULL,
  "B" INTEGER NOT NULL,
  UNIQUE ("A", "B")
);
CREATE TABLE "Owner" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL UNIQUE,
  "n" INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE "Child" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "legacyFk" INTEGER,
  "title" TEXT NOT NULL
);
CREATE TABLE "Box" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "label" TEXT NOT NULL
);
CREATE TABLE "KNull" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "legacy" TEXT,
  "boxId" INTEGER
);
CREATE TABLE "KStat" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "legacy" TEXT NOT NULL DEFAULT 'x',
  "boxId" INTEGER
);
CREATE TABLE "KUuid" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "legacy" TEXT NOT NULL,
  "boxId" INTEGER
);
CREATE TABLE "KNow" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "legacy" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "boxId" INTEGER
);
CREATE TABLE "KUpd" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "legacy" DATETIME NOT NULL,
  "boxId" INTEGER
);
CREATE TABLE "KDbg" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "legacy" TEXT NOT NULL DEFAULT 'd',
  "boxId" INTEGER
);
CREATE TABLE "KIgn" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "legacy" TEXT,
  "boxId" INTEGER
);
INSERT INTO "User" ("id", "name", "n", "legacy") VALUES (1, 'a', 0, 'l'), (2, 'b', 0, 'l'), (3, 'c', 0, 'l');
INSERT INTO "Post" ("id", "title", "n", "userId") VALUES (1, 'p1', 0, 1), (2, 'p2', 0, 1);
INSERT INTO "Profile" ("id", "bio", "userId") VALUES (1, 'b1', 1), (2, 'b2', NULL), (3, 'b3', 3);
INSERT INTO "Tag" ("id", "label") VALUES (1, 't1'), (2, 't2');
INSERT INTO "_TagToUser" ("A", "B") VALUES (1, 1), (2, 3);
INSERT INTO "Owner" ("id", "name", "n") VALUES (1, 'a', 0), (2, 'b', 0);
INSERT INTO "Child" ("id", "title", "legacyFk") VALUES (1, 'c1', 1), (2, 'c2', 2);
INSERT INTO "Box" ("id", "label") VALUES (1, 'b1'), (2, 'b2');
INSERT INTO "KNull" ("id", "name", "legacy", "boxId") VALUES (1, 'k1', '2020-01-01T00:00:00.000Z', 1), (2, 'k2', '2020-01-01T00:00:00.000Z', NULL);
INSERT INTO "KStat" ("id", "name", "legacy", "boxId") VALUES (1, 'k1', '2020-01-01T00:00:00.000Z', 1), (2, 'k2', '2020-01-01T00:00:00.000Z', NULL);
INSERT INTO "KUuid" ("id", "name", "legacy", "boxId") VALUES (1, 'k1', '2020-01-01T00:00:00.000Z', 1), (2, 'k2', '2020-01-01T00:00:00.000Z', NULL);
INSERT INTO "KNow" ("id", "name", "legacy", "boxId") VALUES (1, 'k1', '2020-01-01T00:00:00.000Z', 1), (2, 'k2', '2020-01-01T00:00:00.000Z', NULL);
INSERT INTO "KUpd" ("id", "name", "legacy", "boxId") VALUES (1, 'k1', '2020-01-01T00:00:00.000Z', 1), (2, 'k2', '2020-01-01T00:00:00.000Z', NULL);
INSERT INTO "KDbg" ("id", "name", "legacy", "boxId") VALUES (1, 'k1', '2020-01-01T00:00:00.000Z', 1), (2, 'k2', '2020-01-01T00:00:00.000Z', NULL);
INSERT INTO "KIgn" ("id", "name", "legacy", "boxId") VALUES (1, 'k1', '2020-01-01T00:00:00.000Z', 1), (2, 'k2', '2020-01-01T00:00:00.000Z', NULL);
