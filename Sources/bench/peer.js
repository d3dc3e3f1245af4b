// The same work for Node: what a programmer who knows Node would write for it, with nothing but what Node brings.
//
// GET /time, GET /polling.html, WebSocket /echo, and the messages of /api/messages by POST, long poll, event stream
// and WebSocket. The one argument is the folder with the pages.

'use strict';

const { createHash } = require('node:crypto');
const { readFile } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');

const www = process.argv[1];

// Messages: a bounded history, and three kinds of subscribers.

const historyLimit = 1000;
const history = [];
let lastID = 0;
const polls = new Set();
const streams = new Set();
const sockets = new Set();

function publish(message) {
  const stored = { id: ++lastID, name: message.name, data: message.data };
  history.push(stored);
  if (history.length > historyLimit) history.shift();

  // Encoded once for each transport, not once for each subscriber.
  const json = JSON.stringify(stored);
  const event = `id: ${stored.id}\ndata: ${json}\n\n`;
  const frame = textFrame(Buffer.from(json));
  const list = `[${json}]`;
  for (const stream of streams) stream.write(event);
  for (const socket of sockets) socket.write(frame);
  const waiting = [...polls];
  polls.clear();
  for (const poll of waiting) {
    clearTimeout(poll.timer);
    answer(poll.response, 200, 'application/json', list);
  }
  return json;
}

function after(id) { return history.filter((message) => message.id > id); }

// HTTP

function answer(response, status, type, body) {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/time') {
    answer(response, 200, 'text/plain; charset=utf-8', new Date().toLocaleString('en-US'));
  } else if (url.pathname === '/polling.html') {
    // Read each time, so that a page that was edited is seen; so does Comet look at the file each time.
    readFile(join(www, 'polling.html'), (error, page) => {
      if (error) answer(response, 404, 'text/plain', 'not found');
      else answer(response, 200, 'text/html; charset=utf-8', page);
    });
  } else if (url.pathname === '/api/messages') {
    if (request.method === 'POST') receive(request, response);
    else if (request.headers.accept === 'text/event-stream') stream(url, request, response);
    else poll(url, request, response);
  } else {
    answer(response, 404, 'text/plain', 'not found');
  }
});

function receive(request, response) {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text) => { body += text; });
  request.on('end', () => {
    let message;
    try {
      message = JSON.parse(body);
    } catch {
      answer(response, 400, 'text/plain', 'no JSON');
      return;
    }
    answer(response, 201, 'application/json', publish(message));
  });
}

function poll(url, request, response) {
  const id = Number(url.searchParams.get('after') ?? lastID);
  const news = id < lastID ? after(id) : [];
  if (news.length > 0) {
    answer(response, 200, 'application/json', JSON.stringify(news));
    return;
  }
  const seconds = Number(url.searchParams.get('wait') ?? 25);
  const held = { response };
  held.timer = setTimeout(() => {
    polls.delete(held);
    answer(response, 200, 'application/json', '[]');
  }, seconds * 1000);
  polls.add(held);
  response.on('close', () => {
    clearTimeout(held.timer);
    polls.delete(held);
  });
}

function stream(url, request, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  const id = Number(request.headers['last-event-id'] ?? url.searchParams.get('after') ?? lastID);
  for (const message of after(id)) response.write(`id: ${message.id}\ndata: ${JSON.stringify(message)}\n\n`);
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

// WebSocket (RFC 6455)

server.on('upgrade', (request, socket, head) => {
  const key = request.headers['sec-websocket-key'];
  const accept = createHash('sha1').update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  if (head.length > 0) socket.unshift(head);
  if (request.url === '/echo') {
    readMessages(socket, (text) => socket.write(textFrame(text)));
  } else {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    readMessages(socket, (text) => publish(JSON.parse(text)));
  }
});

function textFrame(payload) {
  const length = payload.length;
  let header;
  if (length < 126) {
    header = Buffer.from([0x81, length]);
  } else if (length < 65536) {
    header = Buffer.from([0x81, 126, length >> 8, length & 0xff]);
  } else {
    header = Buffer.alloc(10);
    header[0] = 0x81;
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}

// The chunks of a message that is not complete are kept as they are, and put together once.
function readMessages(socket, receive) {
  let chunks = [];
  let have = 0;
  let need = 2;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    have += chunk.length;
    if (have < need) return;
    const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    let start = 0;
    for (;;) {
      const frame = readFrame(bytes, start);
      if (frame.payload === null) {
        need = frame.need;
        break;
      }
      start = frame.end;
      if (frame.opcode === 8) socket.end();
      else if (frame.opcode === 1) receive(frame.payload);
    }
    chunks = start < bytes.length ? [bytes.subarray(start)] : [];
    have = bytes.length - start;
  });
}

// Unfragmented messages are all that this client sends.
function readFrame(bytes, start) {
  const have = bytes.length - start;
  if (have < 2) return { payload: null, need: 2 };
  let length = bytes[start + 1] & 0x7f;
  let header = 6;
  if (length === 126) {
    if (have < 8) return { payload: null, need: 8 };
    length = bytes.readUInt16BE(start + 2);
    header = 8;
  } else if (length === 127) {
    if (have < 14) return { payload: null, need: 14 };
    length = Number(bytes.readBigUInt64BE(start + 2));
    header = 14;
  }
  if (have < header + length) return { payload: null, need: header + length };
  const first = start + header;
  const mask = bytes.subarray(first - 4, first);
  const payload = bytes.subarray(first, first + length);
  for (let index = 0; index < length; index++) payload[index] ^= mask[index & 3];
  return { payload, end: first + length, opcode: bytes[start] & 0x0f };
}

// As long as Comet: the connection that sends the messages is idle while thousands of others open.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${server.address().port}`));
