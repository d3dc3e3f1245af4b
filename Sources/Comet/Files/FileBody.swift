import CometLoop
import CometWire
import Glibc

/// The part of a file that is an answer's body. The file stays open until the last copy of this value is gone.
struct FileBody: Sendable {
  let file: OpenFile
  let range: Range<Int>
}

/// Reads and sends a file piece by piece, at the pace of the client.
@LoopActor
final class FileTask: Occupation {
  private let connection: Connection
  private let file: OpenFile
  private var rest: Range<Int>
  private let isLast: Bool

  init(_ connection: Connection, _ body: FileBody, isLast: Bool) {
    self.connection = connection
    file = body.file
    rest = body.range
    self.isLast = isLast
  }

  /// What was sent before has been taken: the head, or the last piece.
  func drained() {
    if rest.isEmpty { return connection.finish(isLast: isLast) }
    do {
      let piece = try file.read(rest.prefix(64 * 1024))
      rest = rest.dropFirst(piece.count)
      connection.send(piece)
    } catch {
      // The file is shorter than was promised: all that is left is to cut the answer.
      connection.close()
    }
  }

  // A client that has only half-closed still reads; when it is gone, the next write fails.
  func clientLeft() {}
  func serverStops() {}
}
