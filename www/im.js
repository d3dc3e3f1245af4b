// im.js: instant messages for a page, over one long poll.
//
//   const chat = im('/im');
//   chat.onmessage((message) => …);          a message {name, data, id} of the name "message"
//   chat.on('greeting', (message) => …);     one of another name
//   chat.on('error', (failure) => …);        a poll or an emit has failed; it is tried again
//   chat.start();
//   chat.emit('greeting', 'Hello');          resolves when the server has it
//   chat.stop();                             what is not sent yet goes out after the next start
//
// options: fetch (how to ask; for tests and pictures), firstWait and longestWait (milliseconds after a failure).
//
// The server sends again whatever the client has not acknowledged, and emit sends again whatever the server has not
// confirmed: at least once. Numbers and marks tell what has come already: exactly once.

function im(url, options = {}) {
  const ask = options.fetch || ((address, init) => fetch(address, init));
  const firstWait = options.firstWait || 1000;
  const longestWait = options.longestWait || 30000;
  const listeners = new Map();
  const received = new Set();  // ids beyond `complete`
  let complete = 0;            // everything up to here has come, and the server knows
  let history = '';            // of which history these numbers are
  let control = null;          // aborts every open request; null when stopped
  let started;                 // a promise, resolved by the next start()
  let resolveStarted;
  let sending = Promise.resolve();
  rest();

  function tell(event, value) {
    for (const listener of [...listeners.get(event) || []]) {
      try { listener(value); } catch (error) { reportError(error); } // its trouble is not that of the polls
    }
  }

  async function poll(mine) {
    let wait = firstWait;
    while (mine === control) {
      const acknowledged = [...received];
      try {
        const newest = Math.max(complete, ...acknowledged);
        const query = `?${complete}|${newest}&c=${acknowledged.join(',')}&history=${history}`;
        const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(60000)]);
        const answer = await ask(url + query, { signal });
        if (!answer.ok) throw new Error(`The server has answered ${answer.status}.`);
        const news = await answer.json();
        if (mine !== control) return;
        take(news, acknowledged);
        wait = firstWait;
      } catch (failure) {
        if (mine !== control) return;
        tell('error', failure);
        await pause(wait);
        wait = Math.min(2 * wait, longestWait);
      }
    }
  }

  function take(news, acknowledged) {
    if (news.history !== history) {
      history = news.history;
      complete = news.reset || 0;
      received.clear();
    }
    if (news.reset > complete) complete = news.reset; // a gap that nobody can fill any more
    // The server has heard these now: what is without a gap needs no more words.
    while (acknowledged.includes(complete + 1) && received.delete(complete + 1)) complete++;
    for (const id of received) if (id <= complete) received.delete(id);
    for (const message of news.messages) {
      if (message.id <= complete || received.has(message.id)) continue; // it came once more
      received.add(message.id);
      tell(message.name, message);
    }
  }

  async function send(message) {
    let wait = firstWait;
    for (;;) {
      await started;
      if (!control) continue; // stopped again already
      try {
        const answer = await ask(url, { method: 'POST', body: message, signal: control.signal });
        if (answer.ok) return await answer.json();
        const failure = new Error((await answer.text()).trim() || `The server has answered ${answer.status}.`);
        tell('error', failure);
        if (answer.status < 500) return null; // it would be refused again
      } catch (failure) {
        if (control) tell('error', failure);
      }
      await pause(wait);
      wait = Math.min(2 * wait, longestWait);
    }
  }

  function rest() {
    control = null;
    started = new Promise((resolve) => { resolveStarted = resolve; });
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  const client = {
    on(event, listener) {
      listeners.set(event, [...listeners.get(event) || [], listener]);
      return client;
    },
    onmessage: (listener) => client.on('message', listener),
    start() {
      if (control) return client;
      poll(control = new AbortController());
      resolveStarted();
      return client;
    },
    stop() {
      if (!control) return client;
      control.abort();
      rest();
      return client;
    },
    // One after another, so that they arrive in this order.
    emit(event, data) {
      const message = JSON.stringify({ name: event, data, id: Math.random().toString(36).slice(2) });
      return sending = sending.then(() => send(message));
    },
  };
  return client;
}
