// Usage: node rest.mjs URL
import { feathers } from '@feathersjs/feathers'
import rest from '@feathersjs/rest-client'
import { checkMethods } from './check.mjs'

const client = feathers()
const connection = rest(process.argv[2]).fetch(fetch)
client.configure(connection)
client.use('messages', connection.service('messages'), {
  methods: ['find', 'get', 'create', 'update', 'patch', 'remove', 'shout']
})
await checkMethods(client)
