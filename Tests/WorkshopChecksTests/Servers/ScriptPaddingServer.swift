import CometWire

/// A right server for the exercise `jsonp`, which can break one rule.
struct ScriptPaddingServer {
  let fault: String?

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    guard request.path == "/jsonp" else { return peer.answer("404 Not Found") }
    var name = request.query["cb"] ?? ""
    if fault == "missing", name.isEmpty { name = "callback" }
    guard isValid(name) else { return peer.answer("400 Bad Request", ["Content-Type: text/plain"], "no callback") }
    let type = "content-type: " + (fault == "type" ? "application/json" : "application/javascript; charset=utf-8")
    let sniff = fault == "nosniff" ? [] : ["x-content-type-options: nosniff"]
    let text = request.query["text"] ?? ""
    if fault == "call", text == "hello", name == "show" { name = "display" }
    peer.answer("200 OK", [type] + sniff, "/**/\(name)(\(literal(text)));")
  }

  private func isValid(_ name: String) -> Bool {
    switch fault {
    case "unchecked" where name == "a[0]": return true
    case "unchecked, in any alphabet" where name.allSatisfy(\.isLetter): return name.count <= 64 && !name.isEmpty
    case "long, part by part" where name.count == 65:
      return name.split(separator: ".").allSatisfy { JSONPCallback(String($0)) != nil }
    case "grammar" where name == "a..b": return true
    case "dotted" where name.contains("."): return false
    case "long": return JSONPCallback(String(name.prefix(64))) != nil
    default: return JSONPCallback(name) != nil
    }
  }

  private func literal(_ text: String) -> String {
    let json = JSONString.encode(text)
    if fault == "separators" { return json }
    let escaped = ScriptEscaping.escape(json: json)
    return fault == "quotes" ? escaped.replacing("\\\"", with: "'") : escaped
  }
}
