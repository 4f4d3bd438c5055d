// What a front end does with the service, typed by the document alone:
// all figures page by page, one of them with its programme, and a problem.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "quipu";

type Figure = components["schemas"]["Figure"];
type Problem = components["schemas"]["Problem"];

const [baseUrl] = process.argv.slice(2);
assert(baseUrl, "usage: node client.ts ADDRESS");
const api = createClient<paths, "application/json" | "application/problem+json">({ baseUrl });

function explain(problem: Problem): string {
  const errors = problem.errors.map((error) => `${error.name}: ${error.message}`);
  return [`${problem.status} ${problem.code}: ${problem.detail}`, ...errors].join("\n  ");
}

async function* figures(perPage: number): AsyncGenerator<Figure> {
  const followed = new Set<string>();
  let next: string | null = null;
  do {
    const query: { per_page: number; cursor?: string } = { per_page: perPage, ...(next === null ? {} : { cursor: next }) };
    const { data, error } = await api.GET("/figures", { params: { query } });
    if (error) throw new Error(explain(error));
    yield* data.results;
    next = data.pagination.next_cursor;
    // The service never gives a cursor twice; a mock answers every page alike.
    if (next !== null && followed.has(next)) return;
    if (next !== null) followed.add(next);
  } while (next !== null);
}

const { data: page, error } = await api.GET("/figures", { params: { query: { count: "exact" } } });
if (error) throw new Error(explain(error));
const all: Figure[] = [];
for await (const figure of figures(3)) all.push(figure);
console.log(`${all.length} of ${page.pagination.count} figures`);

const about = all.find((figure) => figure.program !== null);
assert(about?.program, "no figure is about a programme");
const figure = await api.GET("/figures/{id}", { params: { path: { id: about.id } } });
if (figure.error) throw new Error(explain(figure.error));
const program = await api.GET("/programs/{id}", { params: { path: { id: about.program } } });
if (program.error) throw new Error(explain(program.error));
console.log(`${figure.data.label.en}: ${figure.data.display.en} (${program.data.name.en})`);

const refused = await api.GET("/figures", { params: { query: { per_page: 1000 } } });
assert(refused.error, "1000 records a page are too many");
assert.equal(refused.response.status, 400);
assert.equal(refused.error.status, 400);
console.log(explain(refused.error));
