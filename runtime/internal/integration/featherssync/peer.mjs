// A Feathers app with feathers-sync, as Node instances of a fleet are: its
// arguments are the URL of the broker and the name of the channel. It tells its
// own URL, and ends with its input.
import { once } from 'node:events'
import { feathers } from '@feathersjs/feathers'
import { bodyParser, errorHandler, koa, rest } from '@feathersjs/koa'
import socketio from '@feathersjs/socketio'
import sync from 'feathers-sync'

const [uri, key] = process.argv.slice(2)

class Messages {
  last = 0

  async create(data) {
    const make = (one) => ({ ...one, id: ++this.last })
    return Array.isArray(data) ? data.map(make) : make(data)
  }

  async patch(id, data) {
    return { ...data, id: Number(id) }
  }

  async remove(id) {
    return { id: Number(id), text: 'removed' }
  }

  async shout(data) {
    this.emit('typing', data)
    return data
  }
}

// Has clients, here and elsewhere, not see the field secret.
const hideSecret = async (context) => {
  const hide = ({ secret, ...rest }) => rest
  context.dispatch = Array.isArray(context.result) ? context.result.map(hide) : hide(context.result)
}

// An event that is on its way when Redis dies ends the process otherwise.
process.on('unhandledRejection', (error) => console.error('unhandled:', error.message))

const app = koa(feathers())
app.use(errorHandler())
app.use(bodyParser())
app.configure(rest())
app.configure(socketio({ transports: ['websocket'] }))
app.configure(sync({ uri, key }))
app.use('messages', new Messages(), { methods: ['create', 'patch', 'remove', 'shout'], events: ['typing'] })
app.use('users', { create: async (data) => ({ id: 1, ...data }) })
app.use('authentication', { create: async (data) => ({ accessToken: 'TOKEN-of-node', authentication: data }) })
app.service('messages').hooks({ after: { create: [hideSecret] } })
app.on('connection', (connection) => app.channel('everybody').join(connection))
app.publish(() => app.channel('everybody'))

await app.sync.ready
const server = await app.listen(0, '127.0.0.1')
if (!server.listening) await once(server, 'listening')
console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }))
process.stdin.on('end', () => process.exit()).resume()
