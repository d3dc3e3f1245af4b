// page.js: what the techniques' pages share, so that the script of each page is its technique and nothing else.
//
// The technique gives
//   page.start = function () {…}   opens its first request: called when the page has loaded, and by the Start button
//   page.stop = function () {…}    aborts what is open: called by the Stop button and when the page is left
// and uses
//   page.tick                  the interval of the server, in milliseconds
//   page.state('open')         says in plain words how the connection is
//   page.still(next)           a function that calls next(value), unless the page was stopped meanwhile
//   page.after(ms, next)       calls next() later, unless the page was stopped meanwhile
//   page.retry(next)           calls next() after 1 s, then 2 s, 4 s … 30 s, and counts them down; a message sets the
//                              wait back to 1 s
//   page.countDown(ms, next)   the same after so many milliseconds
//   page.fail('…')             shows an error, until the next message or page.fail('')
//   page.unsent('…')           says beside the form what was not sent, until page.unsent('')
//   page.text(element, text)   replaces the text of an element
//   page.make('a', 'class', 'text')  a new element
//   page.on(target, 'load', f) listens to an event
//   var bar = page.request()   counts a request and opens a bar for it in the picture of time; request(0) in the first
//                              lane, where a page wants to choose
//   bar.open                   true until the bar has ended; Stop ends all bars
//   bar.message(text, note)    counts a message: an entry in the list, a dot on the bar; message(text, note, 'Ann') with
//                              a name before it
//   bar.messages               how many have come on this request
//   bar.sent()                 a hollow dot: something was sent on an open connection
//   bar.end()                  the request has come to its end
//   bar.fail('…')              the request has failed: ends the bar, shows the error
//
// What was received becomes a text node, never markup. The syntax is that of 1999 (ECMAScript 3) on purpose: the old
// techniques were made for old browsers, and their pages still run there.

var page = (function () {
  var site = window.site || { tick: 2000, techniques: [] };
  var page = { tick: site.tick };
  var running = false;
  var run = 0;         // goes up with each start, so that older timers know they are outdated
  var openBars = [];
  var requests = 0;
  var messages = 0;
  var wait = 1;        // seconds until the next retry
  var told = '';       // the state
  var longestWait = 30;
  var longestList = 100;

  // Old browsers style an element only if they have heard its name once.
  var names = ['header', 'main', 'nav', 'section', 'figure', 'figcaption', 'time'];
  for (var i = 0; i < names.length; i++) document.createElement(names[i]);

  function get(id) { return document.getElementById(id); }

  page.on = function (target, event, listener) {
    if (target.addEventListener) target.addEventListener(event, listener, false);
    else target.attachEvent('on' + event, listener);
  };

  page.text = function (element, text) {
    var node = element.firstChild;
    if (!node) element.appendChild(document.createTextNode(text));
    else if (node.nodeValue !== String(text)) node.nodeValue = text;
  };

  page.make = function (tag, className, text) {
    var element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) page.text(element, text);
    return element;
  };

  // The state

  page.state = function (text) { if (running) state(text); };

  function state(text) {
    var status = get('status');
    // A screen reader tells another state, but not each second of a countdown.
    var isOther = text.replace(/\d+/, '') !== told.replace(/\d+/, '');
    status.setAttribute('aria-live', isOther ? 'polite' : 'off');
    status.className = 'state ' + text.split(/\W/)[0];
    page.text(status, told = text);
  }

  page.fail = function (text) { page.text(get('error'), text); };
  page.unsent = function (text) { page.text(get('unsent'), text); };

  page.still = function (next) {
    var mine = run;
    return function (value) { if (running && mine === run) next(value); };
  };

  page.after = function (ms, next) { setTimeout(page.still(next), ms); };

  page.retry = function (next) {
    page.countDown(wait * 1000, next);
    wait = Math.min(wait * 2, longestWait);
  };

  // By the clock, for the timers of a page in the background are late.
  page.countDown = function (ms, next) {
    var due = new Date().getTime() + ms;
    count();

    function count() {
      var left = due - new Date().getTime();
      if (left < 10) { // clock and timers differ by some milliseconds
        page.state('connecting');
        return next();
      }
      page.state('retrying in ' + Math.ceil(left / 1000) + ' s');
      page.after(Math.min(left, 1000), count);
    }
  };

  // Requests and their messages

  page.request = function (lane) {
    var drawn = timeline.bar(lane);
    var bar = { open: true, messages: 0 };

    function close(className) {
      if (!bar.open) return;
      bar.open = false;
      drawn.end(className);
      for (var i = openBars.length - 1; i >= 0; i--) if (openBars[i] === bar) openBars.splice(i, 1);
    }

    bar.end = function () { close('ended'); };

    bar.fail = function (text) {
      if (bar.open) page.fail(text);
      close('failed');
    };

    bar.message = function (text, note, name) {
      if (!bar.open) return;
      wait = 1;
      page.fail('');
      drawn.dot('received');
      bar.messages++;
      messages++;
      page.text(get('messages'), messages);
      list(typeof text === 'object' ? JSON.stringify(text) : text, note, name);
    };

    bar.sent = function () { if (bar.open) drawn.dot('sent'); };

    requests++;
    page.text(get('requests'), requests);
    openBars.push(bar);
    return bar;
  };

  // The newest message is the last of the list. The view follows it, unless the reader has scrolled up.
  var following = true;

  function scrolled() {
    var log = get('log');
    following = log.scrollTop + log.clientHeight > log.scrollHeight - 8;
  }

  function follow() {
    if (following) get('log').scrollTop = get('log').scrollHeight;
  }

  function list(text, note, name) {
    var log = get('log');
    var items = log.getElementsByTagName('ol')[0];
    scrolled();
    var item = page.make('li');
    item.appendChild(page.make('time', '', clock(new Date())));
    item.appendChild(document.createTextNode(' '));
    if (name) {
      item.appendChild(page.make('span', 'name', name));
      item.appendChild(document.createTextNode(': '));
    }
    item.appendChild(page.make('span', 'message', text));
    if (note) {
      item.appendChild(document.createTextNode(' '));
      item.appendChild(page.make('span', 'note', note));
    }
    items.appendChild(item);
    while (items.childNodes.length > longestList) items.removeChild(items.firstChild);
    follow();
  }

  function clock(date) {
    function digits(number, length) { return ('00' + number).slice(-length); }
    return digits(date.getHours(), 2) + ':' + digits(date.getMinutes(), 2) + ':' + digits(date.getSeconds(), 2) +
      '.' + digits(date.getMilliseconds(), 3);
  }

  // Start and stop

  function start() {
    if (running) return;
    running = true;
    run++;
    wait = 1;
    get('start').disabled = true;
    get('stop').disabled = false;
    page.fail('');
    page.state('connecting');
    page.start();
  }

  function stop() {
    if (!running) return;
    running = false;
    get('start').disabled = false;
    get('stop').disabled = true;
    while (openBars.length) openBars[0].end();
    page.stop();
    page.fail('');
    state('stopped');
  }

  // A button that is switched off loses the focus; the other one gets it, but not from elsewhere on the page.
  function press(id, act, other) {
    page.on(get(id), 'click', function () {
      var hasFocus = document.activeElement === get(id);
      act();
      if (hasFocus) get(other).focus();
    });
  }

  page.on(window, 'load', function () {
    var left = false; // the page was left while it was running; the browser may bring it back as it was
    press('start', start, 'stop');
    press('stop', stop, 'start');
    page.on(get('log'), 'scroll', scrolled);
    page.on(window, 'resize', follow); // narrower lines are more lines
    page.on(window, 'pagehide', function () { left = running; stop(); });
    page.on(window, 'pageshow', function () { if (left) start(); });
    setTimeout(start, 0); // a stream that starts before the load event would hold that event up
  });

  return page;
})();
