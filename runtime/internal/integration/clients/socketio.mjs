// Usage: node socketio.mjs URL websocket|polling|upgrade
import assert from 'node:assert/strict'
import { feathers } from '@feathersjs/feathers'
import socketio from '@feathersjs/socketio-client'
import { io } from 'socket.io-client'
import { checkMethods, collect } from './check.mjs'

const [url, transport] = process.argv.slice(2)
const methods = ['find', 'get', 'create', 'update', 'patch', 'remove', 'shout']
const transports = { websocket: ['websocket'], polling: ['polling'], upgrade: ['polling', 'websocket'] }[transport]

async function connect() {
  const socket = io(url, { transports, forceNew: true })
  const client = feathers()
  const connection = socketio(socket)
  client.configure(connection)
  client.use('messages', connection.service('messages'), { methods })
  const upgraded = new Promise((resolve) => socket.io.engine.once('upgrade', resolve))
  await new Promise((resolve, reject) => {
    socket.on('connect', resolve)
    socket.on('connect_error', reject)
  })
  if (transport === 'upgrade') await upgraded
  return { socket, client }
}

const one = await connect()
const other = await connect()
const names = ['created', 'updated', 'patched', 'removed', 'typing']
const own = collect(one.client.service('messages'), names)
const others = collect(other.client.service('messages'), names)

await checkMethods(one.client)
const want = ['created', 'created', 'created', 'patched', 'updated', 'patched', 'patched', 'removed', 'removed', 'typing', 'created']
for (const wait of [own, others]) {
  const events = await wait(want.length)
  assert.deepEqual(events.map(([name]) => name), want)
  assert.deepEqual(events[0][1], { id: 1, text: 'first', seq: 1 })
}

const posts = one.client.service('users/7/posts')
assert.equal((await posts.create({ text: 'nested' })).userId, '7')
assert.equal((await one.client.service('users/8/posts').find()).length, 0)

const many = await Promise.all(Array.from({ length: 200 }, (_, i) => one.client.service('messages').create({ text: `m${i}` })))
assert.equal(new Set(many.map((m) => m.id)).size, 200)
await others(want.length + 200)

assert.equal(one.socket.io.engine.transport.name, transports.at(-1))
const gone = new Promise((resolve) => one.socket.on('disconnect', resolve))
one.socket.disconnect()
assert.equal(await gone, 'io client disconnect')
one.socket.connect()
assert.equal((await one.client.service('messages').get(1)).id, 1)
one.socket.disconnect()
other.socket.disconnect()
