// Usage: node refused.mjs < { secret, options, tokens }
// Prints what Feathers sends for each token: the message and the data.
import { text } from 'node:stream/consumers'
import jwt from 'jsonwebtoken'

const { secret, options, tokens } = JSON.parse(await text(process.stdin))
const refusal = (token) => {
  try {
    jwt.verify(token, secret, { ...options, algorithms: ['HS256'] })
    return { message: 'accepted' }
  } catch (error) {
    const { message, errors, ...data } = error
    return { message, data: JSON.stringify(data) }
  }
}
console.log(JSON.stringify(tokens.map(refusal)))
