// Both client libraries, and what the scripts wait with.
import vm from 'node:vm'
import { createRequire } from 'node:module'
import WebSocket from 'ws'

const require = createRequire(import.meta.url)

// Returns the class of a library: "npm" is Primus' own, made by what the server
// says of itself, "served" the one that the server has for browsers.
export async function library(url, name) {
  if (name === 'npm') {
    const spec = await (await fetch(url + '/primus/spec')).json()
    return require('primus').createSocket({ ...spec, plugin: { emitter: require('primus-emitter') } })
  }
  globalThis.WebSocket = WebSocket
  vm.runInThisContext(await (await fetch(url + '/primus/primus.js')).text(), 'primus.js')
  return globalThis.Primus
}

// Waits for an event and returns its arguments.
export function once(emitter, event) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`waited in vain for ${event}`)), 20000)
    emitter.once(event, (...args) => {
      clearTimeout(late)
      resolve(args)
    })
  })
}

// Strips what differs between values of two JavaScript realms.
export const plain = (value) => JSON.parse(JSON.stringify(value))
