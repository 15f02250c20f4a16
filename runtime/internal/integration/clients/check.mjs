// Checks of the client library against the test app, the same for all clients.
import assert from 'node:assert/strict'

// Runs all methods of the service messages, which holds no records.
export async function checkMethods(client) {
  const messages = client.service('messages')

  const first = await messages.create({ text: 'first', seq: 1 })
  assert.deepEqual(first, { id: 1, text: 'first', seq: 1 })
  const list = await messages.create([{ text: 'second' }, { text: 'third' }])
  assert.deepEqual(list.map((m) => [m.id, m.text]), [[2, 'second'], [3, 'third']])

  assert.deepEqual(await messages.get(1), first)
  const page = await messages.find({ query: { text: { $in: ['first', 'third'] }, $sort: { id: -1 }, $select: ['text'] } })
  assert.deepEqual(page, { total: 2, limit: 10, skip: 0, data: [{ id: 3, text: 'third' }, { id: 1, text: 'first' }] })

  assert.equal((await messages.patch(2, { seq: 2.5 })).seq, 2.5)
  assert.equal((await messages.update(2, { text: 'changed' })).text, 'changed')
  assert.deepEqual((await messages.patch(null, { seq: 9 }, { query: { id: { $lte: 2 } } })).map((m) => m.seq), [9, 9])
  assert.equal((await messages.remove(3)).text, 'third')
  assert.deepEqual((await messages.remove(null, { query: { id: 2 } })).map((m) => m.id), [2])
  assert.equal((await messages.shout({ text: 'hey' })).text, 'hey!')

  await checkErrors(client)
  const long = 'ä€😀'.repeat(20000)
  assert.equal((await messages.create({ text: long })).text, long)
}

async function checkErrors(client) {
  const fails = (promise, name, code) =>
    assert.rejects(promise, (e) => {
      assert.equal(`${e.name} ${e.code}`, `${name} ${code}`)
      return true
    })
  await fails(client.service('messages').get(99), 'NotFound', 404)
  await fails(client.service('messages').create({ text: 5 }), 'BadRequest', 400)
  await fails(client.service('nope').find(), 'NotFound', 404)
  await fails(client.service('limited').get(1), 'MethodNotAllowed', 405)
  await fails(client.service('failing').create({ text: 'x' }), 'Conflict', 409)
  await fails(client.service('failing').get(1), 'GeneralError', 500)
  await fails(client.service('failing').find(), 'GeneralError', 500)
  const { data } = await client.service('messages').create({}).catch((e) => e)
  assert.equal(data[0].keyword, 'required')
}

// Collects the events of a service.
export function collect(service, names) {
  const events = []
  let wake = () => {}
  for (const name of names) {
    service.on(name, (data) => {
      events.push([name, data])
      wake()
    })
  }
  return async (count) => {
    const late = AbortSignal.timeout(20000)
    while (events.length < count) {
      await new Promise((resolve, reject) => {
        wake = resolve
        late.addEventListener('abort', () => reject(new Error(`${events.length} events, want ${count}`)))
      })
    }
    assert.equal(events.length, count)
    return events
  }
}
