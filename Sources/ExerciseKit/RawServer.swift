// A server for bytes alone: whoever writes a protocol with it can break every rule of it.

import Comet

/// What a raw server does with each of its connections. When it returns or throws, the connection is closed.
public typealias RawHandler = @LoopActor @Sendable (RawConnection) async throws -> Void

/// A TCP server that knows no protocol.
@LoopActor
public final class RawServer {
  private let handler: RawHandler
  private var listener: Listener?
  private var clients: [ObjectIdentifier: RawClient] = [:]

  /// A server that does not listen yet.
  ///
  /// - Parameter handler: runs on the loop, once for each connection, and must not block. It is cancelled when the
  ///   client leaves.
  public nonisolated init(_ handler: @escaping RawHandler) {
    self.handler = handler
  }

  private func accept(_ socket: consuming AcceptedSocket) {
    guard let client = try? RawClient(socket) else { return }
    let key = ObjectIdentifier(client)
    client.task = spawn { [self] in
      // Whatever it throws, this connection is over and the others go on.
      try? await handler(RawConnection(client))
      await client.end()
      clients[key] = nil
    }
    clients[key] = client
  }
}

extension RawServer: ExerciseServer {
  /// Listens on the loopback interface.
  public func listen(port: Int) throws -> String {
    let listener = try Listener(address: .loopback4, port: UInt16(clamping: port)) { [self] in
      accept($0)
    }
    self.listener = listener
    return "http://127.0.0.1:\(listener.port)"
  }

  /// Lets no further clients in, and lets go of those that are there.
  public func end() {
    listener?.close()
    for client in clients.values { client.task?.cancel() }
  }
}

/// One connection of a raw server.
@LoopActor
public final class RawConnection {
  private let client: RawClient

  init(_ client: RawClient) {
    self.client = client
  }

  /// Waits for the next bytes. They come in pieces that have nothing to do with those that were sent.
  ///
  /// - Returns: empty when the client has ended the connection.
  public func receive() async throws -> [UInt8] {
    try await client.next()
  }

  /// Sends bytes, at once; waits while the client has too much still to read.
  public func send(_ bytes: [UInt8]) async throws {
    client.send(bytes)
    try await client.waitForRoom()
  }

  /// Sends text in UTF-8.
  public func send(_ text: String) async throws {
    try await send(Array(text.utf8))
  }

  /// Waits for the head of an HTTP request, and takes it apart far enough for an exercise.
  ///
  /// - Returns: nil when the client has gone, or has sent something else.
  public func receiveRequest() async throws -> RawRequest? {
    var bytes: [UInt8] = []
    while true {
      let piece = try await receive()
      bytes += piece
      if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
        return RawRequest(String(decoding: bytes[..<end.lowerBound], as: UTF8.self))
      }
      if piece.isEmpty || bytes.count > 16 * 1024 { return nil }
    }
  }
}

/// The head of an HTTP request.
public struct RawRequest: Sendable {
  /// Such as `GET`.
  public let method: String
  /// Such as `/stream`.
  public let path: String
  private let fields: [String: String]

  init?(_ head: String) {
    let lines = head.split(separator: "\r\n")
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count == 3 else { return nil }
    method = String(words[0])
    path = String(words[1])
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    self.fields = fields
  }

  /// The value of a header field, whatever the case of its name.
  public subscript(name: String) -> String? { fields[name.lowercased()] }
}
