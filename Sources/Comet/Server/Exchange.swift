import CometLoop
import CometWire

/// What an answer has to know of its request. The request itself is let go of as early as possible: most of what an
/// open stream would cost is its past.
struct Exchange {
  // First, so that the three flags come last: the next field of a held answer fits behind them without padding.
  private var notes: Notes?
  /// HEAD: the fields of the answer, without its body (RFC 9110 §9.3.2).
  let omitsBody: Bool
  /// A client that speaks HTTP/1.0 knows no chunks (RFC 9112 §6.1).
  let knowsChunks: Bool
  /// Whether the client wants to ask again on this connection.
  let isPersistent: Bool

  /// - Parameters:
  ///   - head: nil for bytes that were none.
  ///   - fields: those that the answer gets besides its own.
  ///   - isRefusedHEAD: that they were a HEAD request, which could not be read.
  @LoopActor
  init(_ head: RequestHead?, _ server: Server, fields: Fields = Fields(), isRefusedHEAD: Bool = false) {
    omitsBody = head?.method == .head || isRefusedHEAD
    knowsChunks = head?.version != .http10
    isPersistent = head?.isPersistent == true
    let logged = server.log == nil ? nil : LoggedRequest(head)
    notes = logged == nil && fields.count == 0 ? nil : Notes(logged, fields)
  }

  /// Fields that the answer gets besides its own.
  var fields: Fields { notes?.fields ?? Fields() }
  /// What the log will be told; nil without one.
  var logged: LoggedRequest? { notes?.logged }

  /// Whether the answer was held, and the fields are those that the handler has given it.
  var isHeld: Bool { notes?.isHeld == true }
  /// The status that the handler has given to an answer that was held; nil when it gave none.
  var heldStatus: Status? { notes?.heldStatus }

  /// The same for an answer that is held, with the fields and the status that it will get.
  func held(_ response: Response) -> Exchange {
    var changed = self
    let status = response.status == .ok ? nil : response.status
    if response.fields.count > 0 || status != nil || notes != nil {
      changed.notes = Notes(logged, response.fields, isHeld: true, heldStatus: status)
    }
    return changed
  }

  /// The same when it is answered, for what is logged after that.
  func answered(_ status: Status) -> Exchange {
    guard var logged, status != logged.status else { return self }
    logged.status = status
    var changed = self
    changed.notes = Notes(logged, fields, isHeld: isHeld, heldStatus: heldStatus)
    return changed
  }

  /// On the heap, since most exchanges have none.
  private final class Notes: Sendable {
    let logged: LoggedRequest?
    let fields: Fields
    let isHeld: Bool
    let heldStatus: Status?

    init(_ logged: LoggedRequest?, _ fields: Fields, isHeld: Bool = false, heldStatus: Status? = nil) {
      self.logged = logged
      self.fields = fields
      self.isHeld = isHeld
      self.heldStatus = heldStatus
    }
  }
}

/// A request as the log will show it.
struct LoggedRequest: Sendable {
  let line: String?
  let start = Moment.now
  var status = Status.ok

  init(_ head: RequestHead?) {
    line = head?.line
  }
}

extension RequestHead {
  /// The request line, for a log.
  fileprivate var line: String {
    "\(method.rawValue) \(target.path.isEmpty ? "*" : target.path)\(target.query.map { "?" + $0 } ?? "")"
  }
}
