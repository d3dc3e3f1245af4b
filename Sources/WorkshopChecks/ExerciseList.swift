// What there is to do: each technique, what instant messaging makes of them, and the bugs of the articles.

extension Exercise {
  static let techniques = [
    Exercise(
      slug: "polling", title: "Polling: the time, asked for again and again", server: "polling",
      hints: [
        "The handler runs for every request: look at the clock inside it.",
        "Response(fields: [\"Content-Type\": …], body: …) takes fields and bytes.",
      ], rules: PollingRules.all),
    Exercise(
      slug: "xhr-stream", title: "XHR streaming: one answer in chunks", server: "xhrStream",
      hints: [
        "A chunk is its size in hexadecimal, CR LF, the bytes, CR LF (RFC 9112 §7.1).",
        "String(count, radix: 16) is the size. The last chunk is \"0\\r\\n\\r\\n\".",
        "sleep throws when the client has left: what stands in a defer is done in any case.",
      ], rules: StreamRules.all),
    Exercise(
      slug: "htmlfile-stream", title: "Iframe streaming: scripts in an endless document", server: "htmlfileStream",
      hints: [
        "A string literal inside a script is read twice: by HTML, then by JavaScript.",
        "ScriptEscaping.javaScriptSingleQuoted(text) writes a whole literal; writing it yourself is the better exercise.",
      ], rules: FrameStreamRules.all),
    Exercise(
      slug: "sse", title: "Server-sent events: the format of a stream", server: "sse",
      hints: [
        "An event is a few lines of the form field: value, and an empty line.",
        "request.lastEventID is the number that a browser came back with.",
        "Swift takes CR LF, CR and LF each for one Character: text.split(omittingEmptySubsequences: false) { [\"\\r\\n\", \"\\n\", \"\\r\"].contains($0) }.",
      ], rules: EventStreamRules.all),
    Exercise(
      slug: "lpc", title: "Long polling: hold the request, lose nothing", server: "longPolling",
      hints: [
        "Number the messages, keep them in a list, and let the cursor be the number of the last one.",
        "A Waiter is one wait: wait(within:) ends by wake, by its time, or by throwing when the client leaves.",
        "With a list of all waiters, a post can wake every one of them.",
      ], rules: LongPollRules.all),
    Exercise(
      slug: "cors", title: "CORS: who may read the answer", server: "crossOrigin",
      hints: [
        "Compare request.fields[\"Origin\"] with the one origin that is allowed, as a whole.",
        "routes.on(.options, …) answers the preflight.",
      ], rules: CrossOriginRules.all),
    Exercise(
      slug: "jsonp", title: "JSONP: a script with a stranger's name in it", server: "scriptPadding",
      hints: [
        "throw RequestError(.badRequest, \"…\") answers 400.",
        "JSONString.encode(text) is a literal; ScriptEscaping.escape(json:) makes it fit for a script.",
      ], rules: ScriptPaddingRules.all),
    Exercise(
      slug: "ws", title: "WebSocket: the frames, byte by byte", server: "webSocket",
      hints: [
        "WebSocketKey(key)?.accept is the value for the handshake.",
        "Keep what has been received in an array; take a frame from its front only when all of it is there.",
        "A frame: FIN and opcode, mask bit and length, 0, 2 or 8 more bytes of length, 4 bytes of mask, the payload.",
      ], rules: WebSocketRules.all),
  ]

  static let repairs = [
    Exercise(
      slug: "fix-counter", title: "Repair: a counter that all clients share", server: "fixCounter",
      hints: [
        "What belongs to one answer is a variable of its handler.", "Count to ten, and look at what ends the loop.",
      ],
      rules: StreamRules.all),
    Exercise(
      slug: "fix-lost-message", title: "Repair: a message between two polls", server: "fixLostMessage",
      hints: [
        "Only a client that waits at the moment of the post gets the message. Where could it stay for the others?",
        "The cursor says what a client has; the list has the rest.",
      ], rules: LongPollRules.all),
    Exercise(
      slug: "fix-frames", title: "Repair: one read taken for one frame", server: "fixFrames",
      hints: [
        "Keep what has been received in an array; take a frame from its front only when all of it is there.",
        "The length is 7 bits, or 126 there and 2 more bytes, or 127 and 8 more, the high byte first.",
        "The opcode says what a frame is: 8 is answered by 8, 9 by 10, and 10 by nothing.",
      ], rules: WebSocketRules.frames),
    Exercise(
      slug: "fix-injection", title: "Repair: what others say becomes a part of the page", server: "fixInjection",
      hints: [
        "Five characters have a meaning in HTML: & < > \" and '. Replace & first.",
        "Content-Security-Policy: default-src 'none' lets no script run, whatever gets into the page.",
      ], rules: PageRules.all),
  ]
}
