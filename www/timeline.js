// timeline.js: the picture of time. A bar for each request from its start to its end, a dot for each message; time flows
// from right to left, and "now" is the right edge.
//
//   var drawn = timeline.bar()   a request has started; bar(2): in the third lane
//   drawn.dot('received')        a message has come ('sent': has gone) on it
//   drawn.end('ended')           it is over (or 'failed')
//
// Bars and dots are plain elements on one wide strip, placed once. Only the strip moves, every tenth of a second, and a
// CSS transition makes that smooth. A bar that is still open reaches past the edge, so that it needs no further care.

var timeline = (function () {
  var ticks = 15;             // how much time the picture shows,
  var least = 5000;           // in milliseconds at least this much
  var lanes = 4;              // or seven, as the picture says
  var longest = 600;          // bars and dots kept
  var still = window.matchMedia && window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  var step = still ? 1000 : 100;
  var span = Math.max(ticks * page.tick, least);
  var picture, strip, timer;
  var marks = [];             // {node, from, to}; to is null while a bar is open
  var epoch = 0;              // the moment at the left edge of the strip
  var shown = 0;              // the moment at the right edge of the picture, as last drawn
  var told = -10000;          // when the text for screen readers was last brought up to date
  var bars = 0;

  function now() {
    return window.performance && performance.now ? performance.now() : new Date().getTime();
  }

  function percent(ms) { return ms / span * 100 + '%'; }

  function add(mark, className) {
    mark.node = page.make('i', className);
    marks.push(mark);
    if (marks.length > longest) dropOldest();
    place(mark);
    strip.appendChild(mark.node);
    if (!timer) {
      timer = setInterval(draw, step);
      draw();
    }
  }

  // But no bar that is still open.
  function dropOldest() {
    for (var i = 0; i < marks.length - 1; i++) if (marks[i].to !== null) return drop(i);
  }

  function drop(index) { strip.removeChild(marks.splice(index, 1)[0].node); }

  function place(mark) {
    var from = Math.max(mark.from - epoch, -span);
    var to = mark.to === null ? 9 * span : Math.max(mark.to - epoch, from);
    mark.node.style.left = percent(from);
    if (mark.to !== mark.from) mark.node.style.width = percent(to - from);
  }

  function move(moment) {
    var x = percent(epoch + span - moment);
    if ('transform' in strip.style) strip.style.transform = 'translateX(' + x + ')';
    else strip.style.left = x;
    shown = moment;
  }

  // A fresh strip where the old one stands now. Numbers stay small for as long as the page is open.
  function lay() {
    var old = strip;
    strip = page.make('div', 'strip');
    epoch = shown - span;
    for (var i = 0; i < marks.length; i++) {
      place(marks[i]);
      strip.appendChild(marks[i].node);
    }
    move(shown);
    if (old) picture.replaceChild(strip, old);
    else picture.appendChild(strip);
    return strip.offsetWidth; // reading it makes the browser place the strip before it moves on
  }

  function draw() {
    var moment = now();
    for (var i = marks.length - 1; i >= 0; i--) {
      if (marks[i].to !== null && marks[i].to < moment - 1.2 * span) drop(i);
    }
    if (moment - shown > span) shown = moment; // after a pause: no transition over more than the picture shows
    if (moment - epoch > 5 * span) lay();
    move(moment);
    if (moment - told > 10000) tell(moment);
    if (!marks.length) {
      clearInterval(timer);
      timer = null;
    }
  }

  function tell(moment) {
    var count = { bar: 0, dot: 0, open: 0 };
    for (var i = 0; i < marks.length; i++) {
      count[marks[i].kind]++;
      if (marks[i].to === null) count.open++;
    }
    told = moment;
    picture.setAttribute('aria-label', 'Picture of the last ' + seconds(span) + ' seconds: requests ' + count.bar +
      ', of these still open ' + count.open + '; messages ' + count.dot);
  }

  function seconds(ms) { return Math.round(ms / 100) / 10; }

  function axis() {
    for (var i = 0; i < 5; i++) {
      var line = page.make('b', i < 4 ? 'line' : 'line last', '\u2212' + seconds(span - i * span / 5) + ' s');
      line.style.left = i * 20 + '%';
      picture.appendChild(line);
    }
    picture.appendChild(page.make('b', 'line now', 'now'));
  }

  function bar(inLane) {
    var mark = { kind: 'bar', from: now(), to: null };
    if (!picture) {
      picture = document.getElementById('picture');
      if (picture.className === 'seven') lanes = 7;
      shown = mark.from;
      axis();
      lay();
    }
    var lane = ' lane' + (inLane === undefined ? bars++ % lanes : inLane);
    add(mark, 'bar' + lane);
    return {
      dot: function (className) {
        var moment = now();
        add({ kind: 'dot', from: moment, to: moment }, 'dot ' + className + lane);
      },
      end: function (className) {
        mark.to = now();
        mark.node.className += ' ' + className;
        place(mark);
      }
    };
  }

  return { bar: bar };
})();
