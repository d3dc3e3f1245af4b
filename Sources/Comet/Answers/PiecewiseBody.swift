import CometLoop

/// Sends a body piece by piece, at the pace of the client: all that a slow one costs is one piece.
@LoopActor
final class PiecewiseBody: Occupation {
  /// The longest piece. A body that is no longer leaves together with its head.
  static let pieceBytes = 64 * 1024

  private let connection: Connection
  private let isLast: Bool
  private var rest: Range<Int>
  private let read: (Range<Int>) throws -> [UInt8]

  /// - Parameter read: gives the bytes of a range, or the first of them.
  init(_ connection: Connection, _ range: Range<Int>, isLast: Bool, read: @escaping (Range<Int>) throws -> [UInt8]) {
    self.connection = connection
    self.isLast = isLast
    self.read = read
    rest = range
  }

  /// What was sent before has been taken: the head, or the last piece.
  func drained() {
    if rest.isEmpty { return connection.finish(isLast: isLast) }
    do {
      let piece = try read(rest.prefix(Self.pieceBytes))
      rest = rest.dropFirst(piece.count)
      connection.send(piece)
    } catch {
      // A file is shorter than was promised: all that is left is to cut the answer.
      connection.close()
    }
  }

  // A client that has only half-closed still reads; when it is gone, the next write fails.
  func clientLeft() {}
  func serverStops() {}
}
