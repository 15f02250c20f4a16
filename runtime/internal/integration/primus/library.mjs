// Usage: node library.mjs URL
// What the served library does when things go wrong.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { WebSocketServer } from 'ws'
import { library, once } from './connect.mjs'

const [url] = process.argv.slice(2)
const Primus = await library(url, 'served')
assert.equal(Primus.prototype.pingTimeout, 3000)

// Listeners.
{
  const p = new Primus(url, { manual: true })
  const got = []
  const a = (x) => got.push('a' + x)
  p.on('e', a).once('e', (x) => got.push('b' + x)).addListener('f', a)
  p.once('g', a)
  assert.deepEqual([p.emit('e', 1), p.emit('e', 2), p.emit('nothing')], [true, true, false])
  p.off('e', a).removeListener('g', a)
  assert.deepEqual([p.emit('e', 3), p.emit('g', 3), p.listenerCount('f'), p.eventNames().join()], [false, false, 1, 'f'])
  assert.deepEqual(p.listeners('f'), [a])
  p.removeAllListeners('f').removeAllListeners()
  assert.deepEqual(got, ['a1', 'b1', 'a2'])
}

// States, and an end of the client's own.
{
  const p = new Primus(url, { manual: true })
  const states = []
  p.on('readyStateChange', (state) => states.push(state))
  p.on('close', () => states.push('close'))
  assert.equal(p.readyState, Primus.CLOSED)
  p.open()
  assert.equal(p.readyState, Primus.OPENING)
  await once(p, 'open')
  assert.equal(p.readyState, Primus.OPEN)
  p.end()
  p.end()
  assert.deepEqual(states, ['opening', 'open', 'end', 'close'])
  p.open() // it may be opened again
  await once(p, 'open')
  p.end()
}

// A server that says nothing, one that says too much, and one that hangs up.
{
  const server = new WebSocketServer({ port: 0, path: '/primus' })
  const address = `ws://127.0.0.1:${server.address().port}/ignored?a=1#b`
  const p = new Primus(address, { pingTimeout: 100, reconnect: { min: 10 } })
  const got = []
  const [socket, request] = await once(server, 'connection')
  assert.match(request.url, /^\/primus\?a=1&_primuscb=\w+$/)
  p.on('data', (data) => got.push(data))
  p.on('error', () => got.push('error'))
  p.on('offline', () => got.push('offline'))
  p.on('messages created', (data) => got.push(data))
  for (const message of ['{', '7', '"x"', 'null', '{"type":0,"data":["error"]}', '{"type":1,"data":[],"id":5}', '{"type":0,"data":["messages created",1]}']) {
    socket.send(message)
  }
  const again = once(server, 'connection')
  await once(p, 'close')
  const expected = ['error', 7, 'x', null, { type: 0, data: ['error'] }, { type: 1, data: [], id: 5 }, { type: 0, data: ['messages created', 1] }, 1, 'offline']
  assert.deepEqual(got, expected)
  const [opts] = await once(p, 'reconnected')
  assert.equal(opts.attempt, 1)
  ;(await again)[0].close()
  await once(p, 'close')
  p.end() // while it reconnects
  server.close()
}

// A server that does not answer the handshake.
{
  const sockets = []
  const server = createServer((socket) => sockets.push(socket)).listen(0)
  await once(server, 'listening')
  const p = new Primus(`http://127.0.0.1:${server.address().port}`, { timeout: 50, reconnect: { min: 10, retries: 2, 'reconnect timeout': 50 } })
  const events = []
  for (const event of ['timeout', 'reconnect scheduled', 'reconnect', 'reconnect timeout', 'reconnect failed', 'end', 'close', 'open']) {
    p.on(event, () => events.push(event))
  }
  await once(p, 'end')
  const attempt = ['reconnect scheduled', 'reconnect', 'reconnect timeout']
  assert.deepEqual(events, ['timeout', ...attempt, ...attempt, 'reconnect failed', 'end'])
  for (const socket of sockets) socket.destroy()
  server.close()
}

// Nobody there: the pauses grow, with chance, from 500 ms, and end.
{
  const server = createServer().listen(0)
  await once(server, 'listening')
  const refused = `http://127.0.0.1:${server.address().port}`
  await new Promise((resolve) => server.close(resolve))
  const p = new Primus(refused, { reconnect: { max: 8000, retries: 3, min: 20 } })
  const pauses = []
  let errors = 0
  p.on('error', () => errors++)
  p.on('reconnect scheduled', (opts) => pauses.push(opts.scheduled))
  await once(p, 'reconnect failed')
  assert.equal(errors, 1)
  assert.equal(pauses.length, 3)
  assert.equal(pauses[0], 20)
  assert.ok(pauses[1] >= 40 && pauses[1] <= 80 && pauses[2] >= 80 && pauses[2] <= 160, String(pauses))

  const once500 = new Primus(refused)
  const [opts] = await once(once500, 'reconnect scheduled')
  assert.deepEqual([opts.scheduled, opts.retries, opts.factor], [500, 10, 2])
  once500.end()

  const never = new Primus(refused, { strategy: 'disconnect, online' })
  never.on('reconnect scheduled', () => assert.fail('reconnects'))
  await once(never, 'end')
}

// Messages wait for the connection, up to a bound.
{
  const p = new Primus(url, { queueSize: 2 })
  const answers = []
  await new Promise((resolve) => {
    p.send('find', 'limited', {}, () => answers.push(1))
    p.send('find', 'limited', {}, () => answers.push(2))
    p.send('find', 'limited', {}, () => resolve(answers.push(3)))
  })
  assert.ok(!answers.includes(1), String(answers))
  p.end()
}
