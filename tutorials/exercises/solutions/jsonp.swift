// Solution: JSONP.

import Comet

let scriptPadding = Server { routes in
  routes.get("/jsonp") { request in
    guard let callback = request.query["cb"], isName(callback) else {
      throw RequestError(.badRequest, "cb must be a name such as show or page.show, of 64 characters at most.")
    }
    let literal = ScriptEscaping.escape(json: JSONString.encode(request.query["text"] ?? ""))
    return Response(
      fields: ["Content-Type": "text/javascript; charset=utf-8", "X-Content-Type-Options": "nosniff"],
      body: Array("\(callback)(\(literal));".utf8))
  }
}

/// `name(.name)*`, and nothing that could be more than a name.
private func isName(_ text: String) -> Bool {
  text.utf8.count <= 64
    && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      part.first.map { !$0.isNumber } == true
        && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
    }
}
