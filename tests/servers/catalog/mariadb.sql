-- What MariaDB has, one fact a line.
SELECT JSON_OBJECT('fact', 'table', 'table', table_name, 'view', IF(table_type = 'VIEW', TRUE, FALSE))
FROM information_schema.tables WHERE table_schema = DATABASE();
SELECT JSON_OBJECT('fact', 'column', 'table', table_name, 'name', column_name, 'position', ordinal_position,
    'type', column_type, 'nullable', IF(is_nullable = 'YES', TRUE, FALSE),
    'default', IF(column_default = 'NULL', NULL, column_default),
    'auto', IF(extra LIKE '%auto_increment%', TRUE, FALSE),
    'generated', IF(COALESCE(generation_expression, '') <> '', TRUE, FALSE))
FROM information_schema.columns WHERE table_schema = DATABASE();
SELECT JSON_OBJECT('fact', IF(index_name = 'PRIMARY', 'primary_key', 'index'), 'table', table_name, 'name', index_name,
    'unique', IF(MAX(non_unique) = 0, TRUE, FALSE), 'partial', FALSE,
    'method', IF(MAX(index_type) IN ('FULLTEXT', 'SPATIAL'), MAX(index_type), NULL),
    'columns', JSON_ARRAYAGG(column_name ORDER BY seq_in_index),
    'parts', JSON_ARRAYAGG(JSON_OBJECT('column', column_name, 'length', IF(index_type = 'SPATIAL', NULL, sub_part),
        'descending', IF(collation = 'D', TRUE, FALSE)) ORDER BY seq_in_index))
FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name;
SELECT JSON_OBJECT('fact', 'partitioning', 'table', table_name,
    'by', CONCAT(MAX(partition_method), MAX(partition_expression)),
    'parts', JSON_ARRAYAGG(partition_name ORDER BY partition_ordinal_position))
FROM information_schema.partitions WHERE table_schema = DATABASE() AND partition_name IS NOT NULL GROUP BY table_name;
SELECT JSON_OBJECT('fact', 'foreign_key', 'table', k.table_name, 'name', k.constraint_name,
    'columns', JSON_ARRAYAGG(k.column_name ORDER BY k.ordinal_position), 'to', MAX(k.referenced_table_name),
    'to_columns', JSON_ARRAYAGG(k.referenced_column_name ORDER BY k.ordinal_position),
    'on_delete', MAX(r.delete_rule), 'on_update', MAX(r.update_rule))
FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.constraint_schema = DATABASE() AND k.referenced_table_name IS NOT NULL GROUP BY k.table_name, k.constraint_name;
-- An unnamed check of a column is called as the column is.
SELECT JSON_OBJECT('fact', 'check', 'table', table_name, 'name', IF(level = 'Column', 'CONSTRAINT_', constraint_name))
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND check_clause NOT LIKE 'json\_valid(%';
