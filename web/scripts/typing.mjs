// TypeScript types of what operations and fragments select.
import {
  getNamedType, isAbstractType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType,
  isScalarType, Kind, typeFromAST,
} from "graphql";

const SCALARS = {
  ID: "string", String: "string", Int: "number", Float: "number", Boolean: "boolean",
  Long: "number", Decimal: "string", Date: "string", DateTime: "string", JSON: "unknown",
};

/** Types of the nodes' results and variables, and of each enum and input that they name. */
export function typesOf(schema, nodes, fragments) {
  const enums = new Set();
  const inputs = new Set();
  const out = [];

  for (const node of nodes) {
    const name = node.name.value;
    if (node.kind === Kind.FRAGMENT_DEFINITION) {
      const type = schema.getType(node.typeCondition.name.value);
      out.push(`export type ${name} = ${selected(type, [node.selectionSet])};`);
    } else {
      const type = schema.getRootType(node.operation);
      out.push(`export type ${name}Data = ${selected(type, [node.selectionSet], true)};`);
      const given = (node.variableDefinitions ?? []).map((one) => {
        const type_ = typeFromAST(schema, one.type);
        const free = !isNonNullType(type_) || one.defaultValue ? "?" : "";
        return `${one.variable.name.value}${free}: ${input(type_)}`;
      });
      out.push(`export type ${name}Variables = ${given.length ? `{ ${given.join("; ")} }` : "Record<string, never>"};`);
    }
  }
  const done = new Set();
  while (done.size < inputs.size) {
    for (const name of [...inputs]) {
      if (done.has(name)) continue;
      done.add(name);
      const fields = Object.values(schema.getType(name).getFields()).map((field) => {
        const free = !isNonNullType(field.type) || field.defaultValue !== undefined ? "?" : "";
        return `${field.name}${free}: ${input(field.type)}`;
      });
      out.push(`export type ${name} = { ${fields.join("; ")} };`);
    }
  }
  for (const name of enums) {
    const values = schema.getType(name).getValues().map((value) => JSON.stringify(value.name));
    out.push(`export type ${name} = ${values.join(" | ")};`);
  }
  return `// Written by scripts/codegen.mjs. Not committed.\n${out.join("\n")}\n`;

  function named(type) {
    if (isScalarType(type)) return SCALARS[type.name] ?? "unknown";
    if (isEnumType(type)) {
      enums.add(type.name);
      return type.name;
    }
    if (isInputObjectType(type)) {
      inputs.add(type.name);
      return type.name;
    }
    throw new Error(`no leaf: ${type.name}`);
  }

  function input(type) {
    if (isNonNullType(type)) return bare(type.ofType);
    return `${bare(type)} | null`;
    function bare(one) {
      return isListType(one) ? `ReadonlyArray<${input(one.ofType)}>` : named(one);
    }
  }

  function wrapped(type, leaf) {
    if (isNonNullType(type)) return bare(type.ofType);
    return `${bare(type)} | null`;
    function bare(one) {
      return isListType(one) ? `Array<${wrapped(one.ofType, leaf)}>` : leaf;
    }
  }

  function selected(type, sets, root = false) {
    if (!isAbstractType(type)) return shape(type, [type], sets, root);
    const groups = new Map();
    for (const possible of schema.getPossibleTypes(type)) {
      const text = shape(possible, [], sets, true);
      groups.set(text, [...(groups.get(text) ?? []), possible]);
    }
    return [...groups.values()].map((of) => shape(of[0], of, sets)).join(" | ");
  }

  function shape(type, names, sets, root = false) {
    const fields = new Map();
    for (const set of sets) gather(type, set, fields);
    const lines = [...fields.values()].map(({ key, field, sets: inner }) => {
      const of = getNamedType(field.type);
      const leaf = inner.length ? selected(of, inner) : named(of);
      return `${key}: ${wrapped(field.type, inner.length && leaf.includes(" | ") ? `(${leaf})` : leaf)}`;
    });
    const kind = root ? [] : [`__typename: ${names.map((one) => JSON.stringify(one.name)).join(" | ")}`];
    return `{ ${[...kind, ...lines].join("; ")} }`;
  }

  function gather(type, set, fields) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        if (name === "__typename") continue;
        const key = selection.alias?.value ?? name;
        const known = fields.get(key) ?? { key, field: type.getFields()[name], sets: [] };
        if (selection.selectionSet) known.sets.push(selection.selectionSet);
        fields.set(key, known);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const on = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
      const applies = on === type || (isAbstractType(on) && isObjectType(type) && schema.isSubType(on, type));
      if (applies) gather(type, fragment.selectionSet, fields);
    }
  }
}
