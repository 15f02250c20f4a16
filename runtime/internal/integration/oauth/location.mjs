// Usage: node location.mjs < [ address, … ]
// Prints what the client takes from each address of a page: token or error,
// and what it leaves of the hash.
import { text } from 'node:stream/consumers'
import { feathers } from '@feathersjs/feathers'
import authentication from '@feathersjs/authentication-client'

const service = { create: async () => ({}), remove: async () => ({}) }
const app = feathers().use('authentication', service).configure(authentication())
const read = async (address) => {
  const location = { hash: new URL(address).hash }
  const result = await app.authentication.getFromLocation(location).then(
    (token) => ({ token }),
    ({ message, name }) => ({ message, name })
  )
  return { ...result, rest: location.hash }
}
console.log(JSON.stringify(await Promise.all(JSON.parse(await text(process.stdin)).map(read))))
