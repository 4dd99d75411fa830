"""What a user writes, checked with `mypy --strict`; each `type: ignore` is needed, or mypy complains of it."""

from pathlib import Path
from typing import List, Optional

import seawall

report: seawall.CheckReport = seawall.check(Path("."), schema=["prisma", Path("db")], dialect="postgres")
for finding in report["findings"]:
    line: int = finding["location"]["line"]
    usage: Optional[seawall.UsageKindReport] = finding.get("usage")
    if usage is not None and usage["how"] == "query":
        print(finding["rule"], line, usage["confidence"])

for change in report["changes"]:
    column: Optional[str] = change.get("column")
    verdict: seawall.Verdict = change["verdict"]
    print(column, verdict)

usages: List[seawall.UsageReport] = seawall.usages("users.email", ".", schema="db/schema.sql")["usages"]
tables: List[seawall.TableReport] = seawall.load_schema(at="head")["tables"]
changes: List[seawall.DifferenceReport] = seawall.diff("before.sql", Path("after.sql"))["changes"]
statement: Optional[str] = seawall.witness("src/a.ts:3", since="base")["statement"]
page: str = seawall.explain("dropped-column-in-use")["page"]

try:
    seawall.rules()
except seawall.SeawallError as error:
    code: str = error.code

seawall.check(dialect="oracle")  # type: ignore[arg-type]
seawall.check(".", "schema.sql")  # type: ignore[call-arg]
seawall.usages()  # type: ignore[call-arg]
report["finding"]  # type: ignore[typeddict-item]
