extension Character {
  /// Whether it ends a line of an event stream (WHATWG HTML §9.2.5); `isNewline` is true for more.
  var isLineEnd: Bool { self == "\r\n" || self == "\n" || self == "\r" }
}
