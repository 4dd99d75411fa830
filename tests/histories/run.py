"""Runs the code of each release of a history against the schema of each, on SQLite.

Arguments: a folder with `before/`, `main/` (the running release) and `after/`. Prints four letters, `s` where `run`
succeeds and `b` where it fails: today (the running release on its own schema), migrate first, code first, end state.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.orm import Session


def migrate(folder: Path, database: str) -> None:
    """The schema of a release, on top of what the database has."""
    configuration = Config()
    configuration.set_main_option("script_location", str(folder / "migrations"))
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "heads")
        connection.commit()


def run(folder: Path, database: str) -> None:
    """What the release does."""
    sys.path.insert(0, str(folder))
    import app

    with Session(create_engine(f"sqlite:///{database}")) as session:
        app.run(session)


def child(work: Callable[[Path, str], None], folder: Path, database: str) -> bool:
    """Each release has modules of the same names: a process for each, with the libraries loaded already."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work(folder, database)
            code = 0
        except Exception as error:  # noqa: BLE001: any failure is the answer
            if os.environ.get("SHOW"):
                print(folder, repr(error)[:300], file=sys.stderr)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def letters(history: Path) -> str:
    main, after = history / "main", history / "after"
    found = []
    for code, schemas in [(main, [main]), (main, [main, after]), (after, [main]), (after, [main, after])]:
        with tempfile.TemporaryDirectory() as folder:
            database = os.path.join(folder, "app.db")
            for schema in schemas:
                if not child(migrate, schema, database):
                    raise SystemExit(f"{history}: the migrations of {schema.name} fail")
            found.append("s" if child(run, code, database) else "b")
    return "".join(found)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(Path(argument).name, letters(Path(argument)), flush=True)
