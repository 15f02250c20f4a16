// A client for servers that speak Primus over websockets, with the events and
// acknowledgements of primus-emitter. It defines the global Primus, with what
// applications use of Primus' own client: https://github.com/primus/primus.
;(function (global) {
  'use strict'

  class Emitter {
    constructor() {
      this.handlers = new Map()
    }

    on(event, fn) {
      this.handlers.set(event, [...(this.handlers.get(event) || []), fn])
      return this
    }

    once(event, fn) {
      const once = (...args) => {
        this.off(event, once)
        fn.apply(this, args)
      }
      once.fn = fn
      return this.on(event, once)
    }

    off(event, fn) {
      const left = (this.handlers.get(event) || []).filter((h) => fn && h !== fn && h.fn !== fn)
      this.handlers.set(event, left)
      return this
    }

    removeAllListeners(event) {
      if (event === undefined) this.handlers.clear()
      return this.off(event)
    }

    // Calls the listeners of an event, and tells whether there are any.
    emit(event, ...args) {
      const handlers = this.handlers.get(event) || []
      for (const fn of handlers) fn.apply(this, args)
      return handlers.length > 0
    }

    listeners(event) { return (this.handlers.get(event) || []).map((h) => h.fn || h) }
    listenerCount(event) { return this.listeners(event).length }
    eventNames() { return [...this.handlers.keys()].filter((event) => this.listenerCount(event)) }
  }
  Emitter.prototype.removeListener = Emitter.prototype.off
  Emitter.prototype.addListener = Emitter.prototype.on

  const [OPENING, CLOSED, OPEN] = [1, 2, 3]
  const stateNames = { [OPENING]: 'opening', [CLOSED]: 'end', [OPEN]: 'open' }
  const separators = { '\u2028': '\\u2028', '\u2029': '\\u2029' }
  // Events of the client itself, which no server may send.
  const reserved = new RegExp('^((incoming|outgoing)::.*|(reconnect (scheduled|timeout|failed)|readyStateChange|' +
    'reconnected|reconnect|offline|timeout|online|error|close|open|data|end)$)')

  class Primus extends Emitter {
    // Options: manual (open is called later), timeout (ms to the first connection),
    // pingTimeout (ms without a ping), queueSize (messages kept while there is no
    // connection), strategy (reconnect on 'disconnect', 'online', 'timeout'),
    // reconnect ({min, max, factor, retries, 'reconnect timeout'}).
    constructor(url, options) {
      super()
      this.url = global.location ? new URL(url || '/', global.location.href) : new URL(url)
      const { pingTimeout } = this
      this.options = Object.assign({ timeout: 10000, pingTimeout, queueSize: Infinity, reconnect: {}, strategy: [] }, options)
      this.strategy = [].concat(this.options.strategy || 'none').join().split(/[\s,]+/)
      if (this.strategy[0] === '') this.strategy = ['disconnect', 'online', 'timeout']
      Object.assign(this, { readyState: CLOSED, online: true, socket: null, timers: new Map() })
      this.buffer = [] // messages for which there is no connection
      this.attempt = null // the reconnection under way
      this.disconnect = false // the server said that it closes for good
      this.ids = 1
      this.acks = new Map() // what to call with answers, by id
      this.watchNetwork()
      if (!this.options.manual) this.after('open', 0, () => this.open())
    }

    // Sends an event. A function as last argument is called with the answer.
    send(...args) {
      const packet = { type: 0, data: args }
      if (typeof args[args.length - 1] === 'function') {
        packet.id = this.ids++
        this.acks.set(packet.id, args.pop())
      }
      this.write(packet)
      return this
    }

    // Sends anything that JSON can tell, once there is a connection.
    write(data) {
      if (this.readyState === OPEN) {
        this.socket.send(JSON.stringify(data).replace(/[\u2028\u2029]/g, (c) => separators[c]))
      } else {
        if (this.buffer.length >= this.options.queueSize) this.buffer.shift()
        this.buffer.push(data)
      }
      return true
    }

    // Asks the server for the id of the connection.
    id(fn) {
      this.write('primus::id::')
      return this.once('incoming::id', fn)
    }

    open() {
      this.clear()
      this.connect(this.options.timeout, () => this.emit('timeout'))
      return this
    }

    // Closes the connection for good, after a last message if there is one.
    end(data) {
      const open = this.readyState !== CLOSED || this.timers.has('open')
      if (!open && !this.attempt) return this
      if (data !== undefined) this.write(data)
      this.clear()
      this.attempt = null
      this.detach()
      this.setState(CLOSED)
      if (open) this.emit('close')
      this.emit('end')
      return this
    }

    address() {
      const url = new URL(this.url)
      url.protocol = url.protocol.replace('http', 'ws')
      Object.assign(url, { pathname: this.pathname, hash: '' })
      url.searchParams.set('_primuscb', Date.now().toString(36))
      return url.href
    }

    // Opens a websocket. When that takes longer than ms, late is called first.
    connect(ms, late) {
      const expired = () => {
        late()
        if (this.readyState === OPENING) this.lost()
      }
      if (ms) this.after('connect', ms, expired)
      this.detach()
      this.setState(OPENING)
      try { this.socket = new global.WebSocket(this.address()) } catch (error) { return this.lost(error) }
      this.socket.onopen = () => this.opened()
      this.socket.onmessage = (event) => this.received(event.data)
      this.socket.onclose = () => this.lost()
      this.socket.onerror = (event) => {
        if (this.readyState === OPENING) this.lost(event.error || new Error('websocket failed'))
      }
    }

    // Lets go of the socket: nothing of it is heard any more.
    detach() {
      const socket = this.socket
      this.socket = null
      if (!socket) return
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = () => {}
      socket.close()
    }

    opened() {
      const attempt = this.attempt
      Object.assign(this, { attempt: null, disconnect: false })
      this.clear()
      this.setState(OPEN)
      this.setOnline()
      this.heartbeat()
      for (const data of this.buffer.splice(0)) this.write(data)
      if (attempt) this.emit('reconnected', Object.assign(attempt, { duration: Date.now() - attempt.start }))
      this.emit('open')
    }

    // What happens when a connection is gone, or could not be made.
    lost(error) {
      if (error && !this.attempt) {
        this.emit('error', error)
        if (this.readyState === CLOSED) return // a listener ended it
      }
      const wasOpen = this.readyState === OPEN
      this.clear()
      this.detach()
      this.setState(CLOSED)
      if (wasOpen) this.emit('close')
      const again = this.attempt || this.strategy.includes(wasOpen ? 'disconnect' : 'timeout')
      if (again && !this.disconnect) this.reconnect()
      else this.emit('end')
    }

    // Tries again after a while, which grows with each attempt.
    reconnect() {
      const defaults = { attempt: 0, start: Date.now(), min: 500, max: Infinity, factor: 2, retries: 10, 'reconnect timeout': 30000 }
      const opts = (this.attempt = this.attempt || Object.assign(defaults, this.options.reconnect))
      if (opts.attempt >= opts.retries) {
        this.attempt = null
        this.emit('reconnect failed', new Error('Unable to recover'), opts)
        return this.emit('end')
      }
      opts.attempt++
      const jitter = (Math.random() + 1) * opts.min * Math.pow(opts.factor, opts.attempt - 1)
      opts.scheduled = opts.attempt === 1 ? opts.min : Math.min(Math.round(jitter), opts.max)
      const late = () => this.emit('reconnect timeout', new Error('Failed to reconnect in a timely manner'), opts)
      this.after('reconnect', opts.scheduled, () => {
        this.emit('reconnect', opts)
        if (this.attempt) this.connect(opts['reconnect timeout'], late)
      })
      this.emit('reconnect scheduled', opts)
    }

    received(raw) {
      let data
      try { data = JSON.parse(raw) } catch (error) { return this.emit('error', error) }
      if (typeof data === 'string' && this.control(data)) return
      this.emit('data', data, raw)
      if (data && Array.isArray(data.data) && (!data.id || typeof data.id === 'number')) this.packet(data)
    }

    // Handles a message of Primus itself, and tells whether it was one.
    control(text) {
      const [, kind, value] = /^primus::(ping|server|id)::(.*)$/.exec(text) || []
      if (kind === 'ping') {
        this.write('primus::pong::' + value)
        this.setOnline()
        this.heartbeat()
        this.emit('incoming::ping', Number(value))
      }
      if (kind === 'server') this.disconnect = value === 'close'
      if (kind === 'id') this.emit('incoming::id', value)
      return Boolean(kind)
    }

    packet({ type, id, data }) {
      if (type === 1) {
        const ack = this.acks.get(id)
        this.acks.delete(id)
        if (ack) ack.apply(this, data)
      } else if (type === 0 && !reserved.test(data[0])) {
        this.emit(...data)
      }
    }

    // Gives the connection up when no ping comes.
    heartbeat() {
      if (!this.options.pingTimeout) return
      this.after('heartbeat', this.options.pingTimeout, () => {
        this.online = false
        this.emit('offline')
        if (this.readyState === OPEN) this.lost()
      })
    }

    setState(state) {
      const changed = this.readyState !== state
      this.readyState = state
      if (changed) this.emit('readyStateChange', stateNames[state])
    }

    setOnline() {
      if (this.online) return
      this.online = true
      this.emit('online')
    }

    // Ends the connection while the browser has no network.
    watchNetwork() {
      if (!global.addEventListener) return
      global.addEventListener('offline', () => {
        this.online = false
        this.emit('offline')
        this.end()
      })
      global.addEventListener('online', () => {
        if (this.online) return
        this.setOnline()
        if (this.readyState === CLOSED && !this.attempt && this.strategy.includes('online')) this.reconnect()
      })
    }

    after(name, ms, fn) {
      clearTimeout(this.timers.get(name))
      this.timers.set(name, setTimeout(() => this.timers.delete(name) && fn(), ms))
    }

    clear() {
      for (const timer of this.timers.values()) clearTimeout(timer)
      this.timers.clear()
    }
  }

  Object.assign(Primus, { OPENING, CLOSED, OPEN })
  Primus.connect = (url, options) => new Primus(url, options)
  Object.assign(Primus.prototype, { pathname: '/primus', pingTimeout: 45000 })
  global.Primus = Primus
})(typeof globalThis === 'object' ? globalThis : this)

// The server appends its settings.
