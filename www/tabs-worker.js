// tabs-worker.js: a SharedWorker, one for all tabs. It has the one stream, and passes on what comes to every tab.

importScripts('/shared-stream.js');

const ports = new Set();
let stream = null;
let state = null;

function tell(news) {
  if (news.state) state = news;
  for (const port of ports) port.postMessage(news);
}

onconnect = (event) => {
  const port = event.ports[0];
  ports.add(port);
  port.onmessage = () => { // it leaves
    ports.delete(port);
    if (ports.size) return;
    stream.close();
    stream = null;
  };
  if (stream) {
    port.postMessage(state);
    stream.recent.forEach((news) => port.postMessage(news));
  } else {
    stream = readStream(self.name, { history: '', cursor: 0 }, tell);
  }
};
