// shared-stream.js: one stream of events for all tabs of a browser.
//
//   const leave = sharedStream('/tabs/bus', (news) => …);
//
// news is {state: 'open'}, in words, or {message: {id, name, data}}; each message comes once. leave() ends this tab's
// share; with the last one the stream ends.
//
// A SharedWorker reads the stream. Where there is none, the tab that holds a lock does, and a BroadcastChannel carries
// what it reads to the others; when it is closed, the next one gets the lock.

const seenHere = { history: '', cursor: 0 }; // of the one stream; stays when the tab leaves and comes back

function sharedStream(url, listener) {
  const take = (news) => { if (advance(seenHere, news)) listener(news); };
  const share = typeof SharedWorker === 'undefined' ? shareByChannel : shareByWorker;
  try {
    return share(url, take);
  } catch (error) { // some browsers refuse, such as one that is to keep no data of this site
    listener({ state: `nothing is shared: ${error.message}` });
    return () => {};
  }
}

function shareByWorker(url, take) {
  const worker = new SharedWorker('/tabs-worker.js', url); // one for each name
  worker.port.onmessage = (event) => take(event.data);
  return () => {
    worker.port.postMessage('leave');
    worker.port.close();
  };
}

function shareByChannel(url, take) {
  const channel = new BroadcastChannel(url);
  const leaving = new AbortController();
  let stream = null;

  channel.onmessage = (event) => {
    if (event.data === 'who has it?') stream?.recent.forEach((news) => channel.postMessage(news));
    else take(event.data);
  };
  channel.postMessage('who has it?');
  take({ state: 'waiting: another tab reads' });

  navigator.locks.request(url, { signal: leaving.signal }, () => new Promise((end) => {
    stream = readStream(url, { ...seenHere }, (news) => {
      if (news.message) channel.postMessage(news);
      take(news);
    });
    leaving.signal.addEventListener('abort', end);
  })).catch(() => {}); // left before the lock was free

  return () => {
    stream?.close();
    leaving.abort();
    channel.close();
  };
}

// Reads the stream, and again after growing waits, each time after what has been read.
function readStream(url, position, tell) {
  const recent = [];   // for tabs that are opened later
  let wait = 1;        // seconds until the next attempt
  let source, timer;

  function connect() {
    tell({ state: 'connecting' });
    source = new EventSource(`${url}?history=${position.history}&after=${position.cursor}`);
    source.onopen = () => {
      wait = 1;
      tell({ state: 'open' });
    };
    source.onmessage = (event) => {
      const message = JSON.parse(event.data);
      // After a reset, the numbers that follow are of another history.
      const news = { message, history: message.name === 'reset' ? message.data : position.history };
      if (!advance(position, news)) return;
      recent.push(news);
      if (recent.length > 100) recent.shift();
      tell(news);
    };
    // The browser would come back by itself, but to the old address.
    source.onerror = () => {
      source.close();
      countDown(wait);
      wait = Math.min(2 * wait, 30);
    };
  }

  function countDown(seconds) {
    if (seconds === 0) return connect();
    tell({ state: `retrying in ${seconds} s` });
    timer = setTimeout(countDown, 1000, seconds - 1);
  }

  const stream = {
    recent,
    close() {
      clearTimeout(timer);
      source.close();
    },
  };
  connect();
  return stream;
}

// Moves a reader's position on; false when it had this news already.
function advance(position, news) {
  if (!news.message) return true;
  if (news.history !== position.history) Object.assign(position, { history: news.history, cursor: 0 });
  if (news.message.name === 'reset' || news.message.id <= position.cursor) return false;
  position.cursor = news.message.id;
  return true;
}
