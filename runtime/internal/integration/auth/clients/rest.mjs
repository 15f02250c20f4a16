// Usage: node rest.mjs URL
import { feathers } from '@feathersjs/feathers'
import rest from '@feathersjs/rest-client'
import auth from '@feathersjs/authentication-client'
import { Storage, checkLogins, checkLogout } from './check.mjs'

const [url] = process.argv.slice(2)
const connect = () => feathers().configure(rest(url).fetch(fetch)).configure(auth({ storage: new Storage() }))

const client = connect()
await checkLogins(client, connect())
await checkLogout(client)
