// Written by `cargo x codegen` from the core's types: change those, then run it again.
export * from "./index.cjs";
