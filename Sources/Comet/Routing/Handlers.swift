// What a program gives to its routes: closures that answer requests and talk over WebSockets.

/// Answers a request without waiting for anything: on the spot, without a task.
///
/// It runs on the loop: it may use `@LoopActor` state without a lock and must not block. A `RequestError` that it
/// throws is the answer; any other error is logged and answered by 500.
public typealias ImmediateHandler = @LoopActor @Sendable (Request) throws -> Response

/// Answers a request, in a task of its own.
///
/// As for ``ImmediateHandler``, and besides: it is cancelled when the client leaves, also half-closed, and when the
/// server stops; after `CancellationError` a stopping server answers 503.
public typealias Handler = @LoopActor @Sendable (Request) async throws -> Response

/// Talks over a WebSocket, in a task of its own. The socket is closed when it returns: with 1000, with 1001 when the
/// server stops, with 1011 when it throws.
public typealias WebSocketHandler = @LoopActor @Sendable (WebSocket) async throws -> Void

/// Refuses a WebSocket by an error, before the handshake is answered.
public typealias HandshakeCheck = @LoopActor @Sendable (Request) throws -> Void

/// Refuses a WebSocket by an error, or says what is done when it is open.
public typealias OpeningHandler = @LoopActor @Sendable (Request) throws -> @LoopActor (WebSocketChannel) -> Void

/// Answers one message of a WebSocket on the spot.
///
/// It runs on the loop: it may use `@LoopActor` state without a lock and must not block. What it throws is logged, and
/// closes the socket with 1011. After a close it is not called again.
public typealias MessageHandler = @LoopActor @Sendable (WebSocketChannel, WebSocket.Message) throws -> Void

/// Hears that a WebSocket has closed, however that came.
public typealias ClosingHandler = @LoopActor @Sendable (WebSocketChannel) -> Void
