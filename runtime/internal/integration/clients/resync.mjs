// Usage: node resync.mjs URL websocket|polling
import assert from 'node:assert/strict'
import { feathers } from '@feathersjs/feathers'
import socketio from '@feathersjs/socketio-client'
import { io } from 'socket.io-client'
import { collect } from './check.mjs'

const [url, transport] = process.argv.slice(2)
const socket = io(url, { transports: [transport], forceNew: true })
const client = feathers().configure(socketio(socket))
await new Promise((resolve, reject) => {
  socket.on('connect', resolve)
  socket.on('connect_error', reject)
})

const messages = collect(client.service('messages'), ['resync', 'created'])
const posts = collect(client.service('users/:userId/posts'), ['resync'])
assert.equal((await fetch(url + '/lose', { method: 'POST' })).status, 200)
assert.deepEqual(await messages(1), [['resync', { missed: 3 }]])
assert.deepEqual(await posts(1), [['resync', { missed: 3 }]])

// Events go on behind it.
await client.service('messages').create({ text: 'next' })
const [, [name, { text }]] = await messages(2)
assert.deepEqual([name, text], ['created', 'next'])
socket.close()
