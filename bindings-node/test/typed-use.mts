// What a user of the ES module writes; each @ts-expect-error is needed, or tsc complains of it.

import { check, checkSync, diff, explainSync, loadSchema, SeawallError, usagesSync, version, witnessSync } from "seawall";
import type { ChangeReport, CheckReport, ErrorCode, UsageReport, Verdict } from "seawall";

const report: CheckReport = await check({ root: ".", schema: ["prisma"], dialect: "postgres" });
for (const finding of report.findings) {
  const line: number = finding.location.line;
  const how: "query" | "value" | "mapping" | undefined = finding.usage?.how;
  void [line, how];
}
const verdicts: Verdict[] = checkSync().changes.map((change: ChangeReport) => change.verdict);
const usages: UsageReport[] = usagesSync("users.email", { schema: "db/schema.sql" }).usages;
const nullable: boolean | undefined = (await loadSchema({ at: "head" })).tables[0]?.columns[0]?.nullable;
const kinds: string[] = (await diff("before.sql", "after.sql")).changes.map(({ kind }) => kind);
const statement: string | null = witnessSync("src/a.ts:3", { since: "base" }).statement;
const page: string = explainSync("dropped-column-in-use").page;
const text: string = version;

const code = (error: unknown): ErrorCode | undefined => (error instanceof SeawallError ? error.code : undefined);

// @ts-expect-error: not a dialect
checkSync({ dialect: "oracle" });
// @ts-expect-error: not an option
checkSync({ sechma: "db/schema.sql" });
// @ts-expect-error: a target is needed
usagesSync();
// @ts-expect-error: a promise, not a report
check().findings;

export { code, kinds, nullable, page, statement, text, usages, verdicts };
