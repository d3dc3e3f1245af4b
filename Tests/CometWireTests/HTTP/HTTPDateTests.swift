import CometWire
import Testing

/// Dates in the three forms of RFC 9110 §5.6.7.
@Suite struct HTTPDateTests {
  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func readsTheThreeForms(text: String) throws {
    let date = try #require(HTTPDate(text))
    #expect(date.seconds == 784_111_777)
    #expect(date.text == "Sun, 06 Nov 1994 08:49:37 GMT")
  }

  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"), (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
    (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
    (2_147_483_647, "Tue, 19 Jan 2038 03:14:07 GMT"), (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
    (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    (-2_208_988_800, "Mon, 01 Jan 1900 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
  ])
  func knowsTheCalendar(seconds: Int, text: String) {
    #expect(HTTPDate(seconds: seconds).text == text)
    #expect(HTTPDate(text)?.seconds == seconds)
  }

  @Test func readsWhatItWrites() {
    // From the year 1000 to the year 9999.
    for seconds in stride(from: -30_610_224_000, through: 253_402_300_799, by: 94_671_111) {
      let date = HTTPDate(seconds: seconds)
      #expect(HTTPDate(date.text) == date, "\(seconds)")
    }
  }

  /// A leap second stays in its year, and an early year keeps four digits.
  @Test(arguments: [
    ("Sat, 31 Dec 2016 23:59:60 GMT", "Sat, 31 Dec 2016 23:59:59 GMT"),
    ("Fri, 31 Dec 9999 23:59:60 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ("Sat, 01 Jan 0094 00:00:00 GMT", "Fri, 01 Jan 0094 00:00:00 GMT"),
    ("Sat, 01 Jan 0000 00:00:00 GMT", "Sat, 01 Jan 0000 00:00:00 GMT"),
  ])
  func writesWhatItCanReadAgain(text: String, written: String) throws {
    let date = try #require(HTTPDate(text))
    #expect(date.text == written)
    #expect(HTTPDate(written) == date)
  }

  /// A file system may keep a time for which HTTP has no year.
  @Test(arguments: [
    (Int.max, "Fri, 31 Dec 9999 23:59:59 GMT"), (253_402_300_800, "Fri, 31 Dec 9999 23:59:59 GMT"),
    (-62_167_219_201, "Sat, 01 Jan 0000 00:00:00 GMT"), (Int.min, "Sat, 01 Jan 0000 00:00:00 GMT"),
  ])
  func hasYearsOfFourDigits(seconds: Int, text: String) {
    #expect(HTTPDate(seconds: seconds).text == text)
  }

  @Test func countsEveryDayOnce() {
    var previous = HTTPDate(seconds: -86_400).text
    for day in 0..<15_000 {
      let text = HTTPDate(seconds: day * 86_400).text
      #expect(text != previous)
      #expect(HTTPDate(text)?.seconds == day * 86_400)
      previous = text
    }
  }

  @Test(arguments: [
    "", "now", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0100",
    "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT", "Tue, 29 Feb 2023 00:00:00 GMT", "Mon, 29 Feb 2100 00:00:00 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 11 1994 08:49:37 GMT",
    "Sun, 06 Nov 19944 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:3a GMT",
    "Sun, 06 Nov 1994 08::37 GMT", "Sun, 06 Nov 1994 08:49:37:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT GMT",
    "Sun, 99999999999999999999 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z",
  ])
  func refusesWhatIsNoDate(text: String) {
    #expect(HTTPDate(text) == nil)
  }

  @Test func earlierIsLess() {
    #expect(HTTPDate(seconds: 1) < HTTPDate(seconds: 2))
    #expect(!(HTTPDate(seconds: 2) < HTTPDate(seconds: 2)))
  }
}
