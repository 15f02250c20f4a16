// Usage: node clients.mjs URL 3|4 NUMBER
// Connects so many official clients with their default transports, and prints
// what came of it.
import { feathers } from '@feathersjs/feathers'
import socketio from '@feathersjs/socketio-client'
import { io as io4 } from 'socket.io-client'
import io2 from 'socket.io-client-2'

const [url, version, number] = process.argv.slice(2)
const io = version === '3' ? io2 : io4
const result = { connected: 0, failures: [], took: 0, upgraded: 0, workers: {}, heard: 0 }

function open() {
  const socket = io(url, { forceNew: true })
  const client = feathers()
  const connection = socketio(socket)
  client.configure(connection)
  client.use('messages', connection.service('messages'), { methods: ['find', 'create'] })
  const fail = (why) => result.failures.push(String(why))
  for (const event of ['connect_error', 'error', 'disconnect']) socket.on(event, fail)
  const connected = new Promise((resolve) => socket.on('connect', resolve))
  // The websocket may be tried before the session is connected, or after.
  const upgraded = connected.then(() => {
    const engine = socket.io.engine
    if (engine.transport.name === 'websocket') return
    return new Promise((resolve, reject) => {
      engine.on('upgrade', resolve)
      engine.on('upgradeError', reject)
    })
  })
  upgraded.catch(fail)
  return { socket, client, connected, upgraded, off: () => socket.off('disconnect', fail) }
}

const start = performance.now()
const clients = Array.from({ length: Number(number) }, open)
await Promise.all(clients.map(async ({ client, connected }) => {
  await connected
  await client.service('messages').find()
  result.connected++
}))
result.took = performance.now() - start

await Promise.all(clients.map(async ({ socket, upgraded }) => {
  await upgraded
  const { id, transport } = socket.io.engine
  if (transport.name === 'websocket') result.upgraded++
  const worker = id.slice(0, id.lastIndexOf('.'))
  result.workers[worker] = (result.workers[worker] ?? 0) + 1
}))

const heard = clients.map(({ client }) => new Promise((resolve) => client.service('messages').once('created', resolve)))
await clients[0].client.service('messages').create({ text: 'to all' })
for (const message of await Promise.all(heard)) if (message.text === 'to all') result.heard++

for (const { socket, off } of clients) {
  off()
  socket.disconnect()
}
console.log(JSON.stringify(result))
