// Usage: node feathers.mjs URL npm|served
import assert from 'node:assert/strict'
import feathers from '@feathersjs/feathers'
import primusClient from '@feathersjs/primus-client'
import { library, once, plain } from './connect.mjs'

const [url, name] = process.argv.slice(2)
const Primus = await library(url, name)

async function connect() {
  const socket = new Primus(url)
  await once(socket, 'open')
  const client = feathers().configure(primusClient(socket))
  return { socket, client, messages: client.service('messages') }
}

const one = await connect()
const other = await connect()

// What the other client's service emits, which no call of its own causes.
const events = []
for (const event of ['created', 'updated', 'patched', 'removed', 'typing']) {
  other.messages.on(event, (data) => events.push([event, data]))
}

// All methods.
const first = await one.messages.create({ text: 'first', seq: 1 })
assert.deepEqual(plain(first), { id: 1, text: 'first', seq: 1 })
const list = await one.messages.create([{ text: 'second' }, { text: 'third' }])
assert.deepEqual(list.map((m) => m.id).join(), '2,3')
assert.equal((await one.messages.get(1)).text, 'first')
const page = await one.messages.find({ query: { text: { $in: ['first', 'third'] }, $sort: { id: -1 }, $select: ['text'] } })
assert.deepEqual(plain(page), { total: 2, limit: 10, skip: 0, data: [{ id: 3, text: 'third' }, { id: 1, text: 'first' }] })
assert.equal((await one.messages.patch(2, { seq: 2.5 })).seq, 2.5)
assert.equal((await one.messages.update(2, { text: 'changed' })).text, 'changed')
assert.equal((await one.messages.patch(null, { seq: 9 }, { query: { id: { $lte: 2 } } })).length, 2)
assert.equal((await one.messages.remove(3)).text, 'third')
assert.equal((await one.messages.remove(null, { query: { id: 2 } })).length, 1)
const shouted = new Promise((resolve, reject) => one.socket.send('shout', 'messages', { text: 'hey' }, {}, (e, r) => (e ? reject(e) : resolve(r))))
assert.equal((await shouted).text, 'hey!')
const odd = 'ä€😀\u2028\u2029"\\'.repeat(20000)
assert.equal((await one.messages.create({ text: odd })).text, odd)
assert.equal((await one.client.service('users/7/posts').create({ text: 'nested' })).userId, '7')
assert.equal((await one.client.service('users/8/posts').find()).length, 0)

// Their events.
await other.messages.get(1) // behind them
assert.equal(events.map(([event]) => event).join(), 'created,created,created,patched,updated,patched,patched,removed,removed,typing,created')
assert.deepEqual(plain(events[0][1]), { id: 1, text: 'first', seq: 1 })
assert.equal(events.at(-1)[1].text, odd)

// Errors.
const fails = (promise, name, code) =>
  assert.rejects(promise, (e) => {
    assert.equal(`${e.name} ${e.code} ${JSON.stringify(e.errors)}`, `${name} ${code} {}`)
    return true
  })
await fails(one.messages.get(99), 'NotFound', 404)
await fails(one.messages.create({ text: 5 }), 'BadRequest', 400)
await fails(one.client.service('nope').find(), 'NotFound', 404)
await fails(one.client.service('limited').get(1), 'MethodNotAllowed', 405)
await fails(one.client.service('failing').create({ text: 'x' }), 'Conflict', 409)
await fails(one.client.service('failing').find(), 'GeneralError', 500)

// Many calls at the same time.
const many = await Promise.all(Array.from({ length: 200 }, (_, i) => one.messages.create({ text: `m${i}` })))
assert.equal(new Set(many.map((m) => m.id)).size, 200)

// The older form of events, an id, a heartbeat.
assert.equal(await new Promise((resolve) => one.socket.send('messages::get', 1, {}, (_, message) => resolve(message.text))), 'first')
const id = await new Promise((resolve) => one.socket.id(resolve))
assert.match(id, /^[\w-]{20}$/)
await once(one.socket, 'incoming::ping')
await once(one.socket, 'incoming::ping')
assert.equal(await new Promise((resolve) => one.socket.id(resolve)), id)

// A connection that is cut comes back, and what was said meanwhile is sent.
const reconnected = once(one.socket, 'reconnected')
one.socket.socket.terminate()
await once(one.socket, 'close')
assert.equal((await one.messages.get(1)).text, 'first')
await reconnected
assert.notEqual(await new Promise((resolve) => one.socket.id(resolve)), id)

// A server that stops lets clients go to the next one, with their events.
const back = [once(one.socket, 'open'), once(other.socket, 'open')]
await fetch(url + '/restart', { method: 'POST' })
await Promise.all(back)
const created = once(other.messages, 'created')
const { id: last } = await one.messages.create({ text: 'again' })
assert.equal((await created)[0].id, last)

// Unless it tells them of the end.
const ends = [once(one.socket, 'end'), once(other.socket, 'end')]
for (const { socket } of [one, other]) socket.on('reconnect scheduled', () => assert.fail('reconnects after the end'))
await fetch(url + '/restart', { method: 'POST' })
await Promise.all(ends)
