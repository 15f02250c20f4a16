// Usage: node socketio2.mjs URL websocket|polling|upgrade
// The client of Socket.IO 2, which speaks Engine.IO 3.
import assert from 'node:assert/strict'
import io from 'socket.io-client-2'

const [url, transport] = process.argv.slice(2)
const transports = { websocket: ['websocket'], polling: ['polling'], upgrade: ['polling', 'websocket'] }[transport]
const socket = io(url, { transports, forceNew: true })
await new Promise((resolve, reject) => {
  socket.on('connect', resolve)
  socket.on('connect_error', reject)
})
if (transport === 'upgrade') await new Promise((resolve) => socket.io.engine.once('upgrade', resolve))

const call = (...args) =>
  new Promise((resolve, reject) => socket.emit(...args, (error, result) => (error ? reject(error) : resolve(result))))
const event = new Promise((resolve) => socket.once('messages created', resolve))

const text = 'größer 😀'
const created = await call('create', 'messages', { text }, {})
assert.equal(created.text, text)
assert.deepEqual(await event, created)
assert.equal((await call('find', 'messages', {})).total, 1)
await assert.rejects(call('get', 'messages', 99, {}), { name: 'NotFound', code: 404 })
socket.close()
