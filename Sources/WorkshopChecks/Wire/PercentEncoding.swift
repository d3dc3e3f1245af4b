/// The text in UTF-8, with everything but the unreserved characters percent-encoded (RFC 3986 §2.1, §2.3).
func percentEncoded(_ text: String) -> String {
  let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
  return text.utf8.map { byte in
    unreserved.contains(byte)
      ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }.joined()
}
