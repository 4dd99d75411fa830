//! SQL inside strings and `.sql` files: names resolved to tables and columns.
