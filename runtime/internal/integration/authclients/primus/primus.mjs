// Usage: node primus.mjs STORY URL CONTROL
import { createRequire } from 'node:module'
import feathers from '@feathersjs/feathers'
import primusClient from '@feathersjs/primus-client'
import auth from '@feathersjs/authentication-client'
import { once, tell } from './stories.mjs'

const require = createRequire(import.meta.url)
const [story, url, control] = process.argv.slice(2)
const spec = await (await fetch(url + '/primus/spec')).json()
const Primus = require('primus').createSocket({ ...spec, plugin: { emitter: require('primus-emitter') } })

async function connect(authorization) {
  const socket = new Primus(url, {
    reconnect: { min: 10, max: 50, retries: 1000 },
    ...(authorization && { strategy: false, transport: { headers: { Authorization: authorization } } })
  })
  const client = feathers().configure(primusClient(socket))
  client.configure(auth({ storage: new auth.MemoryStorage() }))
  const made = {
    client,
    emit: (...args) => new Promise((resolve, reject) => {
      socket.send(...args, (error, result) => (error ? reject(error) : resolve(result)))
    }),
    opened: () => once(socket, 'open'),
    end: () => socket.end()
  }
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', (e) => {
      made.end()
      reject(e)
    })
  })
  return made
}

// The client of Feathers 4 waits for an event that Primus has not, and so does
// not log in anew by itself. The server tells it nothing of the end of a login.
await tell(story, control, { connect, sockets: true, renews: false, expiresSilently: true })
