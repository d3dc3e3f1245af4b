// Exercise: JSONP. What to build stands in tutorials/exercises/jsonp.md.

import Comet

let scriptPadding = Server { routes in
  routes.get("/jsonp") { request in
    let callback = request.query["cb"] ?? "callback"
    let text = request.query["text"] ?? ""
    // TODO: both come from outside. What can they make of this script? What else should the browser be told?
    return Response(fields: ["Content-Type": "application/json"], body: Array("\(callback)(\"\(text)\");".utf8))
  }
}
