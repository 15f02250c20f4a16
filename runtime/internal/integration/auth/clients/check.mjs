// What a client of any transport must see.
import assert from 'node:assert/strict'

export const ann = { strategy: 'local', email: 'ann@example.com', password: 'correct horse battery staple' }
export const eve = { ...ann, email: 'eve@example.com' }

// Keeps one client's token: by itself the library has all share one place.
export class Storage {
  items = new Map()
  getItem = async (key) => this.items.get(key)
  setItem = async (key, value) => this.items.set(key, value)
  removeItem = async (key) => this.items.delete(key)
}

export const fails = (promise, message, code = 401) =>
  assert.rejects(promise, (e) => {
    assert.equal(`${e.code} ${e.message}`, `${code} ${message}`)
    return true
  })

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

export async function checkLogins(client, other) {
  const notes = client.service('notes')
  await fails(notes.find(), 'Not authenticated')
  await fails(client.authenticate({ ...ann, password: 'wrong' }), 'Invalid login')
  await fails(client.authenticate({ ...ann, email: 'nobody@example.com' }), 'Invalid login')
  await fails(notes.find(), 'Not authenticated')

  const { accessToken, authentication, user } = await client.authenticate(ann)
  assert.equal(authentication.strategy, 'local')
  assert.equal(authentication.payload.sub, '1')
  assert.deepEqual(JSON.parse(JSON.stringify(user)), { id: 1, email: 'ann@example.com', role: 'member' })
  assert.equal((await notes.find()).length, 0)

  // A login that fails leaves the old one as it is, and so do forged tokens.
  const [header, payload, signature] = accessToken.split('.')
  const admin = part({ ...authentication.payload, sub: '2' })
  const forged = {
    [`${header}.${admin}.${signature}`]: 'invalid signature',
    [`${part({ alg: 'none', typ: 'access' })}.${admin}.`]: 'jwt signature is required',
    [`${part({ alg: 'none', typ: 'access' })}.${admin}.${signature}`]: 'invalid algorithm',
    [`${header}.${payload}`]: 'jwt malformed',
    ['x'.repeat(20000)]: 'jwt malformed'
  }
  for (const [token, message] of Object.entries(forged)) {
    await fails(client.service('authentication').create({ strategy: 'jwt', accessToken: token }), message)
  }
  assert.equal((await notes.find()).length, 0)
  const again = await client.service('authentication').create({ strategy: 'jwt', accessToken })
  assert.equal(again.accessToken, accessToken)

  // What is published for ann comes to ann alone.
  await other.authenticate(eve)
  const heard = []
  notes.on('created', (note) => heard.push(`ann ${note.text}`))
  other.service('notes').on('created', (note) => heard.push(`eve ${note.text}`))
  await notes.create({ text: 'for ann' })
  await other.service('notes').create({ text: 'for eve' })
  await notes.find() // behind the events
  await other.service('notes').find()
  // Some clients also tell of their own calls.
  assert.deepEqual([...new Set(heard)].sort(), ['ann for ann', 'eve for eve'])
}

export async function checkLogout(client) {
  const out = await client.logout()
  assert.equal(out.user.email, 'ann@example.com')
  await fails(client.service('notes').find(), 'Not authenticated')
}
