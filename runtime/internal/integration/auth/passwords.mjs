// Usage: node passwords.mjs < [{ password, hash }, …]
// Prints for each password whether the hash is its own, and a hash by Node.
import { text } from 'node:stream/consumers'
import bcrypt from 'bcryptjs'

const answers = JSON.parse(await text(process.stdin)).map(({ password, hash }) => ({
  matches: bcrypt.compareSync(password, hash),
  wrong: bcrypt.compareSync('x' + password, hash),
  hash: bcrypt.hashSync(password, 10)
}))
console.log(JSON.stringify(answers))
