// The Feathers peer: a messages service over REST and Socket.IO, as an app
// that the Feathers generator makes, without authentication, schema and logs.
//   PORT      listen port
//   DATABASE  SQLite file; without it records are in memory
//   SYNC_URL  broker by which feathers-sync hears other instances; none without
import { feathers } from '@feathersjs/feathers'
import { bodyParser, errorHandler, koa, rest } from '@feathersjs/koa'
import { KnexService } from '@feathersjs/knex'
import { MemoryService } from '@feathersjs/memory'
import socketio from '@feathersjs/socketio'
import sync from 'feathers-sync'
import knex from 'knex'

const { PORT, DATABASE, SYNC_URL } = process.env
const paginate = { default: 10, max: 100 }

async function store() {
  if (!DATABASE) return new MemoryService({ paginate })
  const Model = knex({
    client: 'better-sqlite3',
    connection: { filename: DATABASE },
    useNullAsDefault: true
  })
  await Model.raw('PRAGMA journal_mode=WAL')
  await Model.raw('PRAGMA synchronous=NORMAL')
  await Model.schema.createTable('messages', (t) => {
    t.increments('id')
    t.string('text')
    t.double('ts')
    t.double('seq')
  })
  return new KnexService({ Model, name: 'messages', paginate })
}

const app = koa(feathers())
app.use(errorHandler())
app.use(bodyParser())
app.configure(rest())
app.configure(socketio())
if (SYNC_URL) app.configure(sync({ uri: SYNC_URL }))
app.use('messages', await store())
app.service('messages').hooks({
  around: { all: [async (context, next) => { await next() }] },
  before: { create: [async () => {}] }
})
app.on('connection', (connection) => app.channel('everybody').join(connection))
app.publish(() => app.channel('everybody'))
if (SYNC_URL) await app.sync.ready
await app.listen(Number(PORT), '127.0.0.1')
