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
        'method', NULLIF(m.amname, 'btree'), 'nulls_not_distinct', x.indnullsnotdistinct, 'exclusion', x.indisexclusion,
        'parts', (SELECT jsonb_agg(jsonb_build_object(
                      'column', a.attname,
                      'expression', CASE WHEN k.num = 0 THEN pg_catalog.pg_get_indexdef(x.indexrelid, k.place::int, true) END,
                      'class', p.opcname, 'usual_class', p.opcdefault, 'collation', l.collname,
                      'descending', (x.indoption::int2[])[k.place - 1] & 1 = 1,
                      'nulls_first', (x.indoption::int2[])[k.place - 1] & 2 = 2,
                      'operator', (SELECT o.oprname FROM pg_catalog.pg_constraint e
                                   JOIN pg_catalog.pg_operator o ON o.oid = e.conexclop[k.place]
                                   WHERE e.conindid = x.indexrelid AND e.contype = 'x')) ORDER BY k.place)
                  FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(num, place)
                  JOIN pg_catalog.pg_opclass p ON p.oid = (x.indclass::oid[])[k.place - 1]
                  LEFT JOIN pg_catalog.pg_collation l ON l.oid = (x.indcollation::oid[])[k.place - 1]
                  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.num AND k.num > 0
                  WHERE k.place <= x.indnkeyatts),
        'include', COALESCE((SELECT jsonb_agg(a.attname ORDER BY k.place) FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(num, place)
                    JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.num
                    WHERE k.place > x.indnkeyatts), '[]'))
    FROM relation r JOIN pg_catalog.pg_index x ON x.indrelid = r.oid
    JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_am m ON m.oid = i.relam
    WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u'))
    UNION ALL
    SELECT 6, jsonb_build_object('fact', 'parent', 'table', r.name, 'to', f.name,
        'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid))
    FROM pg_catalog.pg_inherits h JOIN relation r ON r.oid = h.inhrelid JOIN relation f ON f.oid = h.inhparent
    JOIN pg_catalog.pg_class c ON c.oid = r.oid
    UNION ALL
    -- A typed table belongs to its type.
    SELECT 6, jsonb_build_object('fact', 'parent', 'table', r.name, 'to',
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || t.typname)
    FROM relation r JOIN pg_catalog.pg_class c ON c.oid = r.oid JOIN pg_catalog.pg_type t ON t.oid = c.reloftype
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    UNION ALL
    SELECT 6, jsonb_build_object('fact', 'partitioning', 'table', r.name, 'by', pg_catalog.pg_get_partkeydef(r.oid),
        'parts', '[]'::jsonb)
    FROM relation r WHERE r.relkind = 'p'
    UNION ALL
    SELECT 6, jsonb_build_object('fact', 'domain',
        'name', CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || t.typname,
        'type', pg_catalog.format_type(t.typbasetype, t.typtypmod), 'nullable', NOT t.typnotnull,
        'default', t.typdefault IS NOT NULL,
        'checks', COALESCE((SELECT jsonb_agg(c.conname ORDER BY c.oid) FROM pg_catalog.pg_constraint c
                   WHERE c.contypid = t.oid AND c.contype = 'c'), '[]'))
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'd' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    UNION ALL
    -- The sequences of identity columns are parts of them.
    SELECT 6, jsonb_build_object('fact', 'sequence',
        'name', CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
        'owner', (SELECT r.name || '.' || a.attname FROM pg_catalog.pg_depend d JOIN relation r ON r.oid = d.refobjid
                  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a'))
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND n.nspname NOT LIKE 'pg\_%'
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i'
                        AND d.classid = 'pg_catalog.pg_class'::regclass)
    UNION ALL
    SELECT 5, jsonb_build_object(
        'fact', 'enum', 'name', CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || t.typname,
        'values', COALESCE((SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '[]'))
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e'
)
SELECT fact FROM facts ORDER BY rank;
