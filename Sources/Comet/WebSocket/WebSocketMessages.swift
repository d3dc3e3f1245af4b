extension WebSocket {
  /// The messages of a WebSocket, as a sequence to iterate over once.
  public struct Messages: AsyncSequence, AsyncIteratorProtocol {
    let socket: WebSocket

    /// The sequence itself.
    public func makeAsyncIterator() -> Messages { self }

    /// Suspends until a message comes; see ``WebSocket/receive()``.
    public mutating func next() async throws -> Message? {
      try await socket.receive()
    }

    /// Suspends until a message comes; see ``WebSocket/receive()``.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Message? {
      try await socket.receive()
    }
  }
}
