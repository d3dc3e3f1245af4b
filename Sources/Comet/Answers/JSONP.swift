import CometWire

extension Response {
  /// Data as a call of a function of the page: how pages read other origins before CORS (JSON with padding).
  ///
  /// - Parameters:
  ///   - callback: the function's name, as it came with the request.
  ///   - json: the data, as JSON.
  /// - Throws: 400 when `callback` is anything but a dotted name of at most 64 characters. An unchecked name is a
  ///   script of the attacker's own.
  public static func jsonp(callback: String?, json: String) throws(RequestError) -> Response {
    guard let callback = callback.flatMap({ JSONPCallback($0) }) else {
      throw RequestError(
        .badRequest, "The callback must be a name such as show or page.show, of 64 characters at most.")
    }
    return Response(fields: ["Content-Type": "application/javascript"], body: callback.call(withJSON: json))
  }
}
