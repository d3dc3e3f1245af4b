// reconnecting-websocket.js: a WebSocket that comes back.
//
//   const socket = new ReconnectingWebSocket(() => '/reconnect?after=7', { heartbeatInterval: 30000 });
//   socket.onmessage = (text) => …
//   socket.send('{"name":"message"}');
//   socket.close();
//
// The address is asked for at each connection, so that it can say where to go on. What is sent stays in a queue until
// an answered heartbeat says that it has arrived; on a new connection the queue is sent again. So the other end gets
// every message at least once, and has to know those that it has. A heartbeat follows at once where something is in the
// queue, so that little is sent again; else it comes now and then, to hear whether anybody is there.
//
// hooks: onconnecting(), onopen(), onmessage(text), onqueue(length), onbeat(),
//        onclose(reason, wait) with the milliseconds until the next attempt, or null after the last

class ReconnectingWebSocket {
  onconnecting() {}
  onopen() {}
  onmessage() {}
  onqueue() {}
  onbeat() {}
  onclose() {}

  #address;
  #options;
  #socket = null;
  #queue;          // not known to have arrived
  #sent = 0;       // how many of these went out on this connection
  #asked = 0;      // how many had gone out before the last heartbeat
  #isAsking = false;
  #attempts = 0;   // in vain, since something was heard
  #isClosed = false;
  #timers = {};    // one of each kind: beat, silence, reconnect

  constructor(address, options = {}) {
    this.#address = address;
    this.#options = {
      reconnectInterval: 1000, longestInterval: 30000, maxReconnectCount: 10,
      heartbeatInterval: 30000, heartbeatTimeout: 10000, ...options,
    };
    this.#queue = options.queue || []; // may outlive this object, and be given to the next
    this.#after('reconnect', 0, () => this.#connect()); // when the hooks are in place
  }

  send(message) {
    // An empty message is the heartbeat.
    if (typeof message !== 'string' || message === '') throw new TypeError('A message is a text that is not empty.');
    if (this.#isClosed) throw new Error('The socket is closed.');
    this.#queue.push(message);
    this.#flush();
  }

  // Nothing runs on: no timer, no connection.
  close() {
    this.#isClosed = true;
    for (const kind in this.#timers) clearTimeout(this.#timers[kind]);
    this.#leave();
  }

  #connect() {
    const address = new URL(this.#address(), location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    this.onconnecting();
    const socket = this.#socket = new WebSocket(address);
    socket.onopen = () => {
      this.onopen();
      this.#flush();
    };
    socket.onmessage = (event) => {
      this.#attempts = 0;
      if (event.data !== '') return this.onmessage(event.data);
      clearTimeout(this.#timers.silence);
      this.#queue.splice(0, this.#asked);
      this.#sent -= this.#asked;
      this.#asked = 0;
      this.#isAsking = false;
      this.#waitToBeat();
      this.onqueue(this.#queue.length);
    };
    socket.onclose = (event) => this.#lost(event.reason || `The connection was closed with code ${event.code}.`);
  }

  get #isOpen() { return this.#socket?.readyState === WebSocket.OPEN; }

  #flush() {
    if (this.#isOpen) {
      while (this.#sent < this.#queue.length) this.#socket.send(this.#queue[this.#sent++]);
      this.#waitToBeat();
    }
    this.onqueue(this.#queue.length);
  }

  #waitToBeat() {
    if (this.#isAsking) return; // one question at a time, so that its answer is clear
    this.#after('beat', this.#sent ? 0 : this.#options.heartbeatInterval, () => {
      if (!this.#isOpen) return; // the other end is closing: onclose will follow
      this.#isAsking = true;
      this.#asked = this.#sent;
      this.#socket.send('');
      this.onbeat();
      this.#after('silence', this.#options.heartbeatTimeout, () => this.#lost('The heartbeat was not answered.'));
    });
  }

  #lost(reason) {
    const { reconnectInterval, longestInterval, maxReconnectCount } = this.#options;
    clearTimeout(this.#timers.beat);
    clearTimeout(this.#timers.silence);
    this.#leave();
    this.#sent = this.#asked = 0;
    this.#isAsking = false;
    if (this.#attempts >= maxReconnectCount) {
      this.close();
      return this.onclose(reason, null);
    }
    const wait = Math.min(reconnectInterval * 2 ** this.#attempts++, longestInterval);
    this.onclose(reason, wait);
    this.#after('reconnect', wait, () => this.#connect());
  }

  // Without waiting for the other end to say goodbye: it may be gone.
  #leave() {
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #after(kind, ms, next) {
    clearTimeout(this.#timers[kind]); // the one before, or it would go on beside this one
    this.#timers[kind] = setTimeout(next, ms);
  }
}
