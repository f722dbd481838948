// Compiles D2 with its own compiler, and says all that it found: tables, columns, containers and connections.
//
//   node d2.mjs PATH_OF_D2
//
// Each line on stdin is a document as a JSON string; each line on stdout is the answer to it: {errors} or
// {errors: [], tables, containers, connections}. It ends with stdin.
import { createInterface } from 'node:readline';

const { D2 } = await import(process.argv[2]);
const d2 = new D2();

async function read(text) {
  try {
    // Dagre places boxes faster than ELK; where they are is not asked for.
    const { diagram, graph } = await d2.compile(text, { layout: 'dagre' });
    // What compiles must be drawn as well.
    await d2.render(diagram);
    return {
      errors: [],
      tables: diagram.shapes.filter((shape) => shape.type === 'sql_table').map(tableOf),
      containers: diagram.shapes.filter((shape) => shape.type !== 'sql_table').map(({ id, label }) => ({ id, label })),
      connections: diagram.connections.map((connection, index) => connectionOf(connection, graph.edges[index], diagram)),
    };
  } catch (error) {
    return { errors: [String(error.message ?? error)] };
  }
}

function tableOf(shape) {
  return {
    id: shape.id,
    label: shape.label,
    tooltip: shape.tooltip,
    columns: (shape.columns ?? []).map((column) => ({
      name: column.name.label,
      type: column.type.label,
      constraints: column.constraint ?? [],
    })),
  };
}

function connectionOf(connection, edge, diagram) {
  return {
    ends: [connection.src, connection.dst],
    columns: [
      columnOf(diagram, connection.src, edge.srcTableColumnIndex),
      columnOf(diagram, connection.dst, edge.dstTableColumnIndex),
    ],
    arrows: [connection.srcArrow, connection.dstArrow],
    label: connection.label,
    classes: connection.classes ?? [],
    dashed: connection.strokeDash > 0,
  };
}

function columnOf(diagram, table, index) {
  return index == null ? '' : diagram.shapes.find((shape) => shape.id === table).columns[index].name.label;
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await read(JSON.parse(line)))}\n`);
}
// D2's worker keeps Node running; a pipe may still have to take the last answer.
process.stdout.write('', () => process.exit(0));
