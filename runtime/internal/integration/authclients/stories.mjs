// What clients of every transport must live through, by the number of the
// point in the protocol reference. A story gets a world:
//   connect(authorization) returns { client, emit, closed, end }: emit calls
//     as a socket does and is absent over REST; closed resolves when the
//     server ended the session
//   ask(request) has the test do something, and returns what it answers
//   sockets, renews, expiresSilently: what the transport and its client do
import assert from 'node:assert/strict'
import { createHmac, createPrivateKey, sign as signBy } from 'node:crypto'
import { createRequire } from 'node:module'

const jwt = createRequire(import.meta.url)('jsonwebtoken')

const secret = 'a secret of thirty-two bytes or more'
const audience = 'https://yourdomain.com'
const issuer = 'feathers'
const jwtError = { name: 'JsonWebTokenError' }
const user = { id: 1, email: 'ann@example.com', role: 'member' }

const credentials = { strategy: 'local', email: user.email, password: 'correct horse battery staple' }
const others = { ...credentials, email: 'eve@example.com' }

const plain = (value) => JSON.parse(JSON.stringify(value))
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const hmac = (key) => (text) => createHmac('sha256', key).update(text).digest('base64url')
const rsa = (pem) => (text) => signBy('sha256', text, createPrivateKey(pem)).toString('base64url')

/** Returns a token of any header and payload. */
function forge(header, payload, signature) {
  const text = `${encode({ typ: 'access', ...header })}.${encode(payload)}`
  return `${text}.${signature(text)}`
}

async function fails(promise, code, message, data) {
  const e = await promise.then((got) => assert.fail(`no error ${code} ${message}, but ${JSON.stringify(got)}`), (e) => e)
  assert.equal(`${e.code} ${e.message}`, `${code} ${message}`)
  if (data) assert.deepEqual(plain(e.data), data)
}

const enter = (client, accessToken) => client.service('authentication').create({ strategy: 'jwt', accessToken })

// A login, and what is wrong with others.
async function login({ connect }) {
  const { client } = await connect()
  const notes = client.service('notes')
  await fails(notes.find(), 401, 'Not authenticated')
  for (const wrong of [
    { ...credentials, password: 'wrong' },
    { ...credentials, password: credentials.password + ' ' },
    { ...credentials, password: '' },
    { ...credentials, email: 'nobody@example.com' },
    { ...credentials, email: 'ANN@EXAMPLE.COM' },
    { strategy: 'local', email: credentials.email },
    { strategy: 'local', password: credentials.password }
  ]) {
    await fails(client.authenticate(wrong), 401, 'Invalid login')
  }
  await fails(client.authenticate({ strategy: 'magic' }), 401, 'Invalid authentication information (strategy not allowed in authStrategies)')
  await fails(client.authenticate({ email: credentials.email }), 401, 'Invalid authentication information (no `strategy` set)')
  await fails(notes.find(), 401, 'Not authenticated')

  const { accessToken, ...rest } = plain(await client.authenticate(credentials))
  const { payload } = rest.authentication
  assert.deepEqual(rest, { authentication: { strategy: 'local', payload }, user })
  assert.deepEqual(Object.keys(payload), ['iat', 'exp', 'aud', 'iss', 'sub', 'jti'])
  assert.equal((await notes.find()).length, 0)
  assert.deepEqual(plain(await client.service('users').get(1)), user)
}

// The same token again.
async function tokenLogin({ connect, ask }) {
  const { client } = await connect()
  const accessToken = await ask('token')
  const got = plain(await client.authenticate({ strategy: 'jwt', accessToken }))
  const { payload } = got.authentication
  assert.deepEqual(got, { accessToken, authentication: { strategy: 'jwt', accessToken, payload }, user })
  assert.equal((await client.service('notes').find()).length, 0)
}

// Tokens go both ways between Node and Go, with each kind of key.
async function exchange({ connect, ask }) {
  const claims = { audience, issuer, subject: '1', expiresIn: '1d', header: { typ: 'access' } }
  const { privateKey, publicKey } = JSON.parse(await ask('keys'))
  for (const named of privateKey ? [false, true] : [false]) {
    const algorithm = named ? 'RS256' : 'HS256'
    const own = jwt.sign({}, named ? privateKey : secret, { ...claims, algorithm, ...(named && { keyid: 'main' }) })
    const { client } = await connect()
    assert.deepEqual(plain(await enter(client, own)).user, user)
  }
  const { client } = await connect()
  const { accessToken } = await client.authenticate(credentials)
  const algorithm = privateKey ? 'RS256' : 'HS256'
  const read = jwt.verify(accessToken, publicKey || secret, { audience, issuer, algorithms: [algorithm], complete: true })
  assert.equal(read.payload.sub, '1')
  assert.deepEqual(read.header, { alg: algorithm, typ: 'access', ...(privateKey && { kid: 'main' }) })
}

/** Returns tokens that are no good, with what is said of them. */
function forgeries(good, { privateKey, publicKey, foreignKey }) {
  const [header, payload, signature] = good.split('.')
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url')), sub: '2' }
  const ours = hmac(secret)
  const list = [
    [forge({ alg: 'none' }, claims, () => ''), 'jwt signature is required'],
    [forge({ alg: 'none' }, claims, () => signature), 'invalid algorithm'],
    [forge({ alg: 'None' }, claims, () => 'AAAA'), 'invalid algorithm'],
    [`${header}.${encode(claims)}.${signature}`, 'invalid signature'],
    [forge({ alg: 'HS256' }, claims, hmac('another secret of enough bytes!!')), 'invalid signature'],
    [forge({ alg: 'HS256' }, claims, hmac('')), 'invalid signature'],
    [forge({ alg: 'HS512' }, claims, ours), 'invalid algorithm'],
    [forge({ alg: 'RS256' }, claims, rsa(foreignKey)), 'invalid algorithm'],
    [forge({ alg: 'HS256', kid: 'foreign' }, claims, ours), 'invalid signature'],
    [forge({ alg: 'HS256', kid: '../../dev/null' }, claims, hmac('')), 'invalid signature'],
    [forge({ alg: 'HS256' }, { ...claims, aud: 'them' }, ours), `jwt audience invalid. expected: ${audience}`],
    [forge({ alg: 'HS256' }, { ...claims, iss: 'them' }, ours), `jwt issuer invalid. expected: ${issuer}`],
    [`${header}.${payload}`, 'jwt malformed'],
    ['garbage', 'jwt malformed'],
    ['x'.repeat(20000), 'jwt malformed'],
    [good + 'A'.repeat(500000), 'jwt malformed']
  ]
  if (privateKey) {
    const swapped = hmac(publicKey)
    list.push(
      [forge({ alg: 'HS256', kid: 'main' }, claims, swapped), 'invalid algorithm'],
      [forge({ alg: 'HS256' }, claims, swapped), 'invalid signature'],
      [forge({ alg: 'HS256', kid: 'main' }, claims, ours), 'invalid algorithm'],
      [forge({ alg: 'RS256', kid: 'main' }, claims, rsa(foreignKey)), 'invalid signature'],
      [forge({ alg: 'RS256', kid: 'main' }, claims, () => ''), 'jwt signature is required'],
      [forge({ alg: 'RS256' }, claims, rsa(privateKey)), 'invalid algorithm']
    )
  }
  return list
}

// Tokens that are no good change nothing, whoever brings them.
async function refusals({ connect, ask, sockets }) {
  const keys = JSON.parse(await ask('keys'))
  const good = await ask('token')
  const claims = JSON.parse(Buffer.from(good.split('.')[1], 'base64url'))
  const stranger = (await connect()).client
  const known = (await connect()).client
  await known.authenticate(credentials)
  const bad = forgeries(good, keys)
  for (const client of [stranger, known]) {
    for (const [token, message] of bad) await fails(enter(client, token), 401, message, jwtError)
    const at = (seconds) => Math.floor(Date.now() / 1000) + seconds
    const iso = (seconds) => new Date(seconds * 1000).toISOString()
    const exp = at(-10)
    const expired = forge({ alg: 'HS256' }, { ...claims, exp }, hmac(secret))
    await fails(enter(client, expired), 401, 'jwt expired', { name: 'TokenExpiredError', expiredAt: iso(exp) })
    const nbf = at(3600)
    const early = forge({ alg: 'HS256' }, { ...claims, nbf }, hmac(secret))
    await fails(enter(client, early), 401, 'jwt not active', { name: 'NotBeforeError', date: iso(nbf) })
    const { sub: _, ...nobody } = claims
    await fails(enter(client, forge({ alg: 'HS256' }, { ...claims, sub: '99' }, hmac(secret))), 404, "No record found for id '99'")
    await fails(enter(client, forge({ alg: 'HS256' }, nobody, hmac(secret))), 404, "No record found for id 'undefined'")
    await fails(client.service('authentication').create({ strategy: 'jwt' }), 401, 'No access token')
  }
  await fails(stranger.service('notes').find(), 401, 'Not authenticated')
  assert.equal((await known.service('notes').find()).length, 0)
  if (sockets) return
  // Over REST each request may bring one.
  for (const [token, message] of bad.filter(([token]) => token.length < 9000)) {
    const client = (await connect()).client
    await fails(client.service('notes').find({ headers: { Authorization: `Bearer ${token}` } }), 401, message, jwtError)
  }
}

// A client logs out.
async function logout({ connect }) {
  const { client } = await connect()
  await fails(client.service('authentication').remove(null), 401, 'Invalid authentication information (no `strategy` set)')
  const { accessToken } = await client.authenticate(credentials)
  await fails(client.service('authentication').remove('another'), 401, 'Invalid access token')
  const out = plain(await client.logout())
  const { payload } = out.authentication
  assert.deepEqual(out, { accessToken, authentication: { strategy: 'jwt', accessToken, payload }, user })
  await fails(client.service('notes').find(), 401, 'Not authenticated')
  await client.authenticate(others)
  assert.equal((await client.service('notes').find()).length, 0)
}

/** Returns what a client hears of notes. */
function hear(client) {
  const heard = []
  client.service('notes').on('created', (note) => heard.push(note.text))
  return heard
}

/** Returns once all that was sent to a client came in. */
const settle = ({ emit }) => emit('get', 'notes', 1, {}).catch(() => {})

// What is published for ann comes to ann, while she is logged in.
async function privateChannel({ connect, ask }) {
  const ann = await connect()
  const eve = await connect()
  const [hers, eves] = [hear(ann.client), hear(eve.client)]
  await eve.client.authenticate(others)
  const note = async (text) => {
    await ask(`note?text=${text}`)
    await settle(ann)
    await settle(eve)
  }
  await note('before')
  await fails(ann.client.authenticate({ ...credentials, password: 'wrong' }), 401, 'Invalid login')
  await note('refused')
  await ann.client.authenticate(credentials)
  await note('between')
  await ann.client.authenticate(credentials)
  await note('twice')
  await ann.client.logout()
  await note('after')
  assert.deepEqual(hers, ['between', 'twice'])
  assert.deepEqual(eves, [])
  await ann.client.authenticate(others)
  await note('as eve')
  assert.deepEqual(hers, ['between', 'twice'])
}

// The handshake logs in, or is refused.
async function handshake({ connect, ask }) {
  const token = await ask('token')
  for (const authorization of [`Bearer ${token}`, `jwt ${token}`, token]) {
    const ann = await connect(authorization)
    assert.equal((await ann.emit('find', 'notes', {})).length >= 0, true)
    const heard = hear(ann.client)
    await ask('note?text=hello')
    await settle(ann)
    assert.deepEqual(heard, ['hello'])
  }
  const ignored = await connect('Basic YW5uOnNlY3JldA==')
  await fails(ignored.emit('find', 'notes', {}), 401, 'Not authenticated')
  const bad = (await ask('token')).slice(0, -6) + 'AAAAAA'
  for (const [text, message] of [[`Bearer ${bad}`, 'invalid signature'], ['Bearer garbage', 'jwt malformed']]) {
    const e = await connect(text).then(() => assert.fail('connected'), (e) => e)
    assert.match(e.message, new RegExp(`${message}|401`))
    if (e.data) assert.deepEqual(plain(e.data), jwtError)
  }
}

// The client's connection breaks, and the server is started anew: the client
// is who it was without a line of the app's.
async function reconnect({ connect, ask, renews }) {
  const ann = await connect()
  await ann.client.authenticate(credentials)
  const heard = hear(ann.client)
  for (const accident of ['cut', 'restart', 'cut']) {
    const again = ann.opened?.()
    await ask(`${accident}?wait=${renews}`)
    await again
    if (!renews) await ann.client.reAuthenticate(true)
    const next = new Promise((resolve) => ann.client.service('notes').once('created', resolve))
    await ask(`note?text=${accident}`)
    assert.equal((await next).text, accident)
    assert.ok((await ann.client.service('notes').find()).length > 0)
  }
  assert.deepEqual(heard, ['cut', 'restart', 'cut'])
}

// Who calls while a login goes on is one or the other, and whoever logged in
// from the answer on.
async function during({ connect }) {
  const { emit } = await connect()
  const many = (call) => Array.from({ length: 20 }, () => call().then((got) => got, (e) => e.code))
  const find = () => emit('find', 'notes', {}).then(() => 'found')
  const create = () => emit('create', 'notes', { text: 'mine' }, {}).then((note) => note.author)

  const before = many(find)
  const first = emit('create', 'authentication', credentials, {})
  const meanwhile = many(find)
  await first
  const after = await Promise.all(many(find))
  assert.deepEqual([...new Set(after)], ['found'])
  for (const got of await Promise.all([...before, ...meanwhile])) assert.ok(got === 401 || got === 'found', `${got}`)

  // One that fails changes nothing.
  const wrong = emit('create', 'authentication', { ...credentials, password: 'wrong' }, {})
  const all = many(create)
  await fails(wrong, 401, 'Invalid login')
  assert.deepEqual([...new Set(await Promise.all([...all, ...many(create)]))], [1])

  // Another user takes over.
  const second = emit('create', 'authentication', others, {})
  const mixed = many(create)
  await second
  assert.deepEqual([...new Set(await Promise.all(many(create)))], [2])
  for (const author of await Promise.all(mixed)) assert.ok(author === 1 || author === 2, `${author}`)

  // A logout and many logins at once end in one of them.
  await Promise.all([emit('remove', 'authentication', null, {}).catch(() => {}), ...many(() => emit('create', 'authentication', credentials, {}))])
  await emit('create', 'authentication', credentials, {})
  assert.equal(await create(), 1)
}

// A token comes to its end.
async function expiry({ connect, ask, sockets, expiresSilently }) {
  const ann = await connect()
  const heard = sockets && hear(ann.client)
  const accessToken = await ask('token?lifetime=2s')
  const { exp } = (await ann.client.authenticate({ strategy: 'jwt', accessToken })).authentication.payload
  const gone = { name: 'TokenExpiredError', expiredAt: new Date(exp * 1000).toISOString() }
  const notes = ann.client.service('notes')
  if (!sockets) {
    let e
    while (!e) await notes.find().catch((got) => { e = got })
    assert.equal(`${e.code} ${e.message}`, '401 jwt expired')
    assert.deepEqual(plain(e.data), gone)
    return
  }
  // The client leaves a promise behind that nobody waits for.
  process.on('unhandledRejection', (e) => assert.equal(e.message, 'jwt expired'))
  const ended = expiresSilently || ann.closed()
  await ask('expired')
  assert.ok(Date.now() >= exp * 1000, 'the login ended too early')
  await ask('note?text=late')
  if (expiresSilently) {
    await fails(ann.emit('find', 'notes', {}), 401, 'Not authenticated')
    await fails(enter(ann.client, accessToken), 401, 'jwt expired', gone)
  } else {
    assert.equal(await ended, 'io server disconnect')
    ann.open()
    await fails(notes.find(), 401, 'jwt expired')
    await fails(notes.find(), 401, 'Not authenticated')
  }
  await ask('note?text=later')
  await settle(ann)
  assert.deepEqual(heard, [])
  await ann.client.authenticate(credentials)
  assert.ok(await notes.find())
}

const stories = { login, tokenLogin, exchange, refusals, logout, privateChannel, handshake, reconnect, during, expiry }

/** Runs the story that the command line names against a server. */
export async function tell(name, control, world) {
  const ask = async (request) => {
    const answer = await fetch(`${control}/${request}`)
    const text = await answer.text()
    assert.equal(answer.status, 200, `${request}: ${text}`)
    return text
  }
  const open = []
  const connect = async (authorization) => {
    const made = await world.connect(authorization)
    open.push(made)
    return made
  }
  try {
    await stories[name]({ ...world, connect, ask })
  } finally {
    for (const { end } of open) end()
  }
}

/** Waits for an event and returns its first argument. */
export const once = (emitter, event) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`waited in vain for ${event}`)), 30000)
    emitter.once(event, (value) => {
      clearTimeout(late)
      resolve(value)
    })
  })
