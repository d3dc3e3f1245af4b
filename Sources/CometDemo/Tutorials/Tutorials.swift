// The tutorials as pages. A text is read anew at each request, so that its author only reloads the page; it is made
// into a page when it is another one than before.

import Comet
import Foundation

struct Tutorials: Sendable {
  private let folder: String
  private let techniques: [Technique]
  /// The texts that are shown, by their paths in the folder, without the ending.
  private let names: Set<String>
  private let made = Made()

  /// - Parameter techniques: those that the site serves; with one alone there is only its own tutorial.
  /// - Returns: nil when there is no folder with tutorials.
  init?(folder: String, techniques: [Technique]) {
    let own = techniques.map(\.tutorial).filter { FileManager.default.isReadableFile(atPath: "\(folder)/\($0).md") }
    guard !own.isEmpty else { return nil }
    let all = techniques.count == 1 ? own : Self.texts(in: folder) + Self.texts(in: folder, "exercises/")
    (self.folder, self.techniques, names) = (folder, techniques, Set(all))
  }

  private static func texts(in folder: String, _ subfolder: String = "") -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + subfolder)) ?? []
    return files.filter { $0.hasSuffix(".md") && !$0.hasPrefix(".") }.map { subfolder + $0.dropLast(3) }
  }

  /// Whether there is a page that leads to all of them.
  var hasIndex: Bool { names.contains("README") }

  /// The address of a technique's tutorial; nil when it has none.
  func path(of technique: Technique) -> String? {
    names.contains(technique.tutorial) ? Self.path(technique.tutorial) : nil
  }

  /// `README` is the page of its folder.
  private static func path(_ name: String) -> String {
    name.hasSuffix("README") ? "/tutorials/" + name.dropLast(6) : "/tutorials/\(name).html"
  }

  @LoopActor
  func mount(on routes: inout Routes) {
    for name in names {
      let path = Self.path(name)
      routes.get(path) { _ in try response(name) }
      // A folder's address ends in a slash: from another one its relative links would lead elsewhere.
      if path.hasSuffix("/") {
        routes.get(String(path.dropLast())) { _ in Response(.movedPermanently, fields: ["Location": path]) }
      }
    }
  }

  @LoopActor
  private func response(_ name: String) throws(RequestError) -> Response {
    let text: Data
    do {
      text = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).md"))
    } catch {
      switch ((error as? CocoaError)?.underlying as? POSIXError)?.code {
      // The server has too many files open: that says nothing about this one.
      case .EMFILE, .ENFILE: throw RequestError(.serviceUnavailable, "The text cannot be read now. Ask again later.")
      default: throw RequestError(.notFound, "There is no tutorials/\(name).md any more.")
      }
    }
    if let made = made.pages[name], made.text == text { return made.response }
    let response = try response(name, String(decoding: text, as: UTF8.self))
    made.pages[name] = (text, response)
    return response
  }

  private func response(_ name: String, _ text: String) throws(RequestError) -> Response {
    let markdown: Markdown
    do {
      markdown = try Markdown(text)
    } catch {
      throw RequestError(.internalServerError, "tutorials/\(name).md, \(error)")
    }
    let html = TutorialPage(
      title: markdown.title, neighbours: neighbours(of: name),
      text: MarkdownHTML { address(of: $0, from: name) }.render(markdown.blocks)
    ).html
    var response = Response.html(html)
    response.fields.merge(PagePolicy().fields(for: Array(html.utf8)))
    response.fields.append("Cache-Control", "no-cache")
    return response
  }

  private func neighbours(of name: String) -> TutorialPage.Neighbours {
    let own = techniques.filter { path(of: $0) != nil }
    let place = own.firstIndex { $0.tutorial == name }
    func link(_ technique: Technique?) -> TutorialPage.Link? {
      technique.flatMap { technique in path(of: technique).map { .init(address: $0, title: technique.title) } }
    }
    return TutorialPage.Neighbours(
      previous: place.flatMap { $0 > 0 ? link(own[$0 - 1]) : nil },
      all: !hasIndex
        ? nil
        : name == "README"
          ? .init(address: "/", title: "All techniques") : .init(address: "/tutorials/", title: "All tutorials"),
      page: place.map { TutorialPage.Link(address: "/" + own[$0].page, title: "Try it") },
      next: place.flatMap { $0 + 1 < own.count ? link(own[$0 + 1]) : nil })
  }

  /// Where a link of a text leads on this site. What a text links to lies beside it, or elsewhere in the project, or is
  /// a page of the demo, or is somewhere else in the world.
  private func address(of target: String, from name: String) -> String? {
    let demo = "http://localhost:8088/"
    if target.hasPrefix(demo) {
      let page = target.dropFirst(demo.count)
      let isServed = page.isEmpty || techniques.contains { $0.page == page } || page == "scale.html"
      return isServed ? "/" + page : nil
    }
    if target.hasPrefix("https://") || target.hasPrefix("#") { return target }
    let parts = target.split(separator: "#", maxSplits: 1).map(String.init)
    var path = name.split(separator: "/").dropLast().map(String.init)
    for segment in (parts.first ?? "").split(separator: "/") {
      if segment != ".." { path.append(String(segment)) } else if path.popLast() == nil { return nil }
    }
    let other = path.joined(separator: "/")
    guard other.hasSuffix(".md"), names.contains(String(other.dropLast(3))) else { return nil }
    return Self.path(String(other.dropLast(3))) + (parts.count > 1 ? "#" + parts[1] : "")
  }
}

/// The pages that were made, each with the text that it was made from.
@LoopActor
private final class Made {
  var pages: [String: (text: Data, response: Response)] = [:]

  nonisolated init() {}
}

extension Technique {
  /// The name of its tutorial, which begins with its place in the order: `02-lpc`.
  var tutorial: String {
    let place = (Self.all.firstIndex { $0.slug == slug } ?? 0) + 1
    return (place < 10 ? "0" : "") + "\(place)-\(slug)"
  }
}
