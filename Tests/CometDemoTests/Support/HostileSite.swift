import Comet
import CometDemo
import Testing

/// The pages, answered by a server that sends markup where they expect a time or a number.
enum HostileSite {
  private static let markup = "<img src=x onerror=\"window.injected=1\">"

  static func server() throws -> Server {
    let policy = PagePolicy(connect: ["ws:", "http://localhost:*", "http://127.0.0.1:*"])
    let files = StaticFiles(folder: Project.www.path, pageFields: { policy.fields(for: $0) })
    let www = try #require(files)
    return Server { routes in
      let site = "var site = {\"tick\":100,\"techniques\":[]};"
      routes.get("/site.js") { _ in Response(fields: ["Content-Type": "text/javascript"], body: Array(site.utf8)) }
      routes.get("/time") { _ in .text(markup) }
      // A client that is answered at once asks again at once, and keeps the machine busy.
      routes.get("/lpc/time") { _ in
        try await sleep(for: .milliseconds(100))
        return .text(markup)
      }
      routes.get("/cors", cors: CORS()) { _ in .text(markup) }
      routes.get("/stream") { _ in
        .stream { body in
          try await body.write(markup)
          try await sleep(for: .seconds(60))
        }
      }
      routes.get("/htmlfile") { _ in
        .stream(fields: ["Content-Type": "text/html"]) { body in
          let value = ScriptEscaping.javaScriptSingleQuoted(markup)
          try await body.write("<script type=\"text/javascript\">parent.process(\(value))</script>")
          try await sleep(for: .seconds(60))
        }
      }
      routes.get("/evt") { _ in
        .events { events in
          try await events.send(markup, id: 1)
          try await sleep(for: .seconds(60))
        }
      }
      routes.get("/jsonp") { request in
        try .jsonp(callback: request.query["cb"], json: JSONString.encode(markup))
      }
      routes.webSocket("/ws") { socket in
        for try await text in socket.texts { try await socket.send(text + markup) }
      }
      routes.get("/chat/messages") { _ in
        .events { events in
          try await events.send(#"{"id":1,"name":\#(JSONString.encode(markup)),"text":\#(JSONString.encode(markup))}"#)
          try await sleep(for: .seconds(60))
        }
      }
      routes.post("/pns/session") { _ in .text(#"{"sid":"s"}"#) }
      routes.get("/pns/poll") { _ in
        let mail = #"{"id":1,"type":70,"from":\#(JSONString.encode(markup)),"subject":\#(JSONString.encode(markup))}"#
        return .text(#"{"c":1,"cursor":1,"msg":[\#(mail)]}"#)
      }
      routes.get("/im") { request in
        if request.query["c"] != "" { try await sleep(for: .seconds(60)) }
        let message = #"{"id":1,"name":"message","data":\#(JSONString.encode(markup))}"#
        return .text(#"{"history":"h","messages":[\#(message)]}"#)
      }
      routes.webSocket("/reconnect") { socket in
        try await socket.send(#"{"id":1,"name":"message","data":\#(JSONString.encode(markup))}"#)
        for try await _ in socket.texts {}
      }
      routes.get("/tabs/bus") { _ in
        .events { events in
          try await events.send(#"{"id":0,"name":"reset","data":"h"}"#)
          try await events.send(#"{"id":1,"name":"message","data":\#(JSONString.encode(markup))}"#)
          try await sleep(for: .seconds(60))
        }
      }
      routes.get("/api/messages") { request in
        if request.query["after"] != "0" { try await sleep(for: .seconds(60)) }
        return .text("[" + #"{"id":1,"name":\#(JSONString.encode(markup)),"data":\#(JSONString.encode(markup))}"# + "]")
      }
      routes.files("/", from: www)
    }
  }
}
