// The chat page. It speaks Socket.IO (protocol 5, over Engine.IO 4) on a plain
// WebSocket, so it needs no library. From the bottom up: a Connection that
// heals, the Timeline of a room, the View, and the Chat that joins them.

const CALL_TIMEOUT = 10_000; // milliseconds, as all times here
const CONNECT_TIMEOUT = 10_000;
const MAX_DELAY = 10_000;
const PAGE = 50; // messages fetched at a time
const CATCH_UP = 200; // the same, after the connection was away
const TYPING_PAUSE = 2_000; // between two notices that somebody types
const TYPING_SHOWN = 4_000;
const SAME_BREATH = 5 * 60_000; // messages closer than this stand under one name

/** An error that the server answered: name, code and message as Feathers has them. */
class ServiceError extends Error {
  constructor({ name = 'Error', code = 0, message = 'The server refused' }) {
    super(message);
    Object.assign(this, { name, code });
  }
}

/** What a call ends with when its answer can no longer come. */
class ConnectionLost extends Error {}

/**
 * Connection calls services and dispatches their events, named as on the wire
 * ("messages created"), with the record as detail. It connects again for ever;
 * a "state" event tells of connecting, online and lost.
 */
class Connection extends EventTarget {
  state = 'connecting';
  worker = ''; // number of the server's process, '' for the only one
  #url;
  #socket = null;
  #calls = new Map(); // in flight, by ack id
  #queue = []; // not sent yet, in the order of the calls
  #lastAck = 0;
  #attempts = 0;
  #watchdog = 0;
  #retry = 0;
  #patience = 0; // how long the server may be silent
  #heard = 0; // when it last was not

  constructor(url) {
    super();
    this.#url = url;
    addEventListener('online', () => this.reconnect());
    document.addEventListener('visibilitychange', () => document.hidden || this.#wake());
  }

  get online() { return this.state === 'online'; }

  /**
   * Resolves with the method's result. A call made while the connection is
   * away waits for it; one whose answer got lost is rejected and never sent
   * twice, as the server may have run it.
   */
  call(method, path, ...args) {
    return new Promise((resolve, reject) => {
      const call = { packet: [method, path, ...args], resolve, reject };
      if (this.online) this.#send(call);
      else this.#queue.push(call);
    });
  }

  /** Connects at once, unless that is done or under way. */
  reconnect() {
    if (this.#socket) return;
    clearTimeout(this.#retry);
    this.#change('connecting');
    const socket = this.#socket = new WebSocket(this.#url);
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => this.#drop();
    this.#watch(CONNECT_TIMEOUT);
  }

  #receive(packet) {
    if (typeof packet !== 'string') return;
    this.#heard = Date.now();
    if (this.online) this.#watch(this.#patience);
    const [, type, ack, json] = /^(4\d|\d)(\d*)(.*)$/s.exec(packet) ?? [];
    try {
      switch (type) {
        case '0': return this.#open(JSON.parse(packet.slice(1)));
        case '2': return this.#pong();
        case '40': return this.#change('online');
        case '42': return this.#event(...JSON.parse(json));
        case '43': return this.#answer(Number(ack), JSON.parse(json));
        case '41': case '44': return this.#drop();
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#drop(); // the two sides no longer understand each other
    }
  }

  #open({ sid, pingInterval, pingTimeout }) {
    this.worker = /^(\d+)\.\d+\./.exec(sid)?.[1] ?? ''; // a session's id begins with its worker's
    this.#patience = pingInterval + pingTimeout;
    this.#socket.send('40');
  }

  #pong() {
    this.#attempts = 0; // it lasted: the next loss starts with short delays
    this.#socket.send('3');
  }

  #event(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  #send(call) {
    const ack = ++this.#lastAck;
    call.timer = setTimeout(() => {
      this.#calls.delete(ack);
      call.reject(new Error('The server did not answer'));
    }, CALL_TIMEOUT);
    this.#calls.set(ack, call);
    this.#socket.send(`42${ack}${JSON.stringify(call.packet)}`);
  }

  #answer(ack, [error, result]) {
    const call = this.#calls.get(ack);
    if (!call) return;
    this.#calls.delete(ack);
    clearTimeout(call.timer);
    if (error) call.reject(new ServiceError(error));
    else call.resolve(result);
  }

  // A laptop that slept has missed heartbeats although no timer ran.
  #wake() {
    if (this.online && Date.now() - this.#heard > this.#patience) this.#drop();
    this.reconnect();
  }

  #watch(time) {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#drop(), time);
  }

  // Does not wait for the socket's own end: a dead network takes minutes.
  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = socket.onmessage = socket.onclose = null;
    socket.close();
    clearTimeout(this.#watchdog);
    const base = Math.min(MAX_DELAY, 500 * 2 ** Math.min(this.#attempts++, 10));
    this.#retry = setTimeout(() => this.reconnect(), base * (0.5 + Math.random()));
    this.#change('lost');
    for (const call of this.#calls.values()) {
      clearTimeout(call.timer);
      call.reject(new ConnectionLost('The connection broke'));
    }
    this.#calls.clear();
  }

  #change(state) {
    this.state = state;
    this.dispatchEvent(new Event('state'));
    // Listeners went first, so that a room is joined before what waited is said in it.
    while (this.online && this.#queue.length) this.#send(this.#queue.shift());
  }
}

/**
 * Timeline holds a room's messages, oldest first; behind them those of ours
 * that have no record yet. An entry is a message's record with a key, which it
 * has from the start, and a state: waiting, sending, failed or stored.
 */
class Timeline {
  entries = [];
  ready = false; // joined, and up to date
  earlier = 0; // messages on the server that are older than all of these
  #keys = 0;

  constructor(room) { this.room = room; }

  get stored() { return this.entries.filter((e) => e.state === 'stored'); }

  /** Adds a message of ours that is yet to be sent. */
  write(text, author) {
    const createdAt = new Date().toISOString();
    this.entries.push({ key: ++this.#keys, text, author, createdAt, state: 'waiting' });
  }

  /** Takes in what became of a record, if it is here; tells if it is. */
  update(record) {
    const known = this.entries.find((e) => e.id === record.id);
    if (known && record.updatedAt >= known.updatedAt) Object.assign(known, record);
    return Boolean(known);
  }

  /** Takes in a record, be it new, changed or known. */
  put(record) {
    if (this.update(record)) return;
    // Our own words may come back as an event, or in a page after a loss,
    // before (or without) the answer to the call that sent them.
    const ours = this.entries.find((e) => e.tried && !e.id && e.author === record.author && e.text === record.text);
    if (ours) Object.assign(ours, record, { state: 'stored' });
    else this.entries.push({ ...record, key: ++this.#keys, state: 'stored' });
    this.entries.sort(Timeline.#order);
  }

  /** Turns an entry of ours into the record that the server made of it. */
  settle(entry, record) {
    if (!entry.id && this.entries.some((e) => e.id === record.id)) this.#drop(entry);
    else if (!entry.id) Object.assign(entry, { id: record.id, updatedAt: '', state: 'stored' });
    this.put(record);
    this.entries.sort(Timeline.#order);
  }

  remove(id) { this.entries = this.entries.filter((e) => e.id !== id); }

  /**
   * Takes in the newest page. before is what was stored here when the page was
   * asked for: of that, what the page should hold and does not was removed
   * meanwhile; and if the page does not reach back to it, all of it makes
   * room, for there may be a gap between. What came since as events stays.
   */
  refresh({ data, total }, before) {
    const ids = new Set(data.map((r) => r.id));
    const gap = data.length < total && !before.some((e) => ids.has(e.id));
    const [newest, oldest] = [data[0], data.at(-1)];
    for (const entry of before) {
      if (!ids.has(entry.id) && (gap || !oldest || Timeline.#order(entry, oldest) > 0)) this.#drop(entry);
    }
    data.forEach((record) => this.put(record));
    this.earlier = newest ? total - this.stored.filter((e) => Timeline.#order(e, newest) <= 0).length : 0;
  }

  /** Takes in a page of older messages. */
  extend({ data, total, skip }, limit) {
    data.forEach((record) => this.put(record));
    this.earlier = data.length < limit ? 0 : total - skip - data.length;
  }

  #drop(entry) { this.entries = this.entries.filter((e) => e !== entry); }

  static #order(a, b) {
    if (!a.id || !b.id) return !a.id - !b.id || a.key - b.key;
    if (a.id === b.id) return 0;
    return Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1);
  }
}

const $ = (id) => document.getElementById(id);

/** Makes an element. Strings become text, never markup. */
function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const calendar = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function dayName(date) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  const name = days < 2 ? relative.format(-days, 'day') : calendar.format(date);
  return name[0].toUpperCase() + name.slice(1);
}

function avatar(author, name) {
  const initials = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? '').join('').toUpperCase();
  const made = element('span', { className: 'avatar', ariaHidden: 'true' }, initials);
  const hash = [...String(author)].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 360, 7);
  made.style.setProperty('--hue', (hash * 137) % 360);
  return made;
}

/** View puts on the page what it is given, and knows nothing of the server. */
class View {
  onRetry = () => {}; // called with the entry's key
  #items = new Map(); // list items of the timeline on show, by key
  #shown = null;

  status(state, worker) {
    $('status').dataset.state = state;
    $('status').textContent = { online: worker ? `Online, worker ${worker}` : 'Online', connecting: 'Connecting', lost: 'Lost' }[state];
  }

  banner(text, label, act) {
    const old = $('banner').firstChild?.data ?? '';
    if (old === text) return; // a screen reader would say it again
    $('banner').replaceChildren(text);
    if (label) $('banner').append(element('button', { type: 'button', onclick: act }, label));
  }

  me(user) { $('me').replaceChildren(avatar(user.id, user.name), element('b', {}, user.name)); }

  rooms(rooms, current) {
    const focused = $('rooms').contains(document.activeElement) && document.activeElement.hash;
    $('rooms').replaceChildren(...rooms.map((room) => {
      const link = element('a', { href: `#${encodeURIComponent(room.id)}` }, room.name);
      if (room === current) link.ariaCurrent = 'page';
      return element('li', {}, link);
    }));
    if (focused) [...$('rooms').querySelectorAll('a')].find((link) => link.hash === focused)?.focus();
    $('room-title').textContent = current?.name ?? '';
    $('room-topic').textContent = current?.topic ?? '';
  }

  /** Shows a timeline; nameOf tells an author's name, me is the reader's id. */
  timeline(timeline, nameOf, me) {
    const log = $('log');
    const other = this.#shown !== timeline;
    const wasAtEnd = other || this.atEnd;
    const fromEnd = log.scrollHeight - log.scrollTop;
    const firstKey = this.#items.keys().next().value;
    if (other) {
      this.#items.clear();
      $('messages').replaceChildren();
      this.#shown = timeline;
    }
    this.#list(timeline, nameOf, me);
    $('earlier').hidden = timeline.earlier <= 0;
    $('empty').hidden = !timeline.ready || timeline.entries.length > 0;
    // Older messages above push down what is being read: go with it.
    if (wasAtEnd) this.toEnd();
    else if (timeline.entries[0]?.key !== firstKey) log.scrollTop = log.scrollHeight - fromEnd;
  }

  #list({ entries, ready }, nameOf, me) {
    const items = new Map();
    entries.forEach((entry, at) => {
      const item = this.#items.get(entry.key) ?? element('li', {});
      const state = ready && entry.state === 'waiting' ? 'sending' : entry.state; // it waits for the one before
      this.#message(item, { ...entry, state }, entries[at - 1], nameOf(entry.author), entry.author === me);
      items.set(entry.key, item);
      if ($('messages').children[at] !== item) $('messages').insertBefore(item, $('messages').children[at] ?? null);
    });
    while ($('messages').children.length > entries.length) $('messages').lastChild.remove();
    this.#items = items;
  }

  #message(item, entry, previous, name, mine) {
    const time = new Date(entry.createdAt);
    const newDay = !previous || new Date(previous.createdAt).toDateString() !== time.toDateString();
    const first = newDay || previous.author !== entry.author || time - new Date(previous.createdAt) > SAME_BREATH;
    const edited = entry.state === 'stored' && entry.updatedAt !== entry.createdAt;
    const look = JSON.stringify([entry.text, entry.state, entry.error, edited, name, mine, newDay, first]);
    if (item.look === look) return;
    item.look = look;
    item.className = `message${mine ? ' mine' : ''}${first ? ' first' : ''}`;
    item.dataset.state = entry.state;
    const when = element('time', { dateTime: entry.createdAt, title: time.toLocaleString() }, clock.format(time));
    const note = element('p', { className: 'note' }, entry.state === 'waiting' ? 'Waiting for the connection' : edited ? 'Edited' : '');
    if (entry.state === 'failed') {
      note.append(`Not sent. ${entry.error}`, element('button', { type: 'button', onclick: () => this.onRetry(entry.key) }, 'Retry'));
    }
    item.replaceChildren(
      ...(newDay ? [element('p', { className: 'day' }, dayName(time))] : []),
      avatar(entry.author, name),
      element('p', { className: 'by' }, element('b', {}, name), when),
      element('p', { className: 'text' }, entry.text),
      note,
    );
  }

  get atEnd() { return $('log').scrollHeight - $('log').scrollTop - $('log').clientHeight < 80; }

  toEnd() {
    $('log').scrollTop = $('log').scrollHeight;
    $('newer').hidden = true;
  }

  typing(names) {
    const [one, two] = names;
    $('typing').textContent = names.length > 2 ? 'Several people are typing…'
      : two ? `${one} and ${two} are typing…` : one ? `${one} is typing…` : '';
  }
}

/** Chat is the page's own logic: who is here, which room, what is said. */
class Chat {
  #connection;
  #view = new View();
  #me = null;
  #rooms = new Map();
  #names = new Map(); // of authors, by id
  #asked = new Set(); // authors whose names are up to date, or on their way
  #timelines = new Map(); // of rooms seen so far, by room
  #timeline = null; // the one on show
  #joined = null; // the room whose events we hear
  #joining = Promise.resolve();
  #typing = new Map(); // timers by name
  #typedAt = 0;

  constructor(connection) {
    this.#connection = connection;
    this.#listenToServer();
    this.#listenToPage();
    connection.reconnect();
  }

  #call(...args) { return this.#connection.call(...args); }

  #listenToServer() {
    const on = (name, listener) => this.#connection.addEventListener(name, ({ detail }) => listener(detail));
    on('state', () => this.#stateChanged());
    on('users patched', (user) => this.#userChanged(user));
    on('users created', (user) => this.#userChanged(user));
    on('rooms created', (room) => this.#roomChanged(room));
    on('rooms patched', (room) => this.#roomChanged(room));
    on('rooms removed', (room) => this.#roomRemoved(room));
    on('messages created', (message) => this.#heard(message));
    on('messages patched', (message) => this.#changed(message.room, (t) => t.update(message)));
    on('messages removed', (message) => this.#changed(message.room, (t) => t.remove(message.id)));
    on('messages typing', ({ room, name }) => this.#types(room, name));
  }

  #listenToPage() {
    const submitted = (form, listener) => $(form).addEventListener('submit', (event) => {
      event.preventDefault();
      listener();
    });
    submitted('composer', () => this.#say());
    submitted('new-room', () => this.#createRoom());
    submitted('name-form', () => this.#takeName());
    addEventListener('hashchange', () => this.#select());
    this.#view.onRetry = (key) => this.#retry(key);
    $('text').onkeydown = (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      $('composer').requestSubmit();
    };
    $('text').oninput = () => this.#tellTyping();
    $('me').onclick = () => this.#me && this.#askName(this.#me.name);
    $('name-cancel').onclick = () => $('name-dialog').close();
    $('name-dialog').onclose = () => this.#me || $('name-dialog').showModal();
    $('newer').onclick = () => this.#view.toEnd();
    $('log').onscroll = () => { if (this.#view.atEnd) $('newer').hidden = true; };
    $('earlier').onclick = () => this.#loadEarlier();
    new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.#loadEarlier(), { root: $('log') }).observe($('earlier'));
  }

  #stateChanged() {
    const { state, online, worker } = this.#connection;
    this.#view.status(state, worker);
    if (state === 'lost') {
      this.#joined = null;
      this.#forgetTyping();
      this.#asked.clear();
      for (const timeline of this.#timelines.values()) timeline.ready = false;
      this.#show();
      this.#view.banner('The connection is lost. What you write waits until it is back.', 'Try now', () => this.#connection.reconnect());
    }
    if (online) this.#synchronize();
  }

  /** Brings the page up to date, whenever the connection comes up. */
  #synchronize() {
    this.#view.banner('');
    return this.#attempt(async () => {
      await this.#recognize();
      this.#rooms = new Map((await this.#findRooms()).map((room) => [room.id, room]));
      this.#timelines.forEach((timeline) => this.#flush(timeline));
      this.#select();
    });
  }

  async #attempt(work) {
    try {
      await work();
    } catch (error) {
      // A loss shows by itself, and what was asked for is asked again after it.
      if (!(error instanceof ConnectionLost)) this.#view.banner(`${error.message}.`, 'Try again', () => this.#synchronize());
    }
  }

  // A server with a fresh database may have given our id to somebody else: the
  // time of creation tells them apart.
  async #recognize() {
    const kept = this.#me ?? recall();
    const user = kept && await this.#call('get', 'users', kept.id).catch((error) => {
      if (error.code !== 404) throw error;
    });
    if (user && user.createdAt === kept.createdAt) return this.#signIn(user);
    this.#me = null;
    this.#askName(kept?.name ?? '');
  }

  #signIn(user) {
    this.#me = user;
    remember(user);
    this.#userChanged(user);
    this.#view.me(user);
    if (!$('name-dialog').open) return;
    $('name-dialog').close();
    $('text').focus();
  }

  #askName(name) {
    if ($('name-dialog').open) return;
    $('name').value = name;
    $('name-title').textContent = this.#me ? 'Your name' : 'Welcome to chat';
    $('name-cancel').hidden = !this.#me;
    $('name-dialog').showModal();
  }

  async #takeName() {
    const name = $('name').value.trim();
    if (!name) return;
    $('name-error').textContent = '';
    try {
      this.#signIn(await (this.#me ? this.#call('patch', 'users', this.#me.id, { name }) : this.#call('create', 'users', { name })));
    } catch (error) {
      $('name-error').textContent = error.message;
    }
  }

  #userChanged({ id, name }) {
    this.#names.set(id, name);
    this.#asked.add(id);
    this.#show();
  }

  async #learnNames(entries) {
    const ids = [...new Set(entries.map((e) => e.author))].filter((id) => !this.#asked.has(id));
    if (!ids.length) return;
    ids.forEach((id) => this.#asked.add(id));
    try {
      const users = await this.#findAll('users', { id: { $in: ids }, $sort: { id: 1 } });
      const found = new Map(users.map((user) => [user.id, user.name]));
      ids.forEach((id) => this.#names.set(id, found.get(id) ?? 'Somebody'));
    } catch (error) {
      ids.forEach((id) => this.#asked.delete(id));
      throw error;
    }
    this.#show();
  }

  async #findAll(path, query) {
    const found = [];
    for (;;) {
      const { data, total } = await this.#call('find', path, { ...query, $limit: 100, $skip: found.length });
      found.push(...data);
      if (!data.length || found.length >= total) return found;
    }
  }

  async #findRooms() {
    const find = () => this.#findAll('rooms', { $sort: { name: 1 } });
    const found = await find();
    if (found.length) return found;
    // Another page may be a moment ahead; then the name is taken, which is as well.
    await this.#call('create', 'rooms', { name: 'lobby', topic: 'Where everybody arrives' }).catch((error) => {
      if (error.code !== 409) throw error;
    });
    return find();
  }

  #roomChanged(room) {
    this.#rooms.set(room.id, room);
    this.#showRooms();
  }

  #roomRemoved({ id }) {
    this.#rooms.delete(id);
    this.#timelines.delete(id);
    this.#select();
  }

  async #createRoom() {
    const name = $('room-name').value.trim();
    $('room-error').textContent = '';
    try {
      const room = [...this.#rooms.values()].find((r) => r.name === name) ?? await this.#call('create', 'rooms', { name });
      this.#roomChanged(room);
      $('new-room').reset();
      location.hash = room.id;
    } catch (error) {
      $('room-error').textContent = error.code === 409 ? 'There is a room of that name' : error.message;
    }
  }

  /** Goes to the room that the address names, or else to a likely one. */
  #select() {
    const wanted = location.hash.slice(1);
    document.body.dataset.view = wanted === 'rooms' ? 'rooms' : 'room';
    const all = [...this.#rooms.values()];
    const named = all.find((r) => String(r.id) === wanted);
    const room = named ?? this.#rooms.get(this.#timeline?.room) ?? all.find((r) => r.name === 'lobby') ?? all[0];
    if (!room) return;
    if (!named && wanted !== 'rooms') history.replaceState(null, '', `#${room.id}`);
    this.#attempt(() => this.#enter(room.id));
  }

  async #enter(room) {
    const timeline = this.#timelines.get(room) ?? new Timeline(room);
    this.#timelines.set(room, timeline);
    if (this.#timeline !== timeline) {
      if (this.#timeline) this.#timeline.ready = false;
      this.#timeline = timeline;
      this.#forgetTyping();
      if (matchMedia('(hover: hover)').matches) $('text').focus();
    }
    this.#showRooms();
    this.#show();
    if (!this.#connection.online) return;
    await this.#join(room);
    const before = timeline.stored;
    const page = await this.#findMessages(room, { $limit: before.length ? CATCH_UP : PAGE });
    await this.#learnNames(page.data);
    if (this.#timeline !== timeline || this.#joined !== room) return; // went on meanwhile
    timeline.refresh(page, before);
    timeline.ready = true;
    this.#show();
    this.#flush(timeline);
  }

  // One move at a time: the server runs a connection's calls side by side, and
  // a late leave must not undo the join after it.
  #join(room) {
    this.#joining = this.#joining.catch(() => {}).then(async () => {
      const old = this.#joined;
      if (old === room) return;
      if (old) await this.#call('leave', 'rooms', { room: old }).catch(() => {}); // it may be gone
      await this.#call('join', 'rooms', { room });
      this.#joined = room;
    });
    return this.#joining;
  }

  #findMessages(room, query) {
    return this.#call('find', 'messages', { room, $sort: { createdAt: -1, id: -1 }, ...query });
  }

  async #loadEarlier() {
    const timeline = this.#timeline;
    if (!timeline?.ready || timeline.loading) return;
    timeline.loading = true;
    await this.#attempt(async () => {
      const page = await this.#findMessages(timeline.room, { $limit: PAGE, $skip: timeline.stored.length });
      await this.#learnNames(page.data);
      if (timeline.ready) timeline.extend(page, PAGE);
    });
    timeline.loading = false;
    this.#show();
  }

  #heard(message) {
    const stay = !this.#view.atEnd;
    this.#changed(message.room, (timeline) => timeline.put(message));
    if (message.room !== this.#timeline?.room || message.author === this.#me?.id) return;
    $('newer').hidden = !stay;
    this.#attempt(async () => {
      await this.#learnNames([message]);
      const name = this.#names.get(message.author);
      $('announce').textContent = `${name}: ${message.text}`;
      this.#typesNoMore(name);
    });
  }

  #changed(room, change) {
    const timeline = this.#timelines.get(room);
    if (timeline) change(timeline);
    this.#show();
  }

  #say() {
    const text = $('text').value.trim();
    if (!text || !this.#me || !this.#timeline) return;
    $('text').value = '';
    this.#typedAt = 0;
    this.#timeline.write(text, this.#me.id);
    this.#show();
    this.#view.toEnd();
    this.#flush(this.#timeline);
  }

  #retry(key) {
    this.#timeline.entries.find((e) => e.key === key).state = 'waiting';
    this.#show();
    $('text').focus(); // the button that had it is gone
    this.#flush(this.#timeline);
  }

  // One at a time, as the server runs a connection's calls side by side and
  // would mix their order. What was sent before without an answer goes again
  // only when the timeline is up to date: if the server has it, it is no
  // longer waiting then.
  async #flush(timeline) {
    if (timeline.flushing) return;
    timeline.flushing = true;
    const next = () => timeline.entries.find((e) => e.state === 'waiting' && (timeline.ready || !e.tried));
    for (let entry; this.#connection.online && (entry = next());) await this.#send(timeline, entry);
    timeline.flushing = false;
  }

  async #send(timeline, entry) {
    Object.assign(entry, { state: 'sending', tried: true });
    try {
      const { text, author } = entry;
      timeline.settle(entry, await this.#call('create', 'messages', { text, room: timeline.room, author }));
    } catch (error) {
      if (!entry.id) Object.assign(entry, { state: 'failed', error: error.message });
    }
    this.#show();
  }

  #tellTyping() {
    if (!this.#me || !this.#timeline?.ready || !$('text').value.trim() || Date.now() - this.#typedAt < TYPING_PAUSE) return;
    this.#typedAt = Date.now();
    this.#call('typing', 'messages', { room: this.#timeline.room, user: this.#me.id }).catch(() => {}); // not worth a word
  }

  #types(room, name) {
    if (room !== this.#timeline?.room || name === this.#me?.name) return;
    clearTimeout(this.#typing.get(name));
    this.#typing.set(name, setTimeout(() => this.#typesNoMore(name), TYPING_SHOWN));
    this.#view.typing([...this.#typing.keys()]);
  }

  #typesNoMore(name) {
    clearTimeout(this.#typing.get(name));
    this.#typing.delete(name);
    this.#view.typing([...this.#typing.keys()]);
  }

  #forgetTyping() { [...this.#typing.keys()].forEach((name) => this.#typesNoMore(name)); }

  #showRooms() {
    const rooms = [...this.#rooms.values()].sort((a, b) => a.name.localeCompare(b.name));
    this.#view.rooms(rooms, this.#rooms.get(this.#timeline?.room));
  }

  #show() {
    if (this.#timeline) this.#view.timeline(this.#timeline, (id) => this.#names.get(id) ?? '…', this.#me?.id);
  }
}

// The browser may refuse to store anything; then the name is asked for each time.
function recall() {
  try { return JSON.parse(localStorage.getItem('chat.user')); } catch { return null; }
}
function remember({ id, name, createdAt }) {
  try { localStorage.setItem('chat.user', JSON.stringify({ id, name, createdAt })); } catch { /* see recall */ }
}

const url = new URL('/socket.io/?EIO=4&transport=websocket', location);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
new Chat(new Connection(url));
