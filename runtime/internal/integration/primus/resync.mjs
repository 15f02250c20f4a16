// Usage: node resync.mjs URL npm|served
import assert from 'node:assert/strict'
import feathers from '@feathersjs/feathers'
import primusClient from '@feathersjs/primus-client'
import { library, once, plain } from './connect.mjs'

const [url, name] = process.argv.slice(2)
const Primus = await library(url, name)
const socket = new Primus(url)
await once(socket, 'open')
const messages = feathers().configure(primusClient(socket)).service('messages')

const resync = once(messages, 'resync')
assert.equal((await fetch(url + '/lose', { method: 'POST' })).status, 200)
assert.deepEqual(plain(await resync), [{ missed: 0 }])

// Events go on behind it.
const created = once(messages, 'created')
await messages.create({ text: 'next' })
assert.equal((await created)[0].text, 'next')
socket.end()
