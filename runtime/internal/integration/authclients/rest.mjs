// Usage: node rest.mjs STORY URL CONTROL
import { feathers } from '@feathersjs/feathers'
import rest from '@feathersjs/rest-client'
import auth, { MemoryStorage } from '@feathersjs/authentication-client'
import { tell } from './stories.mjs'

const [story, url, control] = process.argv.slice(2)

async function connect() {
  const client = feathers().configure(rest(url).fetch(fetch))
  client.configure(auth({ storage: new MemoryStorage() }))
  return { client, end() {} }
}

await tell(story, control, { connect, sockets: false })
