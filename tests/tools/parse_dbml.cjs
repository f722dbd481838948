// Judges DBML with @dbml/core itself: one JSON line for each file, in the order of the files.
//
//   node parse_dbml.cjs [--model] FILE…        or the files' paths on stdin, one a line
//
// A line is {file, ok, errors: [{line, column, message}], tables, refs, columns}; with --model also
// model: {tables: [{schema, name, columns}], refs: [[{schema, table, columns, relation}, …]]}.
'use strict';

const fs = require('node:fs');
const { Parser } = require('@dbml/core');

const DEFAULT_SCHEMA = 'public';

function main(args) {
  const withModel = args.includes('--model');
  const named = args.filter((arg) => arg !== '--model');
  const files = named.length > 0 ? named : pathsOnStdin();
  for (const file of files) {
    process.stdout.write(`${JSON.stringify(judge(file, withModel))}\n`);
  }
}

function pathsOnStdin() {
  return fs.readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');
}

function judge(file, withModel) {
  const text = fs.readFileSync(file, 'utf8');
  try {
    const { schemas } = new Parser().parse(text, 'dbmlv2');
    return { file, ok: true, errors: [], ...counts(schemas), ...(withModel ? { model: model(schemas) } : {}) };
  } catch (error) {
    return { file, ok: false, errors: diagnoses(error), tables: 0, refs: 0, columns: 0 };
  }
}

function counts(schemas) {
  const tables = schemas.flatMap((schema) => schema.tables);
  return {
    tables: tables.length,
    refs: schemas.flatMap((schema) => schema.refs).length,
    columns: tables.reduce((sum, table) => sum + table.fields.length, 0),
  };
}

function model(schemas) {
  return {
    tables: schemas.flatMap((schema) =>
      schema.tables.map((table) => ({
        schema: schema.name,
        name: table.name,
        columns: table.fields.map((field) => field.name),
      })),
    ),
    refs: schemas.flatMap((schema) => schema.refs).map((ref) => ref.endpoints.map(endpoint)),
  };
}

function endpoint(end) {
  return {
    schema: end.schemaName ?? DEFAULT_SCHEMA,
    table: end.tableName,
    columns: end.fieldNames,
    relation: end.relation,
  };
}

// The parser throws one error with all its diagnoses; anything else it throws is a crash, and told as one.
function diagnoses(error) {
  if (!Array.isArray(error?.diags)) {
    return [{ line: 0, column: 0, message: String(error?.message ?? error) }];
  }
  return error.diags.map((diagnosis) => ({
    line: diagnosis.location?.start?.line ?? 0,
    column: diagnosis.location?.start?.column ?? 0,
    message: diagnosis.message,
  }));
}

main(process.argv.slice(2));
