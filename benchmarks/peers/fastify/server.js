// fastify and better-sqlite3: SQL by hand, rows as they come. No count.
const Database = require("better-sqlite3");

const database = new Database(process.env.PLAIN_DATABASE, { readonly: true });
database.pragma(`mmap_size = ${2 ** 30}`);
const page = database.prepare("SELECT * FROM figures WHERE value >= ? ORDER BY value, id LIMIT ?");
const one = database.prepare("SELECT * FROM figures WHERE id = ?");

const app = require("fastify")({ logger: false });
app.get("/figures", async (request) => ({
  results: page.all(Number(request.query.value_gte), Number(request.query.limit ?? 50)),
}));
app.get("/figures/:id", async (request, reply) => one.get(request.params.id) ?? reply.code(404).send({}));
app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
