// Usage: node reload.mjs URL NUMBER
// Connects so many official clients, every other one by polling only, says
// "ready", waits until none is left at a first worker, and prints what came of
// it.
import { feathers } from '@feathersjs/feathers'
import socketio from '@feathersjs/socketio-client'
import { io } from 'socket.io-client'

const [url, number] = process.argv.slice(2)
const result = { connected: 0, failures: [], took: 0, workers: {}, heard: 0 }
let left // when the first client was told to leave

const worker = (socket) => socket.io.engine.id.replace(/\.[^.]*$/, '')
const replaced = (socket) => socket.connected && !worker(socket).endsWith('.1')

function open(_, i) {
  const socket = io(url, { forceNew: true, transports: i % 2 ? ['polling'] : ['polling', 'websocket'] })
  const client = feathers()
  const connection = socketio(socket)
  client.configure(connection)
  client.use('messages', connection.service('messages'), { methods: ['find', 'create'] })
  socket.on('connect_error', (e) => result.failures.push(e.message))
  socket.on('disconnect', () => { left ??= performance.now() })
  const back = new Promise((resolve) => socket.on('connect', () => replaced(socket) && resolve()))
  return { socket, client, back, connected: new Promise((resolve) => socket.once('connect', resolve)) }
}

const clients = Array.from({ length: Number(number) }, open)
await Promise.all(clients.map(({ connected }) => connected))
console.log('ready')

await Promise.all(clients.map(async ({ client, back }) => {
  await back
  await client.service('messages').find()
  result.connected++
}))
result.took = performance.now() - left

const heard = clients.map(({ client }) => new Promise((resolve) => client.service('messages').once('created', resolve)))
await clients[0].client.service('messages').create({ text: 'to all' })
for (const message of await Promise.all(heard)) if (message.text === 'to all') result.heard++

for (const { socket } of clients) {
  const name = worker(socket)
  result.workers[name] = (result.workers[name] ?? 0) + 1
  socket.disconnect()
}
console.log(JSON.stringify(result))
