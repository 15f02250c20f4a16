// Usage: node socketio.mjs STORY URL CONTROL [TRANSPORT]
import { feathers } from '@feathersjs/feathers'
import socketio from '@feathersjs/socketio-client'
import auth, { MemoryStorage } from '@feathersjs/authentication-client'
import { io } from 'socket.io-client'
import { once, tell } from './stories.mjs'

const [story, url, control, transport] = process.argv.slice(2)

async function connect(authorization) {
  const socket = io(url, {
    forceNew: true,
    reconnectionDelay: 10,
    reconnectionDelayMax: 50,
    ...(transport && { transports: [transport] }),
    ...(authorization && { extraHeaders: { Authorization: authorization } })
  })
  const client = feathers().configure(socketio(socket))
  client.configure(auth({ storage: new MemoryStorage() }))
  const made = {
    client,
    emit: (...args) => new Promise((resolve, reject) => {
      socket.emit(...args, (error, result) => (error ? reject(error) : resolve(result)))
    }),
    closed: () => once(socket, 'disconnect'),
    open: () => socket.connect(),
    opened: () => once(socket, 'connect'),
    end: () => socket.disconnect()
  }
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', (e) => {
      made.end()
      reject(e)
    })
  })
  return made
}

await tell(story, control, { connect, sockets: true, renews: true })
