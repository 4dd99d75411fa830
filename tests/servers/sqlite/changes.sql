-- history: Prisma's way of changing a table
CREATE TABLE "User" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "email" TEXT NOT NULL, "age" INTEGER);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
CREATE TABLE "Post" ("id" TEXT NOT NULL PRIMARY KEY, "authorId" INTEGER NOT NULL, CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE);
--
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_User" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "mail" TEXT NOT NULL, "age" REAL NOT NULL DEFAULT 1.5);
INSERT INTO "new_User" ("id", "age", "mail") SELECT "id", coalesce("age", 1.5), "email" FROM "User";
DROP TABLE "User";
ALTER TABLE "new_User" RENAME TO "User";
CREATE UNIQUE INDEX "User_mail_key" ON "User"("mail");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- history: Drizzle's way of changing a table
CREATE TABLE `user` (`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL, `name` text NOT NULL);
--> statement-breakpoint
CREATE TABLE `pet` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` integer NOT NULL,
	FOREIGN KEY (`owner`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);--> statement-breakpoint
CREATE INDEX `pet_owner` ON `pet` (`owner`);
--
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_pet` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` integer,
	`kind` text DEFAULT 'cat' NOT NULL,
	FOREIGN KEY (`owner`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
INSERT INTO `__new_pet`("id", "owner") SELECT "id", "owner" FROM `pet`;--> statement-breakpoint
DROP TABLE `pet`;--> statement-breakpoint
ALTER TABLE `__new_pet` RENAME TO `pet`;--> statement-breakpoint
PRAGMA foreign_keys=ON;

-- history: the order of statements that the manual gives
CREATE TABLE x (id INTEGER PRIMARY KEY, a, b);
CREATE INDEX x_a ON x (a);
--
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE new_x (id INTEGER PRIMARY KEY, a TEXT NOT NULL, c BLOB);
INSERT INTO new_x (id, a) SELECT id, a FROM x;
DROP TABLE x;
ALTER TABLE new_x RENAME TO x;
CREATE INDEX x_a ON x (a);
PRAGMA foreign_key_check;
COMMIT;
PRAGMA foreign_keys=ON;

-- history: conditions on what is there
CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS t (other TEXT);
--
CREATE INDEX IF NOT EXISTS i ON t (id); CREATE INDEX IF NOT EXISTS main.i ON t (id);
DROP TABLE IF EXISTS absent; DROP VIEW IF EXISTS absent; DROP INDEX IF EXISTS absent;
--
CREATE TABLE main.u (a TEXT); ALTER TABLE main.u ADD COLUMN b TEXT;

-- history: names in every kind of quotes, and any word as a type
CREATE TABLE "a b" ([c d] TEXT, `e``f` INTEGER, "g""h" REAL, 'i' TEXT, j VERY LONG TYPE NAME(1, 2), k);
--
ALTER TABLE "a b" RENAME COLUMN [c d] TO plain;
--
ALTER TABLE "a b" RENAME TO ab;
--
ALTER TABLE ab DROP COLUMN "g""h";

-- history: renames follow into other tables
CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
CREATE TABLE c (p_id INTEGER REFERENCES p (id), p_code TEXT REFERENCES p (code));
CREATE INDEX p_code ON p (code) WHERE code <> '';
--
ALTER TABLE p RENAME COLUMN code TO kode;
--
ALTER TABLE p RENAME TO parent;
--
ALTER TABLE c RENAME p_id TO parent_id;

-- history: generated columns and strict tables
CREATE TABLE t (a INTEGER, b TEXT GENERATED ALWAYS AS (a || 'x') STORED, c INT AS (a + 1)) STRICT;
--
ALTER TABLE t ADD COLUMN d INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL;

-- history: tables made of queries
CREATE TABLE s (i INTEGER, v VARCHAR(9), r DOUBLE, d DATETIME, b BLOB, n);
CREATE TABLE made AS SELECT * FROM s;
--
CREATE TABLE part AS SELECT i AS one, v, d FROM s WHERE i > 1;
CREATE VIEW seen AS SELECT i, v AS w FROM s;
--
DROP TABLE s;
DROP VIEW seen;
