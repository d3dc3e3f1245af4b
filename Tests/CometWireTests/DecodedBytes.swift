import CometWire

/// All that a WebSocket decoder makes of some bytes.
struct DecodedBytes: Equatable {
  var events: [WebSocketEvent] = []
  var failure: WebSocketFailure?
  /// The bytes that had been appended when the failure was thrown.
  var bytesUntilFailure: Int?

  /// Appends `pieceSize` bytes at a time.
  init(_ bytes: [UInt8], pieceSize: Int = .max, limits: WebSocketLimits = .init(), requiresMask: Bool = true) {
    var decoder = WebSocketDecoder(limits: limits, requiresMask: requiresMask)
    var start = 0
    repeat {
      let end = start + min(pieceSize, bytes.count - start)
      decoder.append(Array(bytes[start..<end]))
      start = end
      do throws(WebSocketFailure) {
        while let event = try decoder.next() { events.append(event) }
      } catch {
        failure = error
        bytesUntilFailure = end
        return
      }
    } while start < bytes.count
  }
}

/// A frame as a client sends it.
func clientFrame(_ opcode: Opcode, _ payload: [UInt8] = [], final: Bool = true) -> [UInt8] {
  var bytes: [UInt8] = []
  FrameEncoder.append(opcode, payload, final: final, mask: 0x37FA_213D, to: &bytes)
  return bytes
}

func clientFrame(_ opcode: Opcode, _ text: String, final: Bool = true) -> [UInt8] {
  clientFrame(opcode, Array(text.utf8), final: final)
}
