// Written by `cargo x codegen` from the core's types: change those, then run it again.
import seawall from "./index.cjs";

export const {
  SeawallError,
  version,
  checkSync,
  check,
  compatSync,
  compat,
  usagesSync,
  usages,
  loadSchemaSync,
  loadSchema,
  diffSync,
  diff,
  witnessSync,
  witness,
  rulesSync,
  rules,
  explainSync,
  explain,
} = seawall;
