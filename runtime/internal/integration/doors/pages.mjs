// Usage: node pages.mjs MODULES CHROMIUM URL ALLOWED FOREIGN PASSWORD
// Has pages of two origins log in to the app at URL, each by polling, over a
// websocket and over REST, and prints whom each was told to be, or why not.
import { createRequire } from 'node:module'

const [modules, executablePath, url, allowed, foreign, password] = process.argv.slice(2)
const { chromium } = createRequire(`${modules}/`)('playwright-core')

/** Runs in the page. */
async function logIn([url, credentials]) {
  const socket = (transport) => new Promise((resolve) => {
    const socket = window.io(url, { transports: [transport], reconnection: false, forceNew: true })
    const end = (text) => {
      socket.disconnect()
      resolve(text)
    }
    socket.on('connect_error', (e) => end(`refused: ${e.message}`))
    socket.emit('create', 'authentication', credentials, {}, (error, result) => end(error?.message ?? result.user.email))
  })
  const rest = async () => {
    const headers = { 'Content-Type': 'application/json' }
    const made = await fetch(`${url}/authentication`, { method: 'POST', headers, body: JSON.stringify(credentials) })
    const { accessToken } = await made.json()
    const user = await fetch(`${url}/users/1`, { headers: { Authorization: `Bearer ${accessToken}` } })
    return (await user.json()).email
  }
  return {
    Polling: await socket('polling'),
    Websocket: await socket('websocket'),
    REST: await rest().catch((e) => `refused: ${e.message}`)
  }
}

const browser = await chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-background-networking', '--no-first-run'] })
try {
  const told = []
  for (const origin of [allowed, foreign]) {
    const page = await browser.newPage()
    await page.goto(`${origin}/`)
    await page.addScriptTag({ url: `${origin}/socket.io.min.js` })
    told.push(await page.evaluate(logIn, [url, { strategy: 'local', email: 'ann@example.com', password }]))
  }
  console.log(JSON.stringify(told))
} finally {
  await browser.close()
}
