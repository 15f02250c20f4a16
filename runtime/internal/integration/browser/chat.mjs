// Drives two windows of the chat page:
//   node chat.mjs MODULES CHROMIUM URL
// It prints kill or start to have that done to the app, and reads a line when
// it is done. It ends with 0 when all was as it should be.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [modules, executablePath, url] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)('playwright-core');

const answers = createInterface({ input: process.stdin });
async function app(request) {
  const answer = once(answers, 'line');
  console.log(request);
  await answer;
}

const browser = await chromium.launch({
  executablePath,
  args: ['--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
const complaints = [];

/** Opens a window of its own browser profile and gives it a name. */
async function open(name, prepare = () => {}) {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => complaints.push(`${name}: ${error}`));
  page.on('console', (message) => {
    // That the server is away is in the nature of this test.
    if (message.type() === 'error' && !/WebSocket connection|ERR_/.test(message.text())) complaints.push(`${name}: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`${name} asked for ${request.url()}`);
  });
  await prepare(page);
  await page.goto(url);
  assert.equal(await page.title(), 'chat');
  await page.fill('#name', name);
  await page.press('#name', 'Enter');
  await page.waitForSelector('#name-dialog', { state: 'hidden' });
  await state(page, 'online');
  assert.match(await page.textContent('#status'), /^Online, worker [12]$/);
  return page;
}

const state = (page, state) => page.waitForSelector(`#status[data-state=${state}]`);
const texts = (page) => page.$$eval('.message .text', (all) => all.map((one) => one.textContent));

async function say(page, text) {
  await page.fill('#text', text);
  await page.press('#text', 'Enter');
}

/** Waits until a window shows exactly these messages, all of them stored. */
async function shows(page, want) {
  const same = (want) => JSON.stringify([...document.querySelectorAll('.message[data-state=stored] .text')].map((e) => e.textContent)) === want
    && !document.querySelector('.message:not([data-state=stored])');
  await page.waitForFunction(same, JSON.stringify(want)).catch(() => {});
  assert.deepEqual(await texts(page), want);
}

try {
  let away = false;
  const sockets = [];
  const ann = await open('Ann');
  const ben = await open('Ben', (page) => page.routeWebSocket(/socket\.io/, (socket) => {
    if (away) return socket.close();
    socket.connectToServer();
    sockets.push(socket);
  }));
  await ann.waitForSelector('#rooms a[aria-current] >> text=lobby');
  await ben.waitForSelector('#rooms a[aria-current] >> text=lobby');

  // Two windows see each other's messages; markup stays text.
  await say(ann, 'hello');
  await shows(ben, ['hello']);
  await say(ben, '<b>hi</b>');
  await shows(ann, ['hello', '<b>hi</b>']);
  await ben.waitForSelector('.message:not(.mine) .by b >> text=Ann');
  await ben.type('#text', 'and');
  await ann.waitForSelector('#typing >> text=Ben is typing');

  // A lost server shows; what is written meanwhile waits, and goes out once.
  await app('kill');
  await state(ann, 'lost');
  await state(ben, 'lost');
  await say(ann, 'are you there?');
  await ann.waitForSelector('.message[data-state=waiting]');
  await app('start');
  await state(ann, 'online');
  await state(ben, 'online');
  const all = ['hello', '<b>hi</b>', 'are you there?'];
  await shows(ann, all);
  await shows(ben, all);

  // One window is away while the other speaks: it misses nothing, and has
  // nothing twice.
  away = true;
  sockets.forEach((socket) => socket.close());
  await state(ben, 'lost');
  for (let i = 1; i <= 60; i++) {
    all.push(`missed ${i}`);
    await say(ann, all.at(-1));
  }
  await shows(ann, all);
  away = false;
  await state(ben, 'online');
  await shows(ben, all);

  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
  answers.close();
}
