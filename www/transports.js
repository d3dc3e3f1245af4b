// transports.js: four transports to read one numbered stream of messages, all from one address.
//
//   const close = transports.long('/chat/messages?after=7', line);
//
// reads once, or for as long as it goes well, and tells
//   line.state(text)   how the connection is
//   line.take(items)   what has come
//   line.next(ms)      that the answer has ended, and when to ask again
//   line.fail()        that there was no answer, or that the connection broke
// close() gives it up. `line` has a `send` while messages can go out on the same connection.

const transports = {
  short(url, line) {
    line.state(`waiting, a request every ${page.tick / 2000} s`);
    return transports.poll(url, line, page.tick / 2);
  },

  long(url, line) {
    line.state('waiting for the answer');
    return transports.poll(`${url}&wait=20`, line, 0);
  },

  poll(url, line, pause) {
    const control = new AbortController();
    // A request that is held looks like one whose server has vanished.
    const limit = setTimeout(() => control.abort(), 60000);
    fetch(url, { signal: control.signal })
      .then((answer) => {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      })
      .then((items) => { line.take(items); line.next(pause); }, () => line.fail())
      .finally(() => clearTimeout(limit));
    return () => control.abort();
  },

  events(url, line) {
    const source = new EventSource(url);
    source.onopen = () => { page.fail(''); line.state('open'); };
    source.onmessage = (event) => line.take([JSON.parse(event.data)]);
    // The browser would come back by itself, but to the old address.
    source.onerror = () => { source.close(); line.fail(); };
    return () => source.close();
  },

  socket(url, line) {
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address);
    socket.onopen = () => {
      line.send = (text) => socket.send(text);
      page.fail('');
      line.state('open');
    };
    socket.onmessage = (event) => line.take([JSON.parse(event.data)]);
    socket.onclose = () => { line.send = null; line.fail(); };
    return () => socket.close();
  },
};
