-- history: parts of columns are keys
CREATE TABLE page (
    url varchar(500) NOT NULL, body text, place point NOT NULL, hash varbinary(64) NOT NULL, n int,
    PRIMARY KEY (hash(16)),
    UNIQUE KEY page_url (url(100)),
    KEY page_body (body(20), n DESC),
    FULLTEXT KEY words (body, url),
    SPATIAL INDEX (place)
) ENGINE=InnoDB;
--
CREATE INDEX page_two ON page (url(10) DESC, n) USING BTREE;
CREATE FULLTEXT INDEX page_full ON page (url);
CREATE UNIQUE INDEX page_body_unique ON page (body(30));
--
ALTER TABLE page ADD KEY (url(50)), ADD FULLTEXT (body), ADD KEY (url(60), n);
--
ALTER TABLE page CHANGE url address varchar(400) NOT NULL;
--
ALTER TABLE page DROP COLUMN n;
--
ALTER TABLE page DROP INDEX page_body, DROP KEY words;
--
CREATE TABLE page_copy LIKE page;
--
ALTER TABLE page DROP PRIMARY KEY, ADD PRIMARY KEY (hash(8), address(5));

-- history: partitions that are no tables
CREATE TABLE log (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) ENGINE=InnoDB
    PARTITION BY RANGE (YEAR(at)) (
        PARTITION p0 VALUES LESS THAN (2020),
        PARTITION p1 VALUES LESS THAN (2021) COMMENT = 'one, two'
    );
--
ALTER TABLE log ADD PARTITION (PARTITION p2 VALUES LESS THAN (2022), PARTITION p3 VALUES LESS THAN (2023), PARTITION rest VALUES LESS THAN MAXVALUE);
--
ALTER TABLE log DROP PARTITION p0, p1;
--
ALTER TABLE log REORGANIZE PARTITION p2, p3 INTO (PARTITION both_years VALUES LESS THAN (2023));
--
ALTER TABLE log TRUNCATE PARTITION both_years;
CREATE TABLE log_copy LIKE log;
--
ALTER TABLE log REMOVE PARTITIONING;
--
ALTER TABLE log PARTITION BY HASH (id) PARTITIONS 3;
--
CREATE TABLE listed (k int) PARTITION BY LIST (k) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3));
ALTER TABLE listed ADD COLUMN v int;
