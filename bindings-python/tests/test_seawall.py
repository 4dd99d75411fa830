from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
import time
import typing
from pathlib import Path

import pytest

import seawall
from seawall import _native, errors, reports


def test_the_installed_package_is_under_test() -> None:
    package = Path(seawall.__file__).parent
    assert "site-packages" in package.parts
    assert (package / "py.typed").is_file()


def test_a_what_if_names_the_query(project: Path) -> None:
    report = seawall.check(project, sql="ALTER TABLE users DROP COLUMN email")
    (finding,) = report["findings"]
    assert finding["rule"] == "dropped-column-in-use"
    assert (finding["location"]["path"], finding["location"]["line"]) == ("app.py", 1)
    assert [change["verdict"] for change in report["changes"]] == ["breaks"]


def test_a_finding_has_a_proof(project: Path) -> None:
    drop = "ALTER TABLE users DROP COLUMN email"
    (finding,) = seawall.check(project, sql=drop)["findings"]
    witness = seawall.witness(finding["fingerprint"], project, sql=drop)
    assert witness["statement"] == 'SELECT "users"."email" FROM "users";\n'
    assert witness["change"] == 'ALTER TABLE "users" DROP COLUMN "email";\n'


def test_usages_and_schema(project: Path) -> None:
    (usage,) = seawall.usages("users.email", project)["usages"]
    text = (project / "app.py").read_text()
    assert text[usage["location"]["byte_start"] : usage["location"]["byte_end"]] == "email"
    (table,) = seawall.load_schema(project)["tables"]
    assert [column["name"] for column in table["columns"]] == ["id", "email", "nick"]


def test_diff_of_two_sources(project: Path, tmp_path: Path) -> None:
    after = tmp_path / "after.sql"
    after.write_text("CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\n")
    (change,) = seawall.diff(project / "schema.sql", after)["changes"]
    assert (change["kind"], change["table"], change.get("column")) == ("drop_column", "users", "nick")


def test_one_path_stands_for_a_list(project: Path) -> None:
    schema = project / "schema.sql"
    one = seawall.load_schema(project, schema=schema)
    assert one == seawall.load_schema(project, schema=[schema]) == seawall.load_schema(project, schema=str(schema))


def test_rules_have_pages() -> None:
    rules = seawall.rules()["rules"]
    assert rules, "there are rules"
    assert seawall.explain(rules[0]["name"]) == rules[0]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"root": "no/such/folder"}, seawall.PathError),
        ({"schema": 3}, seawall.OptionError),
        ({"dialect": "oracle"}, seawall.OptionError),
        ({"sql": "DROP TABLE users", "since": "x"}, seawall.OptionError),
        ({"before": "schema.sql"}, seawall.OptionError),
        ({"root": os.fsdecode(b"\xff")}, seawall.OptionError),
        ({"config": "no-such.toml"}, seawall.ConfigError),
        ({"base": "no-such-revision"}, seawall.GitError),
    ],
)
def test_what_stops_a_run_is_an_exception_of_its_kind(
    project: Path, options: dict[str, typing.Any], error: type[seawall.SeawallError]
) -> None:
    with pytest.raises(error) as caught:
        seawall.check(**{"root": project, **options})
    assert str(caught.value)
    assert caught.value.__cause__ is None
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), again.code, str(again)) == (error, error.code, str(caught.value))


def test_an_unknown_name_is_an_exception_of_its_kind(project: Path) -> None:
    with pytest.raises(seawall.UnknownNameError, match="users"):
        seawall.usages("user.email", project)
    with pytest.raises(seawall.UnknownNameError, match="dropped-column-in-use"):
        seawall.explain("droped-column-in-use")


def test_a_folder_without_a_schema_is_an_exception_of_its_kind(tmp_path: Path) -> None:
    with pytest.raises(seawall.SchemaError):
        seawall.check(tmp_path)


def test_every_kind_of_error_has_its_class() -> None:
    assert set(_native.ERROR_CODES) == set(errors.BY_CODE)
    assert all(issubclass(error, seawall.SeawallError) for error in errors.BY_CODE.values())


def test_content_never_fails_a_run(project: Path) -> None:
    (project / "deep.py").write_text("(" * 10_000 + "email users")
    (project / "binary.py").write_bytes(b"\xff\x00\xfe email users")
    (project / "cut.ts").write_text("const x = { email: `SELECT email FROM users WHERE ${")
    assert len(seawall.check(project, sql="ALTER TABLE users DROP COLUMN email")["findings"]) >= 1


def test_types_resolve_at_run_time() -> None:
    for name in reports.__all__:
        shape = getattr(reports, name)
        if isinstance(shape, type):
            assert typing.get_type_hints(shape), name


def test_reports_have_the_fields_that_their_types_declare(project: Path) -> None:
    report = seawall.check(project, sql="ALTER TABLE users DROP COLUMN email")
    for value, shape in [
        (report, seawall.CheckReport),
        (report["changes"][0], seawall.ChangeReport),
        (report["findings"][0], seawall.FindingReport),
        (report["findings"][0]["location"], seawall.Location),
    ]:
        assert shape.__required_keys__ <= value.keys()
        assert value.keys() <= shape.__required_keys__ | shape.__optional_keys__


def test_other_threads_run_meanwhile(project: Path) -> None:
    for number in range(400):
        (project / f"file{number}.py").write_text('QUERY = "SELECT email FROM users WHERE id = 1"\n' * 60)
    ticks = 0
    done = threading.Event()

    def work() -> None:
        try:
            seawall.usages("users.email", project)
        finally:
            done.set()

    worker = threading.Thread(target=work)
    worker.start()
    while not done.is_set():
        ticks += 1
        time.sleep(0.001)
    worker.join()
    assert ticks >= 3


@pytest.mark.parametrize("command", [[os.environ.get("SEAWALL_SCRIPT", "seawall")], [sys.executable, "-m", "seawall"]])
def test_the_command_line_is_the_same(project: Path, command: list[str]) -> None:
    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *args], cwd=project, capture_output=True, text=True, encoding="utf-8")

    clean = run("check", "--sql", "ALTER TABLE users DROP COLUMN nick", "--format", "json")
    assert (clean.returncode, json.loads(clean.stdout)["findings"]) == (0, [])
    broken = run("check", "--sql", "ALTER TABLE users DROP COLUMN email", "--format", "json")
    assert broken.returncode == 1
    findings = seawall.check(project, sql="ALTER TABLE users DROP COLUMN email")["findings"]
    assert json.loads(broken.stdout)["findings"] == findings
    refused = run("check", "no/such/folder")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "no/such/folder" in refused.stderr
