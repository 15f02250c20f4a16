// Runs the Feathers adapter suite through an official client:
//   node adapter.mjs MODULES URL rest|socketio fixed|options
// With "fixed" the server has each service once, with no option set. With
// "options" it has each under one path for every set of options, as server_test.go
// names them, and changes of options that the suite makes choose the path.
// It ends with 0 when every test of the suite passed or is listed as excluded.
import { createRequire } from 'node:module';
import { excludedFrom } from './excluded.mjs';

const [modules, url, transport, mode] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const Mocha = require('mocha');
const adapterTests = require('@feathersjs/adapter-tests');
const errors = require('@feathersjs/errors');
const { feathers } = require('@feathersjs/feathers');
const rest = require('@feathersjs/rest-client');
const socketio = require('@feathersjs/socketio-client');
const { io } = require('socket.io-client');

const services = { people: 'id', 'people-customid': 'customid', 'people-uuid': 'id' };

/** Returns the client and a function that closes it. */
function connect() {
  const client = feathers();
  if (transport === 'rest') {
    client.configure(rest(url).fetch(fetch));
    return { client, close: () => {} };
  }
  const socket = io(url, { transports: ['websocket'] });
  client.configure(socketio(socket));
  return { client, close: () => socket.disconnect() };
}

/** Names the path that has the records of a service under the options. */
function variant(name, { multi, paginate }) {
  const methods = multi === true ? 'all' : [multi || 'none'].flat().sort().join('-');
  const page = paginate?.default ? Object.values(paginate).join('-') : 'off';
  return `${name}-${methods}-${page}`;
}

/** A service whose options, and those of single calls, choose the path. */
function variants(client, name) {
  const options = { multi: false, paginate: false };
  const at = (params = {}) => {
    const { paginate = options.paginate, adapter } = params;
    return client.service(variant(name, { ...options, paginate, ...adapter }));
  };
  return {
    options,
    find: (params) => at(params).find(params),
    get: (id, params) => at(params).get(id, params),
    create: (data, params) => at(params).create(data, params),
    update: (id, data, params) => at(params).update(id, data, params),
    patch: (id, data, params) => at(params).patch(id, data, params),
    remove: (id, params) => at(params).remove(id, params),
  };
}

/** Returns the suite's tests with their full titles. */
function testsOf(suite) {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}

/** Adds the suite's tests for a service, of which the excluded are pending. */
function addSuite(mocha, app, name, excluded) {
  const everyName = { includes: () => true, forEach: () => {} };
  const before = mocha.suite.suites.length;
  adapterTests(everyName)(app, errors, name, services[name]);
  const tests = mocha.suite.suites.slice(before).flatMap(testsOf);
  for (const test of tests) test.pending = excluded.has(test.title);
  return tests;
}

/** Tells what is wrong with the run of a service's tests. */
function complaints(tests, excluded) {
  const titles = new Set(tests.map((test) => test.title));
  const unknown = [...excluded.keys()].filter((title) => !titles.has(title));
  const notRun = tests.filter((test) => !test.state && !excluded.has(test.title));
  return [
    ...unknown.map((title) => `${title} is excluded, but not in the suite`),
    ...notRun.map((test) => `${test.title} is neither run nor excluded`),
    ...tests.filter((test) => test.state === 'failed').map((test) => `${test.title} failed`),
  ];
}

const { client, close } = connect();
const proxies = Object.fromEntries(Object.keys(services).map((name) => [name, variants(client, name)]));
const app = mode === 'options' ? { service: (name) => proxies[name] } : client;

const excluded = excludedFrom(mode);
const mocha = new Mocha({ reporter: 'dot', timeout: 10_000 });
mocha.suite.emit('pre-require', globalThis, null, mocha);
const runs = Object.keys(services).map((name) => ({ name, tests: addSuite(mocha, app, name, excluded) }));
const failures = await new Promise((resolve) => mocha.run(resolve));
close();

process.exitCode = failures > 0 ? 1 : 0;
for (const { name, tests } of runs) {
  const wrong = complaints(tests, excluded);
  const count = (state) => tests.filter((test) => test.state === state).length;
  console.log(
    `${name} over ${transport}: ${tests.length} tests, ${count('passed')} passed, ` +
      `${count('failed')} failed, ${tests.filter((test) => test.pending).length} excluded`,
  );
  for (const line of wrong) console.log(`  ${name}: ${line}`);
  if (tests.length === 0 || wrong.length > 0) process.exitCode = 1;
}
