import CometDemo
import Foundation
import Testing

/// What the files in `www` must have, as far as it can be read from them.
@Suite struct PageFileTests {
  @Test(arguments: Technique.all.map(\.slug))
  func hasWhatEachPageHas(_ slug: String) throws {
    let page = try PageSource(page: "\(slug).html")
    var ids = ["start", "stop", "log", "status", "requests", "messages", "picture", "error"]
    if slug == "ws" { ids += ["text", "send"] }
    for id in ids { #expect(page.count(id: id) == 1, "id \(id)") }
    #expect(try page.tag(id: "log")?.contains("role=\"log\"") == true)
    #expect(try page.tag(id: "status")?.contains("role=\"status\"") == true)
    // The counter of messages has that id already.
    let attribute = slug == "messages" ? "data-slug" : "id"
    #expect(page.text.contains("<body \(attribute)=\"\(slug)\">"))
    #expect(page.text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(page.text.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"))
    #expect(page.text.contains(try Technique.named(slug).title))
  }

  @Test(arguments: Technique.all.map(\.slug))
  func theScriptIsShortAndUsesTextOnly(_ slug: String) throws {
    let script = try #require(try PageSource(page: "\(slug).html").technique)
    #expect(script.split(separator: "\n", omittingEmptySubsequences: false).count <= 61)
    for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function"] {
      #expect(!script.contains(sink), "\(sink)")
    }
    // A document of its own, in which nothing stands that was received.
    #expect(script.ranges(of: ".write(").count == (slug == "htmlfile-stream" ? 1 : 0))
  }

  /// They exist for old browsers. The others are modern.
  @Test(arguments: ["polling", "lpc", "xhr-stream", "htmlfile-stream", "cors", "jsonp"])
  func theScriptIsOfTheOldKind(_ slug: String) throws {
    let script = try #require(try PageSource(page: "\(slug).html").technique)
    #expect(OldScript(script).newerThings == [])
  }

  /// They are loaded by the old pages, too.
  @Test(arguments: ["page.js", "timeline.js", "around.js"])
  func theSharedScriptsAreOfTheOldKind(_ file: String) throws {
    #expect(OldScript(try Project.text("www/\(file)")).newerThings == [])
    #expect(!(try Project.text("www/\(file)").contains("innerHTML")))
  }

  @Test func siteScriptIsOfTheOldKind() async throws {
    try await withDemo { demo in
      let script = try await demo.get("/site.js").text
      #expect(OldScript(script).newerThings == [])
    }
  }

  /// The measure measures: modern pages are found to be modern, and each newer thing is found.
  @Test(arguments: [
    "let a = 1;", "const a = 1;", "var f = () => 1;", "var t = `a`;", "f(...list);", "a?.b;", "a ?? b;", "2 ** 3;",
    "var a = {b: 1,};", "f(a,\n);", "var a = {get b() { return 1; }};", "function f(a = 1) {}",
    "var o = {a, b};", "promise.catch(f);", "for (var a of list) f(a);", "class A {}", "async function f() {}",
  ])
  func newerThingsAreFound(_ script: String) {
    #expect(OldScript(script).newerThings != [])
  }

  @Test func wordsInStringsAndCommentsAreNot() {
    let script =
      "var a = 'let us'; // const is `new`\n/* class => ... */ var b = a / 2, c = /[/`]let/.test(\"a\\\"...\");"
    #expect(OldScript(script).newerThings == [])
    #expect(OldScript.code(of: "a = b / c; // d\ne = '/* f */' + /g\\/h/;") == "a = b / c; \ne = 0 + 0;")
  }

  @Test func modernPagesAreModern() throws {
    for page in ["sse.html", "ws.html"] {
      #expect(OldScript(try PageSource(page: page).technique ?? "").newerThings != [])
    }
  }

  @Test func nothingIsLoadedFromElsewhere() throws {
    for name in try Project.files(in: Project.www, endingIn: ".html") {
      for resource in try PageSource(page: name).resources {
        #expect(resource.hasPrefix("/") && !resource.hasPrefix("//") || resource.hasPrefix("#"), "\(name): \(resource)")
      }
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: Project.www.path) where !name.hasSuffix(".html") {
      let text = try Project.text("www/\(name)").replacing("http://www.w3.org/2000/svg", with: "")
      #expect(text.firstMatch(of: /https?:\/\/|@import|url\(/) == nil, "\(name)")
    }
  }
}
