-- What PostgreSQL has, one fact a line. All names are qualified: a history may have set the search path.
WITH relation AS (
    SELECT c.oid, c.relkind,
           CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
), typed AS (
    SELECT a.attrelid, a.attnum, e.typelem,
           COALESCE(i.typname, e.typname) AS base, COALESCE(i.typnamespace, e.typnamespace) AS namespace,
           i.oid IS NOT NULL AS is_array
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type e ON e.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_type i ON i.oid = e.typelem AND e.typcategory = 'A'
), facts AS (
    SELECT 1 AS rank, jsonb_build_object('fact', 'table', 'table', name, 'view', relkind IN ('v', 'm')) AS fact
    FROM relation
    UNION ALL
    SELECT 2, jsonb_build_object(
        'fact', 'column', 'table', r.name, 'name', a.attname,
        'position', (SELECT count(*) FROM pg_catalog.pg_attribute b
                     WHERE b.attrelid = a.attrelid AND b.attnum > 0 AND b.attnum <= a.attnum AND NOT b.attisdropped),
        'type', CASE WHEN t.namespace = 'pg_catalog'::regnamespace THEN pg_catalog.format_type(a.atttypid, a.atttypmod)
                     ELSE '"' || n.nspname || '"."' || t.base || '"' || CASE WHEN t.is_array THEN '[]' ELSE '' END END,
        'nullable', NOT a.attnotnull,
        'default', CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
        'auto', a.attidentity <> '' OR COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false),
        'generated', a.attgenerated <> '')
    FROM relation r
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN typed t ON t.attrelid = a.attrelid AND t.attnum = a.attnum
    JOIN pg_catalog.pg_namespace n ON n.oid = t.namespace
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    UNION ALL
    SELECT 3, jsonb_build_object(
        'fact', CASE c.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign_key'
                               ELSE 'check' END,
        'table', r.name, 'name', c.conname,
        'columns', COALESCE((SELECT jsonb_agg(a.attname ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k(num, place)
                    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num), '[]'),
        'to', f.name,
        'to_columns', COALESCE((SELECT jsonb_agg(a.attname ORDER BY k.place) FROM unnest(c.confkey) WITH ORDINALITY k(num, place)
                       JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num), '[]'),
        'on_delete', c.confdeltype, 'on_update', c.confupdtype)
    FROM relation r JOIN pg_catalog.pg_constraint c ON c.conrelid = r.oid AND c.contype IN ('p', 'u', 'f', 'c')
    LEFT JOIN relation f ON f.oid = c.confrelid
    UNION ALL
    SELECT 4, jsonb_build_object(
        'fact', 'index', 'table', r.name, 'name', i.relname, 'unique', x.indisunique, 'partial', x.indpred IS NOT NULL,
        'columns', (SELECT jsonb_agg(a.attname ORDER BY k.place) FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(num, place)
                    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.num AND k.num > 0
                    WHERE k.place <= x.indnkeyatts))
    FROM relation r JOIN pg_catalog.pg_index x ON x.indrelid = r.oid
    JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u'))
    UNION ALL
    SELECT 5, jsonb_build_object(
        'fact', 'enum', 'name', CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || t.typname,
        'values', COALESCE((SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '[]'))
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e'
)
SELECT fact FROM facts ORDER BY rank;
