from __future__ import annotations

from pathlib import Path

import pytest

FILES = {
    "schema.sql": "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, nick text);\n",
    "app.py": 'QUERY = "SELECT email FROM users WHERE id = 1"\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project: one table, one query."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path
