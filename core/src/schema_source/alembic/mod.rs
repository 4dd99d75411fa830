//! Alembic revisions, interpreted.
