// Reads `[{ id, text }]` from standard input and gives, by id, what Mermaid's own parser makes of each diagram:
// `{ entities: { name: attributes }, relationships }`, or `{ error }`.
import mermaid from "mermaid";

let input = "";
for await (const chunk of process.stdin) input += chunk;
// The first parse makes the kinds of diagrams known.
await mermaid.parse("erDiagram\n  a {\n    int b\n  }\n");
const answers = {};
for (const { id, text } of JSON.parse(input)) {
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const entities = [...db.getEntities()].map(([name, entity]) => [name, entity.attributes.length]);
    answers[id] = { entities: Object.fromEntries(entities), relationships: db.getRelationships().length };
  } catch (error) {
    answers[id] = { error: String(error.message) };
  }
}
console.log(JSON.stringify(answers));
