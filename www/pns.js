// pns.js: a client of a notification service, by long polling.
//
//   const client = pns(sid, { limit: 24000 }, ui);
//   client.start();
//   client.stop();
//
// It tells
//   ui.polling()             a poll begins
//   ui.pnsNewArrival(news)   something has come
//   ui.answered()            the poll has its answer, with news or without
//   ui.failed(text)          it has none
//   ui.waiting(ms)           how long it is until the next, ten times a second
//   ui.expired()             the session has ended: no further poll
//   ui.unknown()             the server knows no such session: it is a new one, perhaps; no further poll either
//
// At any time there is one poll, or one timer until the next.

function pns(sid, options, ui) {
  const afterAnswer = 500;
  const afterServerError = 120000; // a server in trouble needs time more than questions
  let cursor = 0;
  let control, timer;

  async function poll() {
    const mine = control = new AbortController();
    const limit = setTimeout(() => mine.abort(), options.limit);
    let pause = afterAnswer;
    let failure = '';
    let news = null;
    ui.polling();
    try {
      const answer = await fetch(`/pns/poll?sid=${sid}&comeFrom=1003&after=${cursor}`, { signal: mine.signal });
      if (answer.status === 403) return end(mine, ui.unknown);
      if (answer.ok) {
        news = await answer.json();
        if (news.errorCode) return end(mine, ui.expired);
      } else {
        failure = `The server has failed with status ${answer.status}.`;
        // It may know better itself, when it stops in order.
        pause = 1000 * answer.headers.get('Retry-After') || afterServerError;
      }
    } catch {
      failure = mine.signal.aborted ? 'No answer came in time.' : 'The connection is broken.';
    } finally {
      clearTimeout(limit);
    }
    if (mine !== control) return; // stopped meanwhile
    if (news) {
      cursor = news.cursor;
      news.msg.forEach(ui.pnsNewArrival); // none (c is 0) when the time has passed without
    }
    if (failure) ui.failed(failure); else ui.answered();
    later(pause);
  }

  function end(mine, tell) {
    if (mine !== control) return;
    control = null;
    tell();
  }

  function later(pause) {
    const due = Date.now() + pause;
    clearInterval(timer);
    timer = setInterval(() => {
      const left = Math.max(0, due - Date.now());
      ui.waiting(left);
      if (left === 0) {
        clearInterval(timer);
        poll();
      }
    }, 100);
  }

  return {
    start() { if (!control) poll(); },
    stop() {
      clearInterval(timer);
      control?.abort();
      control = null;
    },
  };
}
