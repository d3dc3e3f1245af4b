/// The chunked coding of a body that is sent (RFC 9112 §7.1).
public enum ChunkEncoder {
  /// The chunk that ends a body, with no trailer.
  public static let last = Array("0\r\n\r\n".utf8)

  /// One chunk with this data; nothing for no data, because an empty chunk would end the body.
  public static func chunk(_ data: [UInt8]) -> [UInt8] {
    guard !data.isEmpty else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.count + 12)
    bytes.append(contentsOf: String(data.count, radix: 16).utf8)
    bytes.append(contentsOf: [.cr, .lf])
    bytes.append(contentsOf: data)
    bytes.append(contentsOf: [.cr, .lf])
    return bytes
  }
}
