// Reads DBML with @dbml/core itself, and says all that it found, names, types, notes, keys and groups included.
//
//   node judge.cjs PATH_OF_DBML_CORE
//
// Each line on stdin is a document as a JSON string; each line on stdout is the answer to it: {errors} or
// {errors: [], tables, refs, groups}. It answers until stdin ends, so that many documents need one start of Node.
'use strict';

const readline = require('node:readline');
const { Parser } = require(process.argv[2]);

function read(text) {
  try {
    const { schemas } = new Parser().parse(text, 'dbmlv2');
    return {
      errors: [],
      tables: schemas.flatMap((schema) => schema.tables.map((table) => tableOf(schema, table))),
      refs: schemas.flatMap((schema) => schema.refs).map((ref) => ref.endpoints.map(endOf)),
      groups: schemas.flatMap((schema) => schema.tableGroups).map(groupOf),
    };
  } catch (error) {
    return { errors: (error.diags ?? [error]).map(complaint), tables: [], refs: [], groups: [] };
  }
}

function tableOf(schema, table) {
  return {
    schema: schema.name,
    name: table.name,
    note: table.note ?? '',
    columns: table.fields.map((field) => ({
      name: field.name,
      type: field.type.type_name,
      note: field.note ?? '',
      not_null: field.not_null === true,
    })),
    keys: table.indexes.map((index) => ({
      columns: index.columns.map((column) => column.value),
      primary: index.pk === true,
      unique: index.unique === true,
    })),
  };
}

function endOf(end) {
  return { schema: end.schemaName ?? 'public', table: end.tableName, columns: end.fieldNames, relation: end.relation };
}

function groupOf(group) {
  return { name: group.name, tables: group.tables.map((table) => [table.schema.name, table.name]) };
}

function complaint(error) {
  const line = error.location?.start?.line;
  return line === undefined ? String(error.message ?? error) : `line ${line}: ${error.message}`;
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify(read(JSON.parse(line)))}\n`);
});
