// Usage: node rest.mjs URL fetch|axios
import axios from 'axios'
import { feathers } from '@feathersjs/feathers'
import rest from '@feathersjs/rest-client'
import { checkMethods } from './check.mjs'

const client = feathers()
const [url, library] = process.argv.slice(2)
const connection = library === 'axios' ? rest(url).axios(axios) : rest(url).fetch(fetch)
client.configure(connection)
client.use('messages', connection.service('messages'), {
  methods: ['find', 'get', 'create', 'update', 'patch', 'remove', 'shout']
})
await checkMethods(client)
