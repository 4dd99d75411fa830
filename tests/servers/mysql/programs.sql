-- history: the client's delimiter, routines, triggers
CREATE TABLE t (id int PRIMARY KEY, n int);
--
DELIMITER $$
CREATE PROCEDURE add_column()
BEGIN
  IF NOT EXISTS (SELECT * FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 't' AND column_name = 'extra') THEN
    ALTER TABLE t ADD COLUMN extra int;
  END IF;
  IF EXISTS (SELECT * FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 't' AND column_name = 'absent') THEN
    ALTER TABLE t DROP COLUMN n;
  END IF;
END$$
DELIMITER ;
--
CALL add_column();
--
CALL add_column();
DROP PROCEDURE add_column;
--
DELIMITER //
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN
  SET NEW.n = CASE WHEN NEW.n IS NULL THEN 0 ELSE NEW.n END;
END //
DELIMITER ;
--
CREATE TRIGGER tr2 BEFORE UPDATE ON t FOR EACH ROW SET NEW.n = 1;
ALTER TABLE t ADD COLUMN after_all int;

-- history: prepared statements
CREATE TABLE t (id int PRIMARY KEY);
--
SET @x = (SELECT IF((SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE table_name = 't' AND table_schema = DATABASE() AND column_name = 'a') > 0, 'SELECT 1', 'ALTER TABLE t ADD a int'));
PREPARE stmt FROM @x;
EXECUTE stmt;
DEALLOCATE PREPARE stmt;
--
SET @n = (SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE table_name = 't' AND column_name = 'a' AND table_schema = DATABASE());
SET @x = IF(@n = 0, 'ALTER TABLE t ADD a int', 'ALTER TABLE t ADD b int');
PREPARE stmt FROM @x;
EXECUTE stmt;
DEALLOCATE PREPARE stmt;
--
SELECT COUNT(*) INTO @i FROM information_schema.statistics WHERE table_name = 't' AND index_name = 'absent' AND table_schema = DATABASE();
SET @x := IF(@i > 0, 'DROP INDEX absent ON t', CONCAT('CREATE INDEX made ', 'ON t (a)'));
PREPARE stmt FROM @x; EXECUTE stmt; DEALLOCATE PREPARE stmt;

-- history: conditional comments and dumps
/*!40101 SET NAMES utf8 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
DROP TABLE IF EXISTS `users`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `users` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT, # the key; of all
  `email` varchar(255) COLLATE utf8mb4_unicode_ci NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `users_email_unique` (`email`)
) ENGINE=InnoDB /*!50100 DEFAULT CHARSET=utf8mb4 */ COLLATE=utf8mb4_unicode_ci;
--
LOCK TABLES `users` WRITE;
/*!40000 ALTER TABLE `users` DISABLE KEYS */;
INSERT INTO `users` VALUES (1,'a\';b'),(2,"c;d");
/*!40000 ALTER TABLE `users` ENABLE KEYS */;
UNLOCK TABLES;
--
/*!50001 CREATE VIEW `v` AS SELECT 1 AS `id`, 1 AS `email` */;
--
/*!50001 DROP VIEW IF EXISTS `v` */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `users`.`id` AS `id`,`users`.`email` AS `email` from `users` */;
--
/*!50001 ALTER TABLE users ADD COLUMN in_comment int */;
/* ALTER TABLE users ADD COLUMN never int; */
-- ALTER TABLE users ADD COLUMN never int;

-- history: a delimiter of letters, and routines with parameters
CREATE TABLE t (id int PRIMARY KEY, n int, KEY n_key (n));
DELIMITER d//
CREATE PROCEDURE drop_index(IN in_table varchar(64), IN in_index varchar(64))
BEGIN
  IF EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = (SELECT DATABASE()) AND TABLE_NAME = in_table AND INDEX_NAME = in_index) THEN
    SET @statement = CONCAT('ALTER TABLE `', in_table, '` DROP INDEX `', in_index, '`');
    PREPARE st FROM @statement;
    EXECUTE st;
    DEALLOCATE PREPARE st;
  END IF;
END
d//
DELIMITER ;
--
CALL drop_index('t', 'absent');
--
CALL drop_index('t', 'n_key');
DROP PROCEDURE drop_index;
