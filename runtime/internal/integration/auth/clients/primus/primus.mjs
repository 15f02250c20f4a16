// Usage: node primus.mjs URL
import { createRequire } from 'node:module'
import feathers from '@feathersjs/feathers'
import primusClient from '@feathersjs/primus-client'
import auth from '@feathersjs/authentication-client'
import { Storage, checkLogins, checkLogout } from './check.mjs'

const require = createRequire(import.meta.url)
const [url] = process.argv.slice(2)
const spec = await (await fetch(url + '/primus/spec')).json()
const Primus = require('primus').createSocket({ ...spec, plugin: { emitter: require('primus-emitter') } })
const sockets = []

function connect() {
  const socket = new Primus(url)
  sockets.push(socket)
  return feathers().configure(primusClient(socket)).configure(auth({ storage: new Storage() }))
}

const client = connect()
await checkLogins(client, connect())
await checkLogout(client)
for (const s of sockets) s.end()
