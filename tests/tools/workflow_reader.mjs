// Reads workflow files and action.yml with GitHub's own parser, and evaluates expressions with GitHub's own evaluator.
//
//   node workflow_reader.mjs
//
// Each line on stdin is a question in JSON, each line on stdout its answer; it ends with stdin. The questions:
// {workflow: TEXT} and {action: TEXT}, answered by {errors} or {errors: [], read}, where an expression is {"${{": TEXT};
// {expression: TEXT, contexts, failed}, answered by {errors} or {errors: [], text, holds}: as text, and as a condition.
import { registerHooks } from 'node:module';
import { createInterface } from 'node:readline';

// The parser imports its schemas without saying that they are JSON.
registerHooks({
  load: (url, about, next) => next(url, url.endsWith('.json') ? { ...about, importAttributes: { type: 'json' } } : about),
});
const { convertWorkflowTemplate, isBasicExpression, isMapping, isSequence, NoOperationTraceWriter, parseWorkflow } =
  await import('@actions/workflow-parser');
const { parseAction } = await import('@actions/workflow-parser/actions/index');
const { data, Evaluator, Lexer, Parser } = await import('@actions/expressions');
const { reviver } = await import('@actions/expressions/data/reviver');
const { truthy } = await import('@actions/expressions/result');

async function answer(question) {
  try {
    if ('workflow' in question) return await workflow(question.workflow);
    if ('action' in question) return action(question.action);
    return evaluated(question);
  } catch (error) {
    return { errors: [String(error.message ?? error)] };
  }
}

// The converter knows what `on` and `if` mean, and who has which id; all else is taken as it was parsed.
async function workflow(content) {
  const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter());
  const template = value && (await convertWorkflowTemplate(context, value));
  const errors = errorsOf(context);
  if (errors.length) return { errors };
  const read = { ...plain(value), on: template.events };
  for (const job of template.jobs) {
    const own = read.jobs[job.id.value];
    own.if = plain(job.if);
    own.needs = (job.needs ?? []).map(plain);
    own.steps.forEach((step, index) => Object.assign(step, { id: job.steps[index].id, if: plain(job.steps[index].if) }));
  }
  return { errors, read };
}

function action(content) {
  const { context, value } = parseAction({ name: 'action.yml', content }, new NoOperationTraceWriter());
  const errors = errorsOf(context);
  return errors.length ? { errors } : { errors, read: plain(value) };
}

function evaluated({ expression, contexts, failed }) {
  const named = (name, result) => [name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(result) }];
  const functions = new Map([named('success', !failed), named('failure', failed), named('always', true), named('cancelled', false)]);
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), [...functions.values()]).parse();
  const result = new Evaluator(tree, JSON.parse(JSON.stringify(contexts), reviver), functions).evaluate();
  return { errors: [], text: result.coerceString(), holds: truthy(result) };
}

function errorsOf(context) {
  return context.errors.getErrors().map((error) => error.message);
}

function plain(token) {
  if (isBasicExpression(token)) return { '${{': token.expression };
  if (isMapping(token)) return Object.fromEntries([...token].map(({ key, value }) => [key.toString(), plain(value)]));
  if (isSequence(token)) return [...token].map(plain);
  return token.value ?? null;
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
