// Usage: node issued.mjs < { algorithm, private, public, keyid, token, options }
// Verifies a token and prints its header and payload, and a token of Node's
// own that is signed with the same key.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { text } from 'node:stream/consumers'
import jwt from 'jsonwebtoken'

const input = JSON.parse(await text(process.stdin))
const { algorithm, token, options, keyid } = input
const [header, payload, signature] = token.split('.')
const decode = (part) => Buffer.from(part, 'base64url').toString()
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
let own

if (algorithm === 'EdDSA') {
  // jsonwebtoken lacks it.
  const signed = Buffer.from(`${header}.${payload}`)
  if (!verify(null, signed, createPublicKey(input.public), Buffer.from(signature, 'base64url'))) {
    throw new Error('invalid signature')
  }
  const { audience: aud, issuer: iss } = options
  own = `${encode({ alg: algorithm, typ: 'access', kid: keyid })}.${encode({ node: true, exp: 4102444800, aud, iss, sub: '7' })}`
  own += '.' + sign(null, Buffer.from(own), createPrivateKey(input.private)).toString('base64url')
} else {
  jwt.verify(token, input.public, { ...options, algorithms: [algorithm] })
  own = jwt.sign({ node: true, exp: 4102444800 }, input.private, { ...options, algorithm, ...(keyid && { keyid }), subject: '7', header: { typ: 'access' } })
}
console.log(JSON.stringify({ header: decode(header), payload: decode(payload), token: own }))
