@testable import bench

/// Gives bytes to a reader, all at once or in pieces of some length, and collects what it makes of them.
func feed<Found>(
  _ bytes: [UInt8], inPiecesOf length: Int, _ take: (inout UnsafeRawBufferPointer) throws -> [Found]
) throws -> [Found] {
  var found: [Found] = []
  for start in stride(from: 0, to: bytes.count, by: length) {
    // A copy of its own, so that nothing can rely on bytes of an earlier piece.
    try Array(bytes[start..<min(start + length, bytes.count)]).withUnsafeBytes { piece in
      var rest = piece
      found += try take(&rest)
    }
  }
  return found
}

/// The lengths of pieces that all readers are tested with.
let pieceLengths = [1, 2, 3, 7, 64, 1 << 20]
