// Reads Mermaid's erDiagram with mermaid itself, and says all that it found: tables, rows, lines, classes, direction.
//
//   node mermaid_judge.mjs PATH_OF_JSDOM PATH_OF_MERMAID
//
// Each line on stdin is a document as a JSON string; each line on stdout is the answer to it: {errors} or
// {errors: [], entities, lines, classes, direction}. It answers until stdin ends, so that many documents need one
// start of Node. mermaid wants a page around it, which jsdom plays; nothing is drawn here.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [jsdom, package_] = process.argv.slice(2);
const { JSDOM } = createRequire(import.meta.url)(jsdom);
const { window } = new JSDOM('<!doctype html><body></body>');
for (const name of ['window', 'document', 'Element', 'HTMLElement', 'Node', 'DocumentFragment', 'NodeFilter']) {
  globalThis[name] ??= name === 'window' ? window : window[name];
}
const { default: mermaid } = await import(pathToFileURL(`${package_}/dist/mermaid.core.mjs`).href);
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', logLevel: 'fatal' });

async function read(text) {
  try {
    const { db, type } = await mermaid.mermaidAPI.getDiagramFromText(text);
    if (type !== 'er') return nothing([`not an erDiagram, but ${type}`]);
    const entities = entitiesOf(db);
    const names = new Map(entities.map((entity) => [entity.id, nameOf(entity)]));
    return {
      errors: [],
      entities: entities.map(entityOf),
      lines: db.getRelationships().map((line) => lineOf(line, names)),
      classes: [...(db.getClasses?.() ?? new Map()).keys()],
      direction: db.getDirection?.() ?? '',
    };
  } catch (error) {
    return nothing([String(error.message ?? error)]);
  }
}

function nothing(errors) {
  return { errors, entities: [], lines: [], classes: [], direction: '' };
}

// Before 11.5 an entity knows neither its name nor a class.
function entitiesOf(db) {
  const found = db.getEntities();
  const pairs = found instanceof Map ? [...found] : Object.entries(found);
  return pairs.map(([name, entity]) => ({ id: name, label: name, cssClasses: '', ...entity }));
}

function nameOf(entity) {
  return entity.label;
}

function entityOf(entity) {
  return {
    id: nameOf(entity),
    title: decoded(entity.alias),
    classes: entity.cssClasses.trim().split(/\s+/).filter((name) => name !== 'default'),
    rows: entity.attributes.map((attribute) => ({
      type: decoded(attribute.type ?? attribute.attributeType),
      name: decoded(attribute.name ?? attribute.attributeName),
      keys: attribute.keys ?? attribute.attributeKeyTypeList ?? [],
      comment: decoded(attribute.comment ?? attribute.attributeComment ?? ''),
    })),
  };
}

function lineOf(line, names) {
  const { cardA, cardB, relType } = line.relSpec;
  return {
    left: names.get(line.entityA),
    right: names.get(line.entityB),
    label: decoded(line.roleA),
    left_end: cardB,
    right_end: cardA,
    solid: relType === 'IDENTIFYING',
  };
}

// mermaid hides entity codes from its grammar behind these marks, and takes them away again when it draws.
function decoded(text) {
  const html = text.replaceAll('ﬂ°°', '&#').replaceAll('ﬂ°', '&').replaceAll('¶ß', ';');
  return html.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await read(JSON.parse(line)))}\n`);
}
