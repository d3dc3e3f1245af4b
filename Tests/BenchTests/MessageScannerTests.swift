import Testing

@testable import bench

@Suite struct MessageScannerTests {
  private func scan(_ text: String, inPiecesOf length: Int) throws -> [Int] {
    var scanner = MessageScanner()
    return try feed(Array(text.utf8), inPiecesOf: length) { bytes in
      var numbers: [Int] = []
      while let number = scanner.next(&bytes) { numbers.append(number) }
      return numbers
    }
  }

  @Test(arguments: pieceLengths)
  func findsTheNumbersOfAllTransports(_ length: Int) throws {
    #expect(try scan(#"{"id":7,"name":"message","data":"x"}"#, inPiecesOf: length) == [7])
    #expect(try scan(#"[{"name":"id","id":12},{"data":1,"id": 130}]"#, inPiecesOf: length) == [12, 130])
    #expect(
      try scan("id: 7\ndata: {\"id\":7}\n\n: comment\n\nid: 8\ndata: {\"id\":8}\n\n", inPiecesOf: length) == [7, 8])
    #expect(try scan("[]", inPiecesOf: length) == [])
  }

  /// In a string of JSON quotes are escaped.
  @Test(arguments: pieceLengths)
  func takesNoTextForANumber(_ length: Int) throws {
    #expect(try scan(#"{"id":1,"data":"\"id\":2, id:3 '"}"#, inPiecesOf: length) == [1])
  }
}
