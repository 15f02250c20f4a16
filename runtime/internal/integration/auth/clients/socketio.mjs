// Usage: node socketio.mjs URL [expiry]
import assert from 'node:assert/strict'
import { feathers } from '@feathersjs/feathers'
import socketio from '@feathersjs/socketio-client'
import auth from '@feathersjs/authentication-client'
import { io } from 'socket.io-client'
import { Storage, ann, checkLogins, checkLogout, fails } from './check.mjs'

const [url, story] = process.argv.slice(2)
const sockets = []

function connect() {
  const socket = io(url, { forceNew: true, transports: ['websocket'], reconnectionDelay: 10 })
  sockets.push(socket)
  return { socket, client: feathers().configure(socketio(socket)).configure(auth({ storage: new Storage() })) }
}

const once = (emitter, event) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`waited in vain for ${event}`)), 20000)
    emitter.once(event, (...args) => {
      clearTimeout(late)
      resolve(args)
    })
  })

const { socket, client } = connect()
if (story === 'expiry') {
  await client.authenticate(ann)
  const [reason] = await once(socket, 'disconnect')
  assert.equal(reason, 'io server disconnect')
  socket.connect()
  await fails(client.service('notes').find(), 'jwt expired')
} else {
  await checkLogins(client, connect().client)

  // The client logs in anew by itself when its connection broke.
  const broken = once(socket, 'disconnect')
  socket.io.engine.close()
  await broken
  assert.equal((await client.service('notes').find()).length, 2)
  const heard = once(client.service('notes'), 'created')
  await client.service('notes').create({ text: 'again' })
  assert.equal((await heard)[0].text, 'again')

  const silent = []
  client.service('notes').on('created', (note) => silent.push(note.text))
  await checkLogout(client)
  const again = connect().client
  await again.authenticate(ann)
  await again.service('notes').create({ text: 'not heard' })
  await fails(client.service('notes').find(), 'Not authenticated')
  assert.deepEqual(silent, [])
}
for (const s of sockets) s.disconnect()
