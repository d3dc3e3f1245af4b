/// Turns the bytes of a WebSocket, as they come from the socket, into its events (RFC 6455 §5 to §7).
///
///     decoder.append(bytes)
///     while let event = try decoder.next() { … }
///
/// Two layers: this one cuts the bytes into frames, ``MessageAssembler`` joins frames into messages. The payload of a
/// data frame is passed on as it arrives, so that of an unfinished message only the message itself is held. Control
/// frames are short, and wait until they are complete.
public struct WebSocketDecoder: Sendable {
  private enum Stage {
    case betweenFrames
    /// `received` bytes of the data frame's payload have been passed on.
    case insideFrame(FrameHeader, received: Int)
    case ended
  }

  private let requiresMask: Bool
  private let limits: WebSocketLimits
  private var message: MessageAssembler
  private var stage = Stage.betweenFrames
  /// Bytes from the socket. Those before `position` are done with: moving an index costs nothing, removing them would
  /// move all the others.
  private var input: [UInt8] = []
  private var position = 0

  /// A decoder for one connection. A server reads masked frames; with `requiresMask: false` it is a client's decoder,
  /// for which a masked frame is the error (§5.1).
  public init(limits: WebSocketLimits = .init(), requiresMask: Bool = true) {
    self.limits = limits
    self.requiresMask = requiresMask
    message = MessageAssembler(limits: limits)
  }

  /// Whether nothing is kept between two messages, so that a new decoder would do as well.
  public var isIdle: Bool {
    if case .betweenFrames = stage { input.isEmpty && !message.isOpen } else { false }
  }

  /// Takes what was read from the socket. Bytes after the end are dropped.
  public mutating func append(_ bytes: consuming [UInt8]) {
    if case .ended = stage { return }
    if position > input.count / 2 {
      dropReadBytes()
    }
    if input.isEmpty {
      // Taken over, not shared: it will be unmasked in its place.
      input = bytes
    } else {
      input.append(contentsOf: bytes)
    }
  }

  /// The next event, or nil if it takes more bytes. After a close or a thrown failure there is none: always nil.
  public mutating func next() throws(WebSocketFailure) -> WebSocketEvent? {
    do {
      let event = try readEvent()
      if case .close = event {
        end()
      } else if event == nil {
        dropReadBytes()
      }
      return event
    } catch {
      end()
      throw error
    }
  }

  private mutating func readEvent() throws(WebSocketFailure) -> WebSocketEvent? {
    while true {
      switch stage {
      case .ended:
        return nil

      case .betweenFrames:
        guard case .header(let header, let size) = try FrameHeader.parse(input.span.extracting(position...)) else {
          return nil
        }
        guard (header.mask != nil) == requiresMask else {  // §5.1
          throw .protocolError(requiresMask ? "A client must mask its frames." : "A server must not mask its frames.")
        }
        if header.opcode.isControl {
          guard unread.count >= size + header.payloadLength else { return nil }
          return try readControlFrame(header, size: size)
        }
        if header.isFinal, header.payloadLength <= unread.count - size, let event = try readWholeMessage(header, size) {
          return event
        }
        try message.begin(header)
        position += size
        stage = .insideFrame(header, received: 0)

      case .insideFrame(let header, let received):
        let piece = unread.prefix(header.payloadLength - received)
        try message.append(piece, mask: header.mask, phase: received)
        position += piece.count
        guard received + piece.count == header.payloadLength else {
          stage = .insideFrame(header, received: received + piece.count)
          return nil
        }
        stage = .betweenFrames
        if header.isFinal {
          return try message.finish()
        }
      }
    }
  }

  /// A message in one frame, all of which is here, as most are: nothing of it needs to be kept. Nil when it is not
  /// that.
  private mutating func readWholeMessage(
    _ header: FrameHeader, _ size: Int
  ) throws(WebSocketFailure) -> WebSocketEvent? {
    guard !message.isOpen, header.opcode != .continuation, header.payloadLength <= limits.messageBytes else {
      return nil
    }
    let payload = position + size..<position + size + header.payloadLength
    if let mask = header.mask { input.applyMask(mask, in: payload) }
    position = payload.upperBound
    guard header.opcode == .text else { return .binary(Array(input[payload])) }
    var validator = UTF8Validator()
    try validator.check(input[payload])
    try validator.checkEnd()
    return .text(String(copying: UTF8Span(unchecked: input.span.extracting(payload))))  // just checked
  }

  /// A whole control frame: it may stand between the fragments of a message and leaves that alone (§5.4).
  private mutating func readControlFrame(_ header: FrameHeader, size: Int) throws(WebSocketFailure) -> WebSocketEvent? {
    var payload = Array(unread.dropFirst(size).prefix(header.payloadLength))
    if let mask = header.mask {
      payload.applyMask(mask, from: 0)
    }
    position += size + header.payloadLength
    return try WebSocketEvent(control: header.opcode, payload: payload)
  }

  /// The bytes of heap that the decoder holds: none between two messages, since most connections are idle.
  var heldCapacity: Int { input.capacity + message.payload.capacity }

  private var unread: ArraySlice<UInt8> { input[position...] }

  private mutating func dropReadBytes() {
    input = position == input.count ? [] : Array(input[position...])
    position = 0
  }

  /// Nothing is held from here on, and nothing comes any more.
  private mutating func end() {
    stage = .ended
    message = MessageAssembler(limits: limits)
    input = []
    position = 0
  }
}
