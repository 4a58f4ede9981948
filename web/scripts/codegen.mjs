// Writes a module of typed documents for each area, and the manifest of trusted documents.
//
// The text of a document is the one that urql really sends, with `__typename` in it, so its hash
// is good for `laurels documents register` as well as for automatic persisted queries.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { formatDocument, gql, stringifyDocument } from "@urql/core";
import { buildSchema, isAbstractType, isObjectType, Kind, parse, print, validate, specifiedRules } from "graphql";
import { typesOf } from "./typing.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const src = path.join(root, "src");
const AREAS = [
  { out: "graph/generated.ts", owns: (file) => !file.startsWith("console/") },
  { out: "console/generated.ts", owns: (file) => file.startsWith("console/") },
];

const schema = buildSchema(await readFile(path.join(root, "..", "schema.graphql"), "utf-8"));
const files = (await readdir(src, { recursive: true }))
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => file.endsWith(".graphql"))
  .sort();
const definitions = [];
for (const file of files) {
  const parsed = parse(await readFile(path.join(src, file), "utf-8"), { noLocation: false });
  definitions.push(...parsed.definitions.map((node) => ({ file, node })));
}
const fragments = new Map(
  definitions.filter(({ node }) => node.kind === Kind.FRAGMENT_DEFINITION).map(({ node }) => [node.name.value, node]),
);
checked();

const manifest = {};
for (const area of AREAS) {
  const own = definitions.filter(({ file }) => area.owns(file));
  if (own.length > 0) await write(path.join(src, area.out), module(own.map(({ node }) => node)));
}
await mkdir(path.join(root, "public"), { recursive: true });
await write(path.join(root, "public", "documents.json"), JSON.stringify(manifest, null, 1));

function checked() {
  const rules = specifiedRules.filter((rule) => rule.name !== "NoUnusedFragmentsRule");
  const whole = { kind: Kind.DOCUMENT, definitions: definitions.map(({ node }) => node) };
  const faults = validate(schema, whole, rules);
  const names = definitions.map(({ node }) => node.name?.value);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (faults.length || twice.length || names.includes(undefined)) {
    for (const fault of faults) console.error(String(fault));
    if (twice.length) console.error(`named twice: ${twice.join(", ")}`);
    process.exit(1);
  }
}

function module(nodes) {
  const operations = nodes.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const types = typesOf(schema, nodes, fragments);
  const documents = operations.map((node) => {
    const text = sent(node);
    const hash = createHash("sha256").update(text).digest("hex");
    manifest[`sha256:${hash}`] = text;
    const name = node.name.value;
    const generic = `Types.${name}Data, Types.${name}Variables`;
    return `export const ${name} = /*#__PURE__*/ trusted<${generic}>(${JSON.stringify(name)}, ${JSON.stringify(hash)}, ${JSON.stringify(text)});`;
  });
  return [
    "// Written by scripts/codegen.mjs from the .graphql files beside the screens. Not committed.",
    'import { trusted } from "@/graph/trusted";',
    'import type * as Types from "./generated.types";',
    'export type * from "./generated.types";',
    "",
    ...documents,
    "",
    `export const KEYLESS: readonly string[] = ${JSON.stringify(keyless())};`,
    `export const ABSTRACT: Record<string, string[]> = ${JSON.stringify(abstracts())};`,
    "",
    "//TYPES",
    types,
  ].join("\n");
}

/** The operation with the fragments that it needs, as urql sends it. */
function sent(operation) {
  const needed = new Map();
  const visitNode = (node) => {
    for (const selection of node.selectionSet?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD && !needed.has(selection.name.value)) {
        const fragment = fragments.get(selection.name.value);
        needed.set(selection.name.value, fragment);
        visitNode(fragment);
      } else visitNode(selection);
    }
  };
  visitNode(operation);
  const text = [operation, ...needed.values()].map(print).join("\n");
  const first = stringifyDocument(formatDocument(gql(text)));
  const again = stringifyDocument(formatDocument(gql(first)));
  if (first !== again) throw new Error(`the text of ${operation.name.value} changes when sent`);
  return first;
}

/** Object types that have no id: they live inside what holds them. */
function keyless() {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .filter((type) => !["Query", "Mutation", "Subscription"].includes(type.name) && !type.getFields().id)
    .map((type) => type.name);
}

function abstracts() {
  const types = Object.values(schema.getTypeMap()).filter((type) => isAbstractType(type));
  return Object.fromEntries(types.map((type) => [type.name, schema.getPossibleTypes(type).map((one) => one.name)]));
}

async function write(file, text) {
  const [code, types] = text.split("//TYPES\n");
  if (types !== undefined) await written(file.replace(/\.ts$/, ".types.ts"), types);
  await written(file, code);
}

async function written(file, text) {
  const before = await readFile(file, "utf-8").catch(() => null);
  if (before !== text) await writeFile(file, text);
}
