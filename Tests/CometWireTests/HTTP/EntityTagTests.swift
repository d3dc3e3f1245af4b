import CometWire
import Testing

@Suite struct EntityTagTests {
  @Test(arguments: [
    (#""ab-1""#, true), (#"W/"ab-1""#, true), ("*", true), (#""x", "ab-1""#, true), (#" "x" ,\#tW/"ab-1" "#, true),
    (#""x",*"#, false), (#""x,*,y""#, false), (#""x,y", "ab-1""#, true), (" * ", true), ("", false), ("ab-1", false),
    (#""ab""#, false), (#""ab-1"#, false), (#"w/"ab-1""#, false),
    (#""AB-1""#, false), ("\u{600},\"ab-1\"", true), (#"W/ "ab-1""#, false), (#""x""#, false), (",", false),
    (#""xab-1""#, false),
  ])
  func isFoundInAList(field: String, isNamed: Bool) {
    let tag = EntityTag("ab-1")
    #expect(tag.text == #""ab-1""#)
    #expect(tag.isNamed(in: field) == isNamed)
    // In the strong comparison a weak tag equals none.
    #expect(tag.isMatched(by: field) == (isNamed && !field.contains("W/")))
  }
}
