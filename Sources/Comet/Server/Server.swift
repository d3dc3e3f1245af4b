// The server: it listens, keeps the list of its connections, looks through them for those whose time is over,
// and ends in order.

import CometLoop
import CometWire

/// A server for HTTP/1.1 and WebSocket on one or more local addresses. It serves from ``start(port:)`` to ``stop()``, also
/// when nobody else holds it.
@LoopActor
public final class Server {
  /// Why a server could not start.
  public enum StartError: Error, Equatable, CustomStringConvertible {
    /// Another program listens on the port.
    case portInUse(Int)
    /// A port is a number from 0 to 65535.
    case invalidPort(Int)
    /// The host is neither `localhost` nor an IP address.
    case unknownHost(String)
    /// The server runs already, or has not stopped yet.
    case running
    /// What the system says.
    case system(SystemError)

    /// What happened, and what to do.
    public var description: String {
      switch self {
      case .portInUse(let port): "port \(port) is in use; end the other program, or choose another port"
      case .invalidPort(let port): "a port is a number from 0 to 65535, not \(port)"
      case .unknownHost(let host): "the host is localhost or an IP address of this machine, not \(host)"
      case .running: "the server runs already; stop it first, or make another one"
      case .system(let error): "the system does not let the server listen: \(error); choose another host or port"
      }
    }
  }

  /// Every number that bounds what a client can cost.
  public let limits: Limits
  /// `localhost`, which is 127.0.0.1 and ::1, or the one address that was given.
  public let host: String
  /// The port that the server listens on; 0 while it does not.
  public private(set) var port = 0

  let access: Access
  let log: AccessLog?
  private(set) var routes = Routes()
  private(set) var isStopping = false

  private let build: @LoopActor @Sendable (inout Routes) -> Void
  private var listeners: [Listener] = []
  private(set) var connections: [Connection] = []
  private(set) var sweeper: Alarm?
  private var allGone: Waiter<Void>?
  /// Woken for ``run(port:)``.
  private var stopHasBegun: Waiter<Void>?
  /// A stop that has begun and not ended.
  private var stopping: Task<Void, Never>?

  /// A server that does not listen yet.
  ///
  /// - Parameters:
  ///   - host: `localhost` for both loopback addresses, or an IP address to bind to. Requests under other names than
  ///     these are refused, but for those that `access` lists.
  ///   - access: the names and origins that are let in besides the local ones.
  ///   - log: is told of every answer.
  ///   - routes: fills the table of routes, once, when the server starts.
  public nonisolated init(
    host: String = "localhost", access: Access = Access(), limits: Limits = Limits(), log: AccessLog? = nil,
    routes: @escaping @LoopActor @Sendable (inout Routes) -> Void
  ) {
    self.host = host
    // A server that was bound to an address also answers under it.
    var access = access
    if let address = SocketAddress(host) { access.hosts.insert(address.text) }
    self.access = access
    self.limits = limits
    self.log = log
    self.build = routes
  }

  /// Such as `http://localhost:8088`.
  public var url: String { "http://\(SocketAddress(host)?.text ?? host):\(port)" }

  /// Listens and serves until the task is cancelled, which stops the server in order, or until somebody calls
  /// ``stop()``; returns when it has stopped.
  ///
  /// - Parameter port: 0 for one that is free.
  /// - Throws: why it cannot listen.
  public func run(port: Int) async throws(StartError) {
    try start(port: port)
    let waiter = Waiter<Void>()
    stopHasBegun = waiter
    _ = try? await waiter.wait()
    await stop()
  }

  /// Listens; when it returns, clients can connect.
  ///
  /// - Parameter port: 0 for one that is free; ``port`` and ``url`` tell which.
  /// - Throws: why it cannot listen.
  public func start(port: Int) throws(StartError) {
    guard listeners.isEmpty, stopping == nil else { throw .running }
    listeners = try listen(port: port)
    self.port = listeners.first.map { Int($0.port) } ?? 0
    isStopping = false
    routes = Routes()
    build(&routes)
    let sweeper = Alarm { [self] in sweepOften() }
    sweeper.start(after: limits.sweepInterval)
    self.sweeper = sweeper
  }

  /// Ends in order: no new connections, idle ones closed, handlers cancelled and their answers delivered, streams ended,
  /// WebSockets closed with 1001. Clients that are not gone after `limits.stopTime` are cut off. When it returns, the
  /// server can be started again.
  ///
  /// Do not await it in a handler, for which it waits: call `spawn { await server.stop() }` there.
  public func stop() async {
    if let stopping { return await stopping.value }
    guard !listeners.isEmpty else { return }
    for listener in listeners { listener.close() }
    listeners = []
    isStopping = true
    stopHasBegun?.wake(())
    stopHasBegun = nil
    for connection in connections { connection.stop() }
    // In a task of its own: the caller's may be cancelled already, and this wait must not be.
    let ending = spawn { [self] in
      await waitUntilAllGone()
      sweeper?.stop()
      sweeper = nil
      port = 0
      stopping = nil
    }
    stopping = ending
    await ending.value
  }

  /// How many clients are connected.
  public var connectionCount: Int { connections.count }

  private func waitUntilAllGone() async {
    guard !connections.isEmpty else { return }
    let waiter = Waiter<Void>()
    allGone = waiter
    _ = try? await waiter.wait(within: limits.stopTime)
    allGone = nil
    for connection in connections { connection.close() }
  }

  private func listen(port: Int) throws(StartError) -> [Listener] {
    guard let number = UInt16(exactly: port) else { throw .invalidPort(port) }
    if host != "localhost" {
      guard let address = SocketAddress(host) else { throw .unknownHost(host) }
      return [try bind(address, number)]
    }
    // A free port of one address can be taken on the other: then another one is tried.
    for attempt in 1...16 {
      let first = try bind(.loopback4, number)
      do throws(StartError) {
        return [first, try bind(.loopback6, first.port)]
      } catch .portInUse where port == 0 && attempt < 16 {
        first.close()
      } catch .portInUse(let taken) {
        first.close()
        throw .portInUse(taken)
      } catch {
        // A machine without IPv6 has one loopback address.
        return [first]
      }
    }
    throw .portInUse(port)
  }

  private func bind(_ address: SocketAddress, _ port: UInt16) throws(StartError) -> Listener {
    do throws(SystemError) {
      return try Listener(address: address, port: port) { [self] in accept($0) }
    } catch {
      throw error.isAddressInUse ? .portInUse(Int(port)) : .system(error)
    }
  }

  private func accept(_ socket: consuming AcceptedSocket) {
    // Not even the refusals are unbounded.
    guard connections.count - 32 < limits.connections, let connection = try? Connection(socket, server: self) else {
      return
    }
    connection.place = Int32(clamping: connections.count)
    connections.append(connection)
    if connections.count > limits.connections {
      connection.refuse(
        RequestError(.serviceUnavailable, "The server has all the connections that it may have."))
    }
  }

  /// Called by a connection that has ended.
  func remove(_ connection: Connection) {
    let last = connections.removeLast()
    if last !== connection {
      connections[Int(connection.place)] = last
      last.place = connection.place
    }
    if connections.isEmpty { allGone?.wake(()) }
  }

  /// One walk over all connections now and then is cheaper than a timer for each of them.
  private func sweepOften() {
    sweep(at: .now)
    sweeper?.start(after: limits.sweepInterval)
  }

  /// Does what is due at a moment, which in a test may lie in the future.
  func sweep(at moment: Moment) {
    // A copy: a connection that is closed leaves the list.
    for connection in connections { connection.sweep(moment) }
  }
}

/// Runs a server on a free port for as long as `body` lasts, and ends it before it returns or throws.
///
/// - Parameter body: gets the server's address, such as `http://localhost:40123`.
public func withServer<Result: Sendable>(
  _ server: Server, _ body: (String) async throws -> Result
) async throws -> Result {
  try await server.start(port: 0)
  do {
    let result = try await body(server.url)
    await server.stop()
    return result
  } catch {
    await server.stop()
    throw error
  }
}
