// around.js: what stands around a technique: the links to its neighbours, and the code of both sides.
//
// <body id="SLUG">, or data-slug where that id is taken, says which technique the page is; the server's list of
// techniques is in /site.js. A script of class "shown" belongs to the technique, and its code is shown as well.

page.on(window, 'load', function () {
  var all = window.site ? site.techniques : [];
  var slug = document.body.getAttribute('data-slug') || document.body.id;
  var index = 0;
  while (index < all.length && all[index].slug !== slug) index++;
  if (index === all.length) return;

  function link(parent, className, href, text) {
    var a = page.make('a', className, text);
    a.href = href;
    parent.appendChild(a);
  }

  var navs = document.getElementsByTagName('nav');
  for (var i = 0; i < navs.length; i++) {
    if (index > 0) link(navs[i], 'previous', all[index - 1].page, '\u2190 ' + all[index - 1].title);
    if (all.length > 1) link(navs[i], 'all', '/', 'All techniques');
    if (all[index].tutorial) link(navs[i], 'tutorial', all[index].tutorial, 'Tutorial');
    if (index < all.length - 1) link(navs[i], 'next', all[index + 1].page, all[index + 1].title + ' \u2192');
  }

  // The script of the page is taken from its own element: what is shown is what runs.
  panel(slug + '.html', 'In the browser', document.getElementById('technique').text);
  var scripts = document.getElementsByTagName('script');
  for (var j = 0; j < scripts.length; j++) if (scripts[j].className === 'shown') shared(scripts[j].getAttribute('src'));
  fetchText('/source/' + all[index].handler, function (text) { panel(all[index].handler, 'On the server', text); });

  function shared(address) {
    fetchText(address, function (text) { panel(address.replace('/', ''), 'In the browser', text); });
  }

  function fetchText(address, next) {
    var xhr = window.XMLHttpRequest ? new XMLHttpRequest() : new ActiveXObject('Microsoft.XMLHTTP');
    xhr.onreadystatechange = function () {
      if (xhr.readyState === 4 && xhr.status === 200) next(xhr.responseText);
    };
    xhr.open('GET', address, true);
    xhr.send(null);
  }

  function panel(name, side, text) {
    var figure = page.make('figure', 'panel');
    var caption = page.make('figcaption', '', side + ': ');
    var pre = page.make('pre');
    var code = page.make('code');
    var lines = text.replace(/^\s*\n|\s+$/g, '').split('\n');
    for (var i = 0; i < lines.length; i++) {
      var isComment = /^\s*\/\//.test(lines[i]);
      var line = page.make('span', isComment ? 'comment' : '', lines[i] + '\n');
      // A line that wraps goes on below its words, or where it is code, further in. A character is 0.6 em wide.
      var indent = (/^\s*/.exec(lines[i])[0].length + (isComment ? 3 : 4)) * 0.6 + 'em';
      line.style.paddingLeft = indent;
      line.style.textIndent = '-' + indent;
      code.appendChild(line);
    }
    caption.appendChild(page.make('b', '', name));
    pre.tabIndex = 0;
    pre.setAttribute('role', 'region');
    pre.setAttribute('aria-label', 'Code ' + side.toLowerCase() + ', ' + name);
    pre.appendChild(code);
    figure.appendChild(caption);
    figure.appendChild(pre);
    document.getElementById('code').appendChild(figure);
  }
});
